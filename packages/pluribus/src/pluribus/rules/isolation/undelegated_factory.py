"""See `undelegated_factory.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Definition, Returned
from pluribus.findings import Confidence, Evidence, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.keeping import is_of_owner
from pluribus.rules.kinship import is_abstract
from pluribus.rules.subject import Subject

_MOCKS = {"AsyncMock", "MagicMock", "Mock", "NonCallableMock", "create_autospec"}


@rule(
    name="undelegated-factory",
    family="isolation",
    summary="a factory returns something other than the owner",
    severity=Severity.ERROR,
)
def undelegated_factory(subject: Subject) -> Iterator[Violation]:
    owner = subject.owner_class
    # What has no bodies of its own is implemented by others.
    if owner is None or is_abstract(subject, owner):
        return
    for flow in subject.flows:
        factory = next(each for each in subject.factories if each.handle == flow.handle)
        seen = set()
        for each in flow.returned:
            found = _judged(subject, factory, each, is_only=len(flow.returned) == 1)
            if found and found.key not in seen:
                seen.add(found.key)
                yield found


def _judged(
    subject: Subject, factory: Definition, each: Returned, *, is_only: bool
) -> Violation | None:
    if each.kind == "none" and not is_only and not factory.is_generator:
        return Violation(
            site=factory.site,
            message=f"factory `{factory.path}` may return None and not `{subject.keep}`",
            hint="raise where the owner cannot be made: callers rely on what a factory gives",
            severity=Severity.WARNING,
            confidence=Confidence.POSSIBLE,
            evidence=(Evidence("returns", "None"),),
            key=(factory.path, "None"),
        )
    name = None
    if (each.kind == "object" and not _is_owner_like(subject, each.class_)) or (
        each.kind == "external" and each.name.rpartition(".")[2] in _MOCKS
    ):
        name = each.name
    if name is None:
        return None
    return Violation(
        site=factory.site,
        message=f"factory `{factory.path}` returns `{name}` and not `{subject.keep}`",
        hint="let it return the owner, or declare it a factory of what it returns",
        confidence=Confidence.CERTAIN if each.is_certain else Confidence.LIKELY,
        evidence=(Evidence("returns", name),),
        key=(factory.path, name),
    )


def _is_owner_like(subject: Subject, handle: int | None) -> bool:
    """Whether a class is the owner, below or above it, or made of it."""
    owner, found = subject.owner_class, None
    if handle is not None:
        found = subject.codebase.class_of(handle)
    if owner is None or found is None or is_of_owner(subject, handle):
        return True
    own = owner.definition.handle
    above = {target.handle for target in owner.ancestors}
    makers = {own, *(each.handle for each in subject.factories)}
    holds = any(store.target.handle in makers for store in found.stores)
    may_be = any(target.handle is None for target in found.ancestors)
    return handle in above or holds or owner.definition.path in found.collaborators or may_be
