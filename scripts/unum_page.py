"""The reference of unum, read from its sources: what can be called, said and limited."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from enum import IntEnum
from types import ModuleType
from typing import Any

import msgspec

from pluribus_unum import CloseCode, Connection, Limits, Manager, Run, Tool
from pluribus_unum.client import Client
from pluribus_unum.core import wire
from pluribus_unum.events import AGENT_EVENTS
from pluribus_unum.outbox import Outbox
from pluribus_unum.schema import CLIENT, SERVER, json_schema

_MODULES = (
    "pluribus_unum",
    "pluribus_unum.outbox",
    "pluribus_unum.auth",
    "pluribus_unum.auth.jwt",
    "pluribus_unum.brokers.valkey",
    "pluribus_unum.brokers.nats",
    "pluribus_unum.client",
    "pluribus_unum.agui",
    "pluribus_unum.metrics",
    "pluribus_unum.tracing",
    "pluribus_unum.debug",
    "pluribus_unum.compat",
    "pluribus_unum.testing",
)
"""Where users import from. Of those without `__all__`, what is public and defined there."""
_SHOWN_APART = (CloseCode, Limits)
_GIVEN_OUT = (Client, Connection, Manager, Outbox, Run, Tool)
"""What nobody makes by hand."""
_SECTION = re.compile(r"(Args|Returns|Raises):")
_ENTRY = re.compile(r" {4}(\S.*)")
_HEAD = """\
# unum

Written by `make docs` from unum itself. [Its README](../../packages/unum/README.md) is where to
begin, [the explanation](../explanation/unum.md) says why it is so; the protocol for programs is
[a JSON Schema](unum.schema.json) and [AsyncAPI](unum.asyncapi.json).

- [What is called](#what-is-called)
- [What is said](#what-is-said): the protocol `{protocol}`
- [Events of a run](#events-of-a-run)
- [Close codes](#close-codes)
- [Limits](#limits)
"""


def unum_page() -> str:
    """The whole page."""
    parts = [_HEAD.format(protocol=wire.SUBPROTOCOL), "## What is called\n"]
    shown: set[int] = {id(each) for each in _SHOWN_APART}
    for name in _MODULES:
        parts += _module(importlib.import_module(name), shown)
    parts += _protocol()
    parts += ["## Events of a run\n", *_structs(AGENT_EVENTS.values(), tuple(AGENT_EVENTS))]
    parts += ["## Close codes\n", _paragraph(CloseCode), *_codes()]
    parts += ["## Limits\n", _paragraph(Limits), *_fields(Limits)]
    return "\n".join(parts).rstrip() + "\n"


def _module(module: ModuleType, shown: set[int]) -> Iterator[str]:
    """What a module gives, but for what another one gave before."""
    yield f"### From `{module.__name__}`\n"
    for name in _public(module):
        found = getattr(module, name)
        if id(found) in shown:
            continue
        shown.add(id(found))
        if inspect.isclass(found):
            yield from _class(name, found)
        elif inspect.isfunction(found):
            yield f"#### `{_call(name, _node(found))}`\n"
            yield from _told(inspect.getdoc(found))


def _public(module: ModuleType) -> list[str]:
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return sorted(listed)
    return [
        name
        for name, each in vars(module).items()
        if not name.startswith("_") and getattr(each, "__module__", "") == module.__name__
    ]


def _class(name: str, kind: type) -> Iterator[str]:
    node = _node(kind)
    methods = _methods(kind)
    is_made = "__init__" in methods and not issubclass(kind, (BaseException, *_GIVEN_OUT))
    yield f"#### `{_call(name, methods['__init__']) if is_made else name}`\n"
    yield from _told(_paragraph(kind).strip())
    if is_made:
        _, _, arguments = (ast.get_docstring(methods["__init__"]) or "").partition("\n\n")
        yield from _told(arguments)
    for each, told in _attributes(node).items():
        yield f"- `{each}`{': ' + told if told else ''}"
    for each, method in methods.items():
        if not each.startswith("_"):
            text = " ".join(_summary(ast.get_docstring(method)).split())
            yield f"- `{_call(each, method)}`: {text}"
    yield ""


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _methods(kind: type) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """What can be called of a class, its own first, then what it has from others of unum."""
    found: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for each in kind.__mro__:
        if each.__module__.startswith("pluribus_unum"):
            for one in _node(each).body:
                if isinstance(one, _FUNCTIONS):
                    found.setdefault(one.name, one)
    return found


def _node(thing: Any) -> Any:
    (node,) = ast.parse(inspect.cleandoc("\n" + inspect.getsource(thing))).body
    return node


def _call(name: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """How it is called, as its source has it."""
    given = ast.parse(ast.unparse(node)).body[0]
    assert isinstance(given, _FUNCTIONS)
    if given.args.args and given.args.args[0].arg in ("self", "cls"):
        del given.args.args[0]
    marks = {each.id for each in given.decorator_list if isinstance(each, ast.Name)}
    arguments = "" if "property" in marks else f"({ast.unparse(given.args)})"
    if marks & {"contextmanager", "asynccontextmanager"}:
        return f"{'async with' if 'asynccontextmanager' in marks else 'with'} {name}{arguments}"
    gives = f" -> {ast.unparse(given.returns)}" if given.returns and name == node.name else ""
    return f"{'await ' if isinstance(node, ast.AsyncFunctionDef) else ''}{name}{arguments}{gives}"


def _attributes(node: ast.ClassDef) -> Mapping[str, str]:
    """The annotated attributes of a class, and enumerated members, with the text below each."""
    found: dict[str, str] = {}
    for each, below in zip(node.body, [*node.body[1:], None], strict=True):
        match each:
            case ast.AnnAssign(target=ast.Name(id=name)):
                pass
            case ast.Assign(targets=[ast.Name(id=name)]):
                pass
            case _:
                continue
        if name.startswith("_"):
            continue
        match below:
            case ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = " ".join(text.split())
            case _:
                found[name] = ""
    return found


def _told(text: str | None) -> Iterator[str]:
    """A docstring, with its sections as lists."""
    is_section = False
    for line in (text or "").splitlines():
        if _SECTION.fullmatch(line):
            is_section = True
            yield f"{line}\n"
        elif is_section and line.startswith(" " * 8):
            yield f"  {line.strip()}"
        elif is_section and (entry := _ENTRY.fullmatch(line)) is not None:
            yield f"- {_named(entry[1])}"
        else:
            is_section = is_section and not line
            yield line
    yield ""


def _named(entry: str) -> str:
    name, colon, text = entry.partition(": ")
    return f"`{name}`: {text}" if colon and " " not in name else entry


def _summary(text: str | None) -> str:
    return (text or "").split("\n\n")[0]


def _paragraph(kind: type) -> str:
    # Not what it inherits: that is the library's.
    return inspect.cleandoc(vars(kind).get("__doc__") or "") + "\n"


def _protocol() -> Iterator[str]:
    yield "## What is said\n"
    yield inspect.getdoc(wire) or ""
    yield ""
    yield "### By clients\n"
    yield from _structs(CLIENT)
    yield "### By servers\n"
    yield from _structs(SERVER)


def _structs(kinds: Any, names: tuple[str, ...] = ()) -> Iterator[str]:
    for number, kind in enumerate(kinds):
        tag = names[number] if names else msgspec.inspect.type_info(kind).tag  # type: ignore[attr-defined]  # of structs
        yield f"#### {f'`{tag}`' if tag else kind.__name__}\n"
        yield _paragraph(kind)
        yield from _members(kind)


def _members(kind: type) -> Iterator[str]:
    schema = json_schema()["$defs"][kind.__name__]
    told = _attributes(_node(kind))
    required = set(schema.get("required", ()))
    rows = [
        (name, _type(each), told.get(name) or each.get("description", ""), name in required)
        for name, each in schema["properties"].items()
        if not (name == "type" and "enum" in each)
    ]
    if rows:
        yield "| field | type | |"
        yield "| --- | --- | --- |"
    for name, kind_, text, is_required in rows:
        yield f"| `{name}`{'' if is_required else ', may be left out'} | {kind_} | {text} |"
    yield ""


def _type(schema: Mapping[str, Any]) -> str:
    match schema:
        case {"enum": values}:
            return " or ".join(f"`{each}`" for each in values)
        case {"$ref": reference}:
            return str(reference).rpartition("/")[2]
        case {"anyOf": options}:
            return " or ".join(_type(each) for each in options)
        case {"type": "array", "items": {"type": str(kind)}}:
            return f"array of {kind}s"
        case {"type": str(kind)}:
            return kind
        case _:
            return "anything"


def _codes() -> Iterator[str]:
    told = _attributes(_node(CloseCode))
    yield "| code | name | |"
    yield "| --- | --- | --- |"
    each: IntEnum
    for each in CloseCode:
        yield f"| {each.value} | `{each.name}` | {told[each.name]} |"
    yield ""


def _fields(kind: type[msgspec.Struct]) -> Iterator[str]:
    told = _attributes(_node(kind))
    yield "| limit | by default | |"
    yield "| --- | --- | --- |"
    for each in msgspec.structs.fields(kind):
        number = f"{each.default:,}".removesuffix(".0")
        yield f"| `{each.name}` | {number} | {told[each.name]} |"
    yield ""
