"""The JSON schemas of a contract, for editors and for whoever writes contracts by program."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from itertools import pairwise

import msgspec

from pluribus.contract.model import ConceptKeys, Document, Interface
from pluribus.contract.table import Table

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def contract_schema() -> dict[str, object]:
    """Describe `pluribus.toml`, and `[tool.pluribus]`, as JSON Schema of draft 2020-12."""
    return _schema(Document, "pluribus.toml")


def concept_schema() -> dict[str, object]:
    """Describe a file `contracts/NAME.toml` as JSON Schema of draft 2020-12."""
    return _schema(ConceptKeys, "contracts/NAME.toml")


def schema_files() -> dict[str, str]:
    """The published schemas: name of the file to its text."""
    schemas = {
        "contract.schema.json": contract_schema(),
        "concept.schema.json": concept_schema(),
    }
    return {
        name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }


def _schema(model: type[Table], title: str) -> dict[str, object]:
    _, components = msgspec.json.schema_components((model,), ref_template="#/$defs/{name}")
    for each in _tables(model):
        _describe(components[each.__name__], each)
    whole = {"title": title, **components.pop(model.__name__)}
    schema = {"$schema": DIALECT, **whole, "$defs": components}
    # msgspec leaves tuples in it, which no JSON has.
    return msgspec.json.decode(msgspec.json.encode(schema), type=dict[str, object])


def _describe(component: dict[str, object], table: type[msgspec.Struct]) -> None:
    """Give each key its docstring, and say what msgspec's own schema leaves out."""
    documentation = field_documentation(table)
    properties = component["properties"]
    assert isinstance(properties, dict)
    for field in msgspec.structs.fields(table):
        schema = _for_toml(properties[field.encode_name])
        properties[field.encode_name] = {
            "title": field.encode_name,
            "description": documentation[field.name],
            **schema,
        }
    component.pop("title")
    if table is Interface:
        component["oneOf"] = [{"required": ["methods"]}, {"required": ["protocol"]}]


def _for_toml(schema: dict[str, object]) -> dict[str, object]:
    """TOML has no null: what may be null can only be left out, and so can an empty default."""
    match schema:
        case {"anyOf": [choice, {"type": "null"}]}:
            assert isinstance(choice, dict)
            return choice
        case {"minItems": _, "default": []} | {"$ref": _}:
            return {key: value for key, value in schema.items() if key != "default"}
        case _:
            return schema


def _tables(model: type[Table]) -> set[type[msgspec.Struct]]:
    """The tables that `model` holds at any depth, and itself."""
    found: set[type[msgspec.Struct]] = set()
    waiting: list[msgspec.inspect.Type] = [msgspec.inspect.type_info(model)]
    while waiting:
        match waiting.pop():
            case msgspec.inspect.StructType(cls=table, fields=fields):
                found.add(table)
                waiting += (field.type for field in fields)
            case msgspec.inspect.DictType(value_type=inner):
                waiting.append(inner)
            case msgspec.inspect.VarTupleType(item_type=inner):
                waiting.append(inner)
            case msgspec.inspect.UnionType(types=types):
                waiting += types
    return found


def field_documentation(table: type[msgspec.Struct]) -> dict[str, str]:
    """The docstring under each field of a table, on one line. Reads the source file."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(table))).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for statement, following in pairwise(definition.body):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
    return found
