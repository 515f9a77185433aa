"""All mistakes of a contract, each with its key path, what was expected and what was found."""

from __future__ import annotations

import datetime
import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec
from msgspec import inspect

from pluribus.contract.keys import KeyPath, key_path, nearest, toml_string
from pluribus.contract.kinds import Kind
from pluribus.contract.table import Conflict
from pluribus.errors import ContractError


@dataclass(frozen=True)
class Mistake:
    """One thing to correct. `problem` goes on after the key path: "is not a known key"."""

    path: KeyPath
    problem: str
    hint: str | None = None
    file: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {f'{key_path(self.path)} {self.problem}'.lstrip()}"


def mistakes_in(value: object, model: object, *, file: str, at: KeyPath = ()) -> list[Mistake]:
    """List what keeps `value`, as read from TOML, from being a `model`."""
    found = _mistakes(value, inspect.type_info(model), at)
    return [Mistake(each.path, each.problem, each.hint, file) for each in found]


def refuse(mistakes: Iterable[Mistake]) -> None:
    """Raise what was found, all at once.

    Raises:
        ContractError: there is a mistake.
    """
    found = list(mistakes)
    if not found:
        return
    hints = [
        each.hint if len(found) == 1 else f"{key_path(each.path) or each.file}: {each.hint}"
        for each in found
        if each.hint
    ]
    raise ContractError("\n".join(map(str, found)), hint="\n".join(hints) or None)


def _mistakes(value: object, node: inspect.Type, at: KeyPath) -> Iterator[Mistake]:
    match node:
        case inspect.UnionType(types=types):
            (node,) = (each for each in types if not isinstance(each, inspect.NoneType))
            yield from _mistakes(value, node, at)
        case inspect.StructType() if isinstance(value, dict):
            yield from _mistakes_in_table(value, node, at)
        case inspect.DictType(min_length=least) if isinstance(value, dict):
            if len(value) < (least or 0):
                yield _wrong(value, "a table that is not empty", at)
            for key, item in value.items():
                if isinstance(node.key_type, inspect.LiteralType):
                    yield from _mistakes(key, node.key_type, (*at, key))
                else:
                    yield from _mistakes_in_text(
                        key, node.key_type, (*at, key), verb="have as its key"
                    )
                yield from _mistakes(item, node.value_type, (*at, key))
        case inspect.VarTupleType(min_length=least) if isinstance(value, list):
            if len(value) < (least or 0):
                yield _wrong(value, "an array that is not empty", at)
            for index, item in enumerate(value):
                yield from _mistakes(item, node.item_type, (*at, index))
        case inspect.VarTupleType():
            hint = f"write `[{toml_string(value)}]`" if isinstance(value, str) else None
            yield _wrong(value, "an array", at, hint)
        case inspect.StructType() | inspect.DictType():
            yield _wrong(value, "a table", at)
        case inspect.IntType(ge=least):
            if type(value) is not int or value < (least or 0):
                yield _wrong(value, f"a whole number, at least {least or 0}", at)
        case inspect.BoolType():
            if not isinstance(value, bool):
                yield _wrong(value, "`true` or `false`", at)
        case inspect.FloatType():
            # Every such key is a time, and none may be endless.
            if not (isinstance(value, int | float) and 0 < value < math.inf) or value is True:
                yield _wrong(value, "a number above 0", at)
        case inspect.AnyType():
            pass
        case inspect.LiteralType(values=choices):
            if value not in choices:
                words = [str(each) for each in choices if each]
                hint = _did_you_mean(nearest(str(value), words), '"')
                listed = ", ".join(f'"{each}"' for each in words)
                yield _wrong(value, f"one of {listed}", at, hint)
        case _:
            yield from _mistakes_in_text(value, node, at)


def _mistakes_in_table(
    table: dict[str, object], node: inspect.StructType, at: KeyPath
) -> Iterator[Mistake]:
    fields = {field.encode_name: field for field in node.fields}
    suggested: set[str] = set()
    clean = True
    for key in table:
        if key in fields:
            continue
        near = nearest(key, fields.keys() - table.keys()) or nearest(key, fields)
        suggested.update(near)
        known = ", ".join(f"`{each}`" for each in fields)
        hint = _did_you_mean(near, "`") or f"the known keys here are {known}"
        clean = False
        yield Mistake((*at, key), "is not a known key", hint)
    for key, field in fields.items():
        if key in table:
            for mistake in _mistakes(table[key], field.type, (*at, key)):
                clean = False
                yield mistake
        elif field.required and key not in suggested:
            clean = False
            yield Mistake((*at, key), "is missing", f"it is {_expected(field.type)}")
    if clean:
        yield from _conflicts(table, node.cls, at)


def _conflicts(table: dict[str, object], model: type, at: KeyPath) -> Iterator[Mistake]:
    try:
        msgspec.convert(table, model)
    except msgspec.ValidationError as error:
        cause = error.__cause__
        if not isinstance(cause, Conflict):
            yield Mistake(at, f"is not valid: {error}")
        else:
            yield Mistake((*at, *(cause.key or "").split(".")) if cause.key else at, cause.problem)


def _mistakes_in_text(
    value: object, node: inspect.Type, at: KeyPath, verb: str = "be"
) -> Iterator[Mistake]:
    kind = _kind(node)
    if isinstance(value, str) and (kind is None or kind.accepts(value)):
        return
    hint = None
    if kind and isinstance(value, str):
        normal = unicodedata.normalize("NFKC", value.strip())
        if normal != value and kind.accepts(normal):
            hint = f"write {toml_string(normal)}, as Python itself spells it"
    yield _wrong(value, _expected(node), at, hint, verb=verb)


def _kind(node: inspect.Type) -> Kind | None:
    kind = (node.extra or {}).get("kind") if isinstance(node, inspect.Metadata) else None
    return kind if isinstance(kind, Kind) else None


def _expected(node: inspect.Type) -> str:
    if kind := _kind(node):
        return kind.expected
    return "an array" if isinstance(node, inspect.VarTupleType) else "a string"


def _wrong(
    value: object, expected: str, at: KeyPath, hint: str | None = None, *, verb: str = "be"
) -> Mistake:
    return Mistake(at, f"must {verb} {expected}, found {_found(value)}", hint)


def _found(value: object) -> str:
    match value:
        case str():
            shown = value if len(value) <= 60 else value[:59] + "…"
            return toml_string(shown) if value else "an empty string"
        case list():
            return "an array" if value else "an empty array"
        case dict():
            return "a table" if value else "an empty table"
        case datetime.date() | datetime.time():
            return f"the time `{value}`"
        case _:
            return f"`{str(value).lower()}`"


def _did_you_mean(near: list[str], quote: str) -> str | None:
    if not near:
        return None
    return f"did you mean {' or '.join(f'{quote}{each}{quote}' for each in near)}?"
