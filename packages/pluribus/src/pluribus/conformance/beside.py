"""The fields that stand beside the key in what a factory is given: names, ids of requests, notes.

They say nothing about whom an instance belongs to, and code that reads its key out of the text of
a whole context can be fooled by them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Final

from pluribus.conformance.adapter import Adapter, BoundFactory
from pluribus.conformance.binding import BoundCall, parameters_of
from pluribus.conformance.making import BUILD, imported, literal
from pluribus.conformance.roles import annotations_of, type_names
from pluribus.contract.conform import placeholders

Path = tuple[str, ...]
"""A parameter of the factory, and the fields within what it is given."""

_FREE: Final = ("display_name", "note")
"""Fields that anything may have to which any field may be added."""
_DOES_MORE: Final = re.compile(r"file|path|dir|url|uri|dsn|host|log|command|module", re.IGNORECASE)
"""Text in a field of such a name could be acted upon."""
_TEXTUAL: Final = frozenset({"str", "", "object"})


@dataclass(frozen=True)
class Beside:
    """One such field."""

    path: Path
    is_free: bool = False
    """Whether it is in no declaration and may stand anywhere, first too."""


def fields_beside(adapter: Adapter, factory: BoundFactory) -> tuple[Beside, ...]:
    """All that can hold text: what the template names, what may be left out, what may be added."""
    assert factory.call is not None
    context = adapter.concept.context
    keys = {each.split(".")[-1] for each in (context.key if context else ())}
    found: list[Beside] = []
    for each in factory.call.bindings:
        if each.why == "default":
            continue
        found += _within(each.template, (each.parameter,))
    found += [Beside((name,)) for name in _optional(factory.target, factory.call)]
    return tuple(each for each in dict.fromkeys(found) if each.path[-1] not in keys)


def key_names(call: BoundCall) -> tuple[tuple[str, str], ...]:
    """The names under which a user and a thread are in what the factory is given, with the
    role of each."""
    found = [
        (path[-1], role)
        for each in call.bindings
        for path, template in _leaves(each.template, (each.parameter,))
        if isinstance(template, str)
        for role in placeholders(template)
        if role in ("user", "thread")
    ]
    return tuple(dict.fromkeys(found))


def with_text(call: BoundCall, texts: Mapping[Beside, str], *, are_first: bool) -> BoundCall:
    """The same call, with text in fields beside the key."""
    bindings = []
    for binding in call.bindings:
        template, why = binding.template, binding.why
        for field, text in texts.items():
            if field.path[0] == binding.parameter:
                template = _put(template, field.path[1:], text, is_first=are_first)
                why = "declared"
        bindings.append(replace(binding, template=template, why=why))
    return replace(call, bindings=tuple(bindings))


def _put(template: object, path: Sequence[str], text: str, *, is_first: bool) -> object:
    if not path:
        return literal(text)
    inner = dict(template) if isinstance(template, Mapping) else {}
    head, *rest = path
    put = _put(inner.get(head), rest, text, is_first=is_first)
    changed = {**inner, head: put}
    return {head: put, **changed} if is_first else changed


def _within(template: object, path: Path) -> Iterator[Beside]:
    for place, leaf in _leaves(template, path):
        roles = set(placeholders(leaf))
        if isinstance(leaf, str) and place[-1] != BUILD and roles <= {"uuid", "run"}:
            yield Beside(place)
    for place, table in _tables(template, path):
        for name in _addable(table):
            yield Beside((*place, name), is_free=True)
        if BUILD in table:
            kind = imported(str(table[BUILD]))
            for name in _left_out(kind, table):
                yield Beside((*place, name))


def _leaves(template: object, path: Path) -> Iterator[tuple[Path, object]]:
    if isinstance(template, Mapping):
        for key, value in template.items():
            yield from _leaves(value, (*path, str(key)))
    else:
        yield path, template


def _tables(template: object, path: Path) -> Iterator[tuple[Path, Mapping[str, object]]]:
    if isinstance(template, Mapping):
        yield path, template
        for key, value in template.items():
            yield from _tables(value, (*path, str(key)))


def _addable(table: Mapping[str, object]) -> Iterator[str]:
    """What can be added to a table, and to what takes any keyword, as a namespace does."""
    if BUILD in table:
        built = imported(str(table[BUILD]))
        kinds = {each.kind for each in parameters_of(built)} if callable(built) else set()
        if inspect.Parameter.VAR_KEYWORD not in kinds and built is not SimpleNamespace:
            return
    yield from (name for name in _FREE if name not in table)


def _left_out(target: object, given: Mapping[str, object]) -> Iterator[str]:
    if not callable(target):
        return
    hints = annotations_of(target)
    for each in parameters_of(target):
        kinds = type_names(hints.get(each.name, each.annotation))
        may_be_left_out = each.default is not inspect.Parameter.empty and each.kind in (
            inspect.Parameter.KEYWORD_ONLY,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
        )
        if each.name in given or not may_be_left_out or _DOES_MORE.search(each.name):
            continue
        if kinds & _TEXTUAL:
            yield each.name


def _optional(target: object, call: BoundCall) -> Iterator[str]:
    given = {each.parameter: each.template for each in call.bindings if each.why != "default"}
    yield from _left_out(target, given)
