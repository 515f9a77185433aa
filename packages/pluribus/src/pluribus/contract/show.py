"""What was understood of a contract, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from pluribus.contract.keys import key_path, toml_string
from pluribus.contract.model import (
    DEFAULT_PHASES,
    CodebaseOptions,
    Concept,
    ConceptKeys,
    Contract,
    Interface,
    PhaseKeys,
)
from pluribus.contract.table import Table

NOT_GIVEN = {"roots": "not given, so found by looking at the code base"}
NOT_DECLARED = "not declared"


def describe(contract: Contract) -> str:
    """Write a contract as TOML, with each value that is the default marked so.

    Read back, it is the same contract.
    """
    lines = [f"# read from {contract.path.name if contract.path else 'memory'}"]
    lines += _table(("codebase",), contract.codebase, CodebaseOptions)
    for concept in contract.concepts:
        lines += _table(("concepts", concept.name), concept, ConceptKeys)
    lines += ["", "[per-file-ignores]" + _mark(is_default=not contract.per_file_ignores)]
    lines += [_line(glob, rules) for glob, rules in contract.per_file_ignores.items()]
    for phase in contract.phases:
        lines += _table(
            ("phases", phase.name),
            phase,
            PhaseKeys,
            is_default=contract.phases == DEFAULT_PHASES,
        )
    return "\n".join(lines) + "\n"


def as_json(contract: Contract) -> bytes:
    """Write a contract as JSON, defaults included; `contract_schema` describes it."""
    document = {
        "codebase": contract.codebase,
        "concepts": {each.name: _plain(each) for each in contract.concepts},
        "per-file-ignores": contract.per_file_ignores,
        "phases": {each.name: _plain(each) for each in contract.phases},
    }
    plain = _without_none(msgspec.to_builtins(document))
    return msgspec.json.format(msgspec.json.encode(plain), indent=2) + b"\n"


def _plain(named: Table) -> dict[str, object]:
    """The keys of a concept or phase, without its name, with the import paths made explicit."""
    plain: dict[str, object] = msgspec.to_builtins(named)
    del plain["name"]
    if isinstance(named, Concept):
        plain["import-paths"] = named.allowed_paths
    return plain


def _without_none(value: object) -> object:
    """TOML has no null, so neither has the schema."""
    match value:
        case dict():
            return {key: _without_none(item) for key, item in value.items() if item is not None}
        case list():
            return [_without_none(item) for item in value]
        case _:
            return value


def _table(
    path: tuple[str, ...], table: Table, model: type[Table], *, is_default: bool = False
) -> Iterator[str]:
    yield ""
    yield f"[{key_path(path)}]" + _mark(is_default=is_default)
    inner: list[tuple[str, Table]] = []
    for field in msgspec.structs.fields(model):
        key, value = field.encode_name, getattr(table, field.name)
        if isinstance(value, Table):
            inner.append((key, value))
        elif value is None or (isinstance(table, Interface) and not value):
            yield f"# {key}: {NOT_GIVEN.get(key, NOT_DECLARED)}"
        elif field.name == "import_paths" and isinstance(table, ConceptKeys) and not value:
            yield _line(key, table.allowed_paths) + _mark(is_default=True)
        else:
            yield _line(key, value) + _mark(
                is_default=not field.required and value == _default(field)
            )
    for key, value in inner:
        yield from _table((*path, key), value, type(value))


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _mark(*, is_default: bool) -> str:
    return "  # default" if is_default else ""


def _line(key: str, value: object) -> str:
    return f"{key_path((key,))} = {toml_value(value)}"


def toml_value(value: object) -> str:
    """Write a value as TOML does, tables inline."""
    match value:
        case str():
            return toml_string(value)
        case tuple() | list():
            return f"[{', '.join(map(toml_value, value))}]"
        case Table():
            return toml_value(msgspec.to_builtins(value))
        case Mapping():
            return f"{{ {', '.join(_line(key, item) for key, item in value.items())} }}"
        case _:
            return str(value).lower()
