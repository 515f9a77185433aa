"""See `context_blind_factory.md` beside this file: what it catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Definition
from pluribus.findings import Confidence, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.subject import Subject


@rule(
    name="context-blind-factory",
    family="isolation",
    summary="a factory's context never reaches what it returns",
    severity=Severity.ERROR,
)
def context_blind_factory(subject: Subject) -> Iterator[Violation]:
    context = subject.concept.context
    if context is None:
        return
    name = context.parameter
    flows = {each.handle: each for each in subject.flows}
    for factory in subject.factories:
        if factory.kind != "function" or factory.body == "stub":
            continue
        parts = {part.rpartition(".")[2] for part in context.key}
        taken = {each.name for each in factory.parameters}
        if not _takes(factory, name) and parts <= taken:
            continue
        if not _takes(factory, name):
            yield Violation(
                site=factory.site,
                message=f"factory `{factory.path}` does not take `{name}`, the declared context",
                hint=f"take `{name}`, and hand it to what is made",
                confidence=_confidence(factory, is_proven=not parts & taken),
                key=(factory.path, name),
            )
            continue
        idle = dict(flows[factory.handle].idle) if factory.handle in flows else {}
        if name in idle:
            what = "is never used" if idle[name] else "never reaches what is returned"
            yield Violation(
                site=factory.site,
                message=f"`{name}` of factory `{factory.path}` {what}: "
                "it gives one user what it gives another",
                hint="hand it to what is made, and to the key of what is kept",
                confidence=_confidence(factory, is_proven=idle[name]),
                key=(factory.path, name),
            )


def _takes(factory: Definition, name: str) -> bool:
    return any(each.name == name or each.kind.startswith("var") for each in factory.parameters)


def _confidence(factory: Definition, *, is_proven: bool) -> Confidence:
    if factory.decorators:
        # A decorator may take the context itself.
        return Confidence.POSSIBLE
    return Confidence.CERTAIN if is_proven else Confidence.LIKELY
