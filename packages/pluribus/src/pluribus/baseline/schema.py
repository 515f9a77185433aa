"""The lines of a baseline, for other programs: `docs/reference/baseline.schema.json`."""

from __future__ import annotations

import inspect

import msgspec

from pluribus.baseline.entry import Entry
from pluribus.baseline.file import Header
from pluribus.contract.schema import DIALECT, field_documentation
from pluribus.findings import Severity


def schema() -> str:
    """Write the JSON Schema (2020-12) of a line."""
    described = {
        "$schema": DIALECT,
        "title": "a line of a pluribus baseline",
        "description": "The first line is a header, each other one an entry.",
        "oneOf": [{"$ref": "#/$defs/Header"}, {"$ref": "#/$defs/Entry"}],
        "$defs": {
            **msgspec.json.schema_components((Severity,), ref_template="#/$defs/{name}")[1],
            **{each.__name__: _line(each) for each in (Header, Entry)},
        },
    }
    return msgspec.json.format(msgspec.json.encode(described), indent=2).decode() + "\n"


def _line(of: type[msgspec.Struct]) -> dict[str, object]:
    _, components = msgspec.json.schema_components((of,), ref_template="#/$defs/{name}")
    line: dict[str, object] = components[of.__name__]
    line["description"] = inspect.cleandoc(str(line["description"]))
    said = field_documentation(of)
    properties = line["properties"]
    assert isinstance(properties, dict)
    for name, shape in properties.items():
        if name in said:
            shape["description"] = said[name]
    if of is Header:
        # Another version would have other fields, and what is not there is no version.
        for name, version in msgspec.structs.asdict(Header()).items():
            properties[name] = {"const": version, "description": said[name]}
        line |= {"required": list(properties), "additionalProperties": True}
    return line
