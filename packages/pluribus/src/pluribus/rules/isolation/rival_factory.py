"""See `rival_factory.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.findings import Severity
from pluribus.rules.base import Violation, quoted, rule
from pluribus.rules.making import RivalMaker
from pluribus.rules.subject import Subject


@rule(
    name="rival-factory",
    family="isolation",
    summary="another function makes the owner beside the declared factories",
    severity=Severity.ERROR,
)
def rival_factory(subject: Subject) -> Iterator[Violation]:
    for each in subject.rival_makers:
        declared = quoted(subject.concept.factories)
        yield Violation(
            site=each.function.site,
            message=f"`{each.function.path}` makes {_what(subject, each)} and hands it out, "
            "beside the declared factories",
            hint=f"call {declared}, or declare it as a factory"
            if each.rival is None
            else f"call {declared}: what the rival does better belongs in the owner",
            severity=None if each.rival is None else Severity.WARNING,
            confidence=each.confidence,
            related=(
                each.made.site.place.location("the owner" if each.rival is None else "the rival"),
            ),
            key=(each.function.path, each.made.path),
        )


def _what(subject: Subject, each: RivalMaker) -> str:
    if each.rival is None:
        return f"`{subject.keep}`"
    return f"`{each.made.path}`, a rival of `{subject.keep}`,"
