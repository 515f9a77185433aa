"""Writes the types of the browser's client from the schema of the protocol."""

from __future__ import annotations

import json
import re
from typing import Any

from pluribus_unum.schema import json_schema

_NOTE = "// Written by `make docs` from the types of the server. Do not edit.\n"
_PLAIN = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean"}


def types() -> str:
    """A TypeScript module: an interface for each message and each payload."""
    parts = [_NOTE]
    for name, schema in json_schema()["$defs"].items():
        parts.append(_interface(name, schema))
    return "\n".join(parts)


def _interface(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    lines = [*_comment(schema, ""), f"export interface {name} {{"]
    for key, each in schema["properties"].items():
        lines += _comment(each, "  ")
        lines.append(f"  {key}{'' if key in required else '?'}: {_type(each)};")
    return "\n".join([*lines, "}", ""])


def _comment(schema: dict[str, Any], indent: str) -> list[str]:
    text = re.sub(r"\s+", " ", schema.get("description", "")).strip()
    return [f"{indent}/** {text} */"] if text else []


def _type(schema: dict[str, Any]) -> str:
    match schema:
        case {"enum": values}:
            return " | ".join(json.dumps(each) for each in values)
        case {"$ref": reference}:
            return str(reference).rpartition("/")[2]
        case {"anyOf": options}:
            return " | ".join(_type(each) for each in options)
        case {"type": "array", "items": items} if isinstance(items, dict):
            return f"{_type(items)}[]"
        case {"type": "object", "additionalProperties": values}:
            return f"Record<string, {_type(values)}>"
        case {"type": "null"}:
            return "null"
        case {"type": kind} if kind in _PLAIN:
            return _PLAIN[kind]
        case _:
            return "unknown"
