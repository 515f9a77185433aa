"""See `mismatched_async.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pluribus.codebase import Definition
from pluribus.findings import Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.comparing import compared
from pluribus.rules.subject import Subject

_PLAIN = frozenset(
    "None bool int float str bytes dict list set tuple Dict List Set Tuple frozenset".split()
)


@rule(
    name="mismatched-async",
    family="interfaces",
    summary="the owner is awaited where its protocol is not, or a rival where it is not",
    severity=Severity.WARNING,
)
def mismatched_async(subject: Subject) -> Iterator[Violation]:
    for pair in compared(subject):
        model, copy = _is_awaited(pair.model), _is_awaited(pair.copy)
        if model is None or copy is None or model == copy:
            continue
        yield Violation(
            site=pair.copy.site,
            message=f"`{pair.copy.path}` is {_said(awaited=copy)}, "
            f"`{pair.model.path}` is {_said(awaited=model)}",
            hint="make both the same, before callers are moved from one to the other",
            severity=pair.severity,
            confidence=pair.confidence,
            related=(pair.model.site.place.location("what it is compared with"),),
            key=(pair.copy.path, pair.model.path),
        )


def _is_awaited(definition: Definition) -> bool | None:
    """None when that cannot be told: what is only declared, or gives what is not known."""
    if definition.is_async and not definition.is_generator:
        return True
    if definition.body == "stub":
        return False if not definition.returns else _is_plain_type(definition.returns)
    if definition.gives == "unknown":
        return _is_plain_type(definition.returns)
    return definition.gives == "coroutine"


def _is_plain_type(annotation: str) -> bool | None:
    return False if is_plain_type(annotation) else None


def _said(*, awaited: bool) -> str:
    return "awaited" if awaited else "not awaited"


def is_plain_type(annotation: str) -> bool:
    """Whether an annotation names what cannot be awaited, whatever is in it."""
    try:
        return _is_plain(ast.parse(annotation.strip(), mode="eval").body)
    except SyntaxError:
        return False


def _is_plain(node: ast.expr) -> bool:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_plain(left) and _is_plain(right)
        case ast.Constant(value=str(text)):
            return is_plain_type(text)
        case ast.Constant(value=None):
            return True
        case ast.Subscript(value=outer, slice=inner) if _last(outer) in ("Optional", "Union"):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return all(map(_is_plain, parts))
        case ast.Subscript(value=outer):
            return _last(outer) in _PLAIN
    return _last(node) in _PLAIN


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]
