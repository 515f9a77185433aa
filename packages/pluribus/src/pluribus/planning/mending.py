"""All steps of one concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pluribus.findings import Finding
from pluribus.planning.drafts import Draft, Ground, Matter
from pluribus.planning.importing import imports, offers
from pluribus.planning.moves import leaving, moves_of
from pluribus.planning.removing import removals, strings
from pluribus.rules import Subject


def drafted(
    subject: Subject, findings: Sequence[Finding], ground: Ground
) -> tuple[list[Draft], tuple[str, ...]]:
    """Draft what is to be done about a concept.

    Args:
        subject: The concept.
        findings: All of it that nothing silenced.
        ground: What is known besides.

    Returns:
        The steps, in no order; every finding is in one of them, and in one only. And what was
        declared to go and stays, with the reason.
    """
    going = leaving(subject, findings)
    matter = Matter(subject=subject, findings=tuple(findings), going=going, ground=ground)
    dual = {each.location.path for each in findings if each.rule == "dual-import"}
    moves = moves_of(subject, going, dual)
    first = [*offers(matter, moves)]
    moving = imports(matter, moves, first)
    text = [*strings(matter, moving)]
    gone = [*removals(matter, moving, text)]
    return [*first, *moving, *text, *gone, *_mends(matter, gone)], going.kept


def _mends(matter: Matter, gone: Sequence[Draft]) -> Iterator[Draft]:
    """What is mended where it stands: a step for each rule."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for each in matter.left:
        groups.setdefault((each.phase, each.rule), []).append(each)
    for (_, rule), found in sorted(groups.items()):
        hints = Counter(each.hint for each in found if each.hint)
        hint = min(hints, key=lambda each: (-hints[each], each), default="see what it says")
        step = Draft(
            kind="mend",
            concept=matter.name,
            what=f"`{rule}`: {hint}",
            files={each.location.path for each in found},
        )
        step.take(matter.taken(lambda _: True, found))
        if any(each.kind == "remove" and each.files & step.files for each in gone):
            step.notes.append("some of it may go with what is removed from the same files")
        yield step
