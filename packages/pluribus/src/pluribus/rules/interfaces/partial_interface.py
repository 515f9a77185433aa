"""See `partial_interface.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Class
from pluribus.findings import Confidence, Evidence, Severity
from pluribus.rules.base import Violation, quoted, rule
from pluribus.rules.comparing import lacking, may_have_more
from pluribus.rules.role import interface_of
from pluribus.rules.subject import Subject


@rule(
    name="partial-interface",
    family="interfaces",
    summary="the owner or a rival lacks methods of the concept's interface",
    severity=Severity.ERROR,
)
def partial_interface(subject: Subject) -> Iterator[Violation]:
    if subject.concept.interface is None:
        # All that the owner has is no interface that others ought to have.
        return
    if subject.owner_class is not None:
        yield from _judged(
            subject, subject.owner_class, Confidence.CERTAIN, Severity.ERROR, "the owner"
        )
        for rival in subject.rivals:
            yield from _judged(
                subject, rival.found, rival.confidence, Severity.WARNING, "the rival"
            )
    elif subject.owner is None:
        yield from _of_module(subject)


def _judged(
    subject: Subject, each: Class, confidence: Confidence, severity: Severity, who: str
) -> Iterator[Violation]:
    missing = lacking(subject, each)
    asked = interface_of(subject)
    if not missing:
        return
    is_open = may_have_more(subject, each)
    has = [name for name in asked if name not in missing]
    yield Violation(
        site=each.definition.site,
        message=f"{who} `{each.definition.path}` lacks {len(missing)} of the {len(asked)} "
        f"methods of the interface: {quoted(missing)}",
        hint="implement them, or ask for less in the contract"
        if who == "the owner"
        else "whoever calls these on it fails: move its users to the owner",
        severity=severity,
        confidence=Confidence.POSSIBLE if is_open else confidence,
        evidence=(
            Evidence("has", ", ".join(has) or "none of them"),
            *((Evidence("open", "it may inherit or serve more than is read"),) if is_open else ()),
        ),
        key=(each.definition.path, *missing),
    )


def _of_module(subject: Subject) -> Iterator[Violation]:
    """A module has for methods what it defines or imports."""
    declared = subject.concept.interface
    module = subject.codebase.module(subject.owner_module)
    if declared is None or not declared.methods or module is None:
        return
    if module.open_names or module.has_getattr:
        return
    names = {own.name for own in module.own} | {each.name for each in module.imported}
    missing = [name for name in declared.methods if name not in names]
    if not missing:
        return
    codebase = subject.codebase
    stars = [each for each in codebase.imports(modules=[module.name]) if each.name == "*"]
    first = codebase.functions(names=sorted(names))
    site = next((each.site for each in first if each.site.module == module.name), None)
    if site is None or any(star.site.module == module.name for star in stars):
        return
    yield Violation(
        site=site,
        place=module.first,
        message=f"the owner `{module.name}` lacks {len(missing)} of the "
        f"{len(declared.methods)} functions of the interface: {quoted(missing)}",
        hint="define them, or ask for less in the contract",
        key=(module.name, *missing),
    )
