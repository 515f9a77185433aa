"""See `mismatched_async.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Definition
from pluribus.findings import Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.comparing import compared
from pluribus.rules.subject import Subject


@rule(
    name="mismatched-async",
    family="interfaces",
    summary="a protocol or a rival is awaited where the owner is not, or the other way round",
    severity=Severity.WARNING,
)
def mismatched_async(subject: Subject) -> Iterator[Violation]:
    for pair in compared(subject):
        owned, other = _is_awaited(pair.owned), _is_awaited(pair.other)
        if owned is None or other is None or owned == other:
            continue
        yield Violation(
            site=pair.other.site,
            message=f"`{pair.other.path}` is {_said(awaited=other)}, "
            f"`{pair.owned.path}` is {_said(awaited=owned)}",
            hint="make both the same, before callers are moved from one to the other",
            severity=pair.severity,
            confidence=pair.confidence,
            related=(pair.owned.site.place.location("the owner's"),),
            key=(pair.other.path, pair.owned.path),
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
    """Whether an annotation names what cannot be awaited."""
    name = annotation.strip("\"' ").partition("[")[0].rpartition(".")[2]
    plain = "None bool int float str bytes dict list set tuple Dict List Set Tuple frozenset"
    return name in plain.split()
