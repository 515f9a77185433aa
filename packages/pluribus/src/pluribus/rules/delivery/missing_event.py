"""See `missing_event.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Site
from pluribus.findings import Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.subject import Subject
from pluribus.rules.vocabulary import unspelled


@rule(
    name="missing-event",
    family="delivery",
    summary="a declared event is named nowhere outside of tests: nothing can send it",
    severity=Severity.ERROR,
)
def missing_event(subject: Subject) -> Iterator[Violation]:
    site = _site(subject)
    if site is None:
        return
    for event in unspelled(subject):
        yield Violation(
            site=site,
            message=f"`{subject.concept.name}` declares the event `{event}`, and nothing outside "
            "of tests names it",
            hint="send it, or take it out of the contract",
            key=(event,),
        )


def _site(subject: Subject) -> Site | None:
    """Where the owner stands."""
    if subject.owner is not None:
        return subject.owner.site
    module = subject.codebase.module(subject.owner_module)
    if module is None:
        return None
    return Site(
        place=module.first,
        module=module.name,
        is_test=module.is_test,
        scope="",
        in_function=False,
        type_checking=False,
        guarded=False,
        fallback=False,
    )
