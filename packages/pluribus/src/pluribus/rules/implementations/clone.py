"""See `clone.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.findings import Confidence, Evidence, Location, Severity
from pluribus.rules.base import Violation, quoted, rule
from pluribus.rules.copying import CopiedCode, Pair, copied_code
from pluribus.rules.subject import Subject

_GRADES = (
    ("exact", "statement for statement"),
    ("renamed", "with other names or values"),
    ("near", "nearly"),
)


SHOWN = 3
"""As many names fit into a message."""


def _obstacle(subject: Subject) -> str | None:
    if subject.owner is not None and subject.owner.kind == "variable":
        return "the owner is a value: it has no statements to compare"
    return None


@rule(
    name="clone",
    family="implementations",
    summary="the owner's code again, under other names or not",
    severity=Severity.ERROR,
    obstacle=_obstacle,
)
def clone(subject: Subject) -> Iterator[Violation]:
    for each in copied_code(subject):
        path = each.found.path
        yield Violation(
            site=each.found.site,
            message=f"{each.found.kind} `{path}` {_what(subject, each)}",
            hint="remove what is copied: it is inherited anyway"
            if each.inherits
            else "let its users take the owner, then remove what is copied",
            confidence=Confidence.CERTAIN if each.is_certain else Confidence.LIKELY,
            related=tuple(_places(each)),
            evidence=tuple(_evidence(each)),
            key=(path, subject.keep),
        )


def _what(subject: Subject, each: CopiedCode) -> str:
    originals = {pair.original.handle: pair.original for pair in each.pairs}
    verb = "is" if each.is_function else "has"
    if set(originals) == set(subject.handles):
        return f"{verb} `{subject.keep}` again"
    names = sorted({original.name for original in originals.values()})
    shown = quoted(names) if len(names) <= SHOWN else f"{len(names)} methods"
    inherits = ", although it inherits from it" if each.inherits else ""
    return f"{verb} {shown} of `{subject.keep}` again{inherits}"


def _evidence(each: CopiedCode) -> Iterator[Evidence]:
    for grade, name in _GRADES:
        pairs = [pair for pair in each.pairs if pair.row.grade == grade]
        if pairs:
            yield Evidence(name, ", ".join(_told(pair) for pair in pairs))


def _told(pair: Pair) -> str:
    row = pair.row
    names = f"`{pair.original.name}`"
    if pair.copy.name != pair.original.name:
        names += f" as `{pair.copy.name}`"
    count = f"{row.shared} of {row.of}" if row.shared < row.of else f"{row.of}"
    return f"{names} ({count} statements)"


def _places(each: CopiedCode) -> Iterator[Location]:
    for pair in each.pairs:
        yield pair.original.site.place.location(f"the owner's `{pair.original.name}`")
        if not each.is_function:
            yield pair.copy.site.place.location(f"`{pair.copy.name}`, the same again")
