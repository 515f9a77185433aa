"""See `scattered_constant.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pluribus.codebase import WordSet
from pluribus.findings import Confidence, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.places import repeats_by_right
from pluribus.rules.subject import Subject
from pluribus.rules.vocabulary import LEAST, is_constant, owned_sets


@rule(
    name="scattered-constant",
    family="implementations",
    summary="the concept's set of names is written down again",
    severity=Severity.WARNING,
)
def scattered_constant(subject: Subject) -> Iterator[Violation]:
    declared = subject.concept.events
    events = frozenset(declared) if len(declared) >= LEAST else None
    owned = [each for each in owned_sets(subject) if not (events and events <= {*each.words})]
    wanted = [sorted(events)] if events else []
    wanted += [list(each.words) for each in owned]
    sets = subject.codebase.sets_like(wanted) if wanted else []
    found = [each for each in sets if not repeats_by_right(each.site)]
    if events:
        yield from _events_again(subject, [each for each in found if events <= {*each.words}])
    for original in owned:
        yield from _again(original, found)


def _events_again(subject: Subject, found: Sequence[WordSet]) -> Iterator[Violation]:
    homes = [each for each in found if each.site.module in subject.allowed and is_constant(each)]
    # Who names an enum has one thing to import; more names than the events are another's.
    homes.sort(key=lambda each: (each.kind != "enum", len(each.words)))
    home = homes[0] if homes else None
    if home is None and len(found) < 2:
        return
    for each in found:
        if each is not home:
            yield _violation(subject, each, home, others=len(found) - 1)


def _violation(
    subject: Subject, found: WordSet, home: WordSet | None, *, others: int
) -> Violation:
    events = subject.concept.events
    has_more = len(found.words) > len(events)
    return Violation(
        site=found.site,
        message=f"{_what(found)} writes the {len(events)} events of `{subject.concept.name}` "
        f"down again; " + (f"`{home.path}` has them" if home else _places(others)),
        hint=f"use `{home.path}`" if home else f"write them down once, beside `{subject.keep}`",
        confidence=Confidence.LIKELY if has_more else Confidence.CERTAIN,
        related=(home.site.place.location("the events"),) if home else (),
        key=(found.site.place.path, found.name),
    )


def _again(original: WordSet, found: Sequence[WordSet]) -> Iterator[Violation]:
    for each in found:
        is_copy = each.words == original.words and is_constant(each)
        if not is_copy or each.site.module == original.site.module:
            continue
        yield Violation(
            site=each.site,
            message=f"{_what(each)} defines the {len(each.words)} names of "
            f"`{original.path}` again",
            hint=f"use `{original.path}`",
            related=(original.site.place.location("defined here"),),
            key=(each.site.place.path, each.name, original.name),
        )


def _what(found: WordSet) -> str:
    return f"`{found.name}`" if found.kind == "list" else f"{found.kind} `{found.name}`"


def _places(count: int) -> str:
    return "so does another place" if count == 1 else f"so do {count} other places"
