"""What `pluribus conform` found, for people: the verdicts as a table, then each failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pluribus.findings.conformance import (
    ConceptConformance,
    Conformance,
    KitTrial,
    MatrixLine,
    Outcome,
    Verdict,
)
from pluribus.reports._page import Page
from pluribus.reports.options import RenderOptions
from pluribus.reports.table import table
from pluribus.reports.verdicts import (
    LEGEND,
    MARKS,
    NAMED,
    NO_PROGRAM,
    counts,
    judged,
    lacks_program,
    managers,
    told_by_line,
    unneeded,
    unseen,
)
from pluribus.reports.wording import counted, place, printable

_ROLES = {
    Outcome.FAIL: "bad",
    Outcome.ERROR: "bad",
    Outcome.NOT_EXERCISED: "heading",
    Outcome.PASS: "good",
    Outcome.DECLINED: "faint",
}
_INDENT = 12
_TITLES_AT = 20
"""The column where what does not fit beside a title goes on."""


_MOST_IN_WORDS = 3
"""Of more managers, rivals head their columns by number alone, so that all fit a terminal."""


def render(conformance: Conformance, options: RenderOptions) -> str:
    """Write the verdicts of every concept, what each failure stands on, and the counts."""
    page = Page(color=options.color, width=options.width)
    lines: list[str] = []
    for concept in conformance.concepts:
        lines += [*_concept(concept, page), ""]
    return "\n".join([*lines, *_summary(conformance, page), ""])


def render_verdict(verdict: Verdict, options: RenderOptions) -> str:
    """Write one verdict, with what it stands on."""
    page = Page(color=options.color, width=options.width)
    return "\n".join([*_detail(verdict, page), ""])


def render_trial(trial: KitTrial, options: RenderOptions) -> str:
    """Write what noticed each manager, and what is not as it must be.

    The whole matrix has as many columns as there are properties: Markdown and JSON hold it.
    """
    page = Page(color=options.color, width=options.width)
    lines = list(page.heading(f"self-test of {printable(trial.subject)}"))
    known = _failing(trial.lines[0]) if trial.lines and not trial.lines[0].about else []
    for line in trial.lines:
        lines += _tried(line, known, page)
    lines.append("")
    problems = [f"{each.name}: {each.problem}" for each in trial.lines if each.problem]
    for each in (*problems, *trial.problems):
        lines += page.paragraph("", each, role="bad", indent=2, style="bad")
    if trial.is_sound:
        lines.append(page.paint("good", "sound") + ": what is broken was noticed by some property")
    return "\n".join([*lines, ""])


def _tried(line: MatrixLine, known: list[str], page: Page) -> Iterator[str]:
    """One manager: what is wrong with it, which properties say so, and how often the rest came.
    What fails without that, too, is `known`."""
    name = printable(line.name)
    role = "bad" if line.problem else "title"
    if line.about:
        yield from page.paragraph(f"{name}: ", line.about, role=role, indent=2)
        failing = [each for each in _failing(line) if each not in known]
    else:
        yield page.paint(role, name)
        failing = _failing(line)
    if failing:
        label = "  noticed by " if line.about else f"  {Outcome.FAIL} "
        yield from page.paragraph(label, ", ".join(failing), role="good", indent=len(label))
    tally = Counter(outcome for _, outcome in line.outcomes)
    counts = [f"{each} {tally[each]}" for each in Outcome if tally[each]]
    if counts:
        asked = counted(len(line.outcomes), "property", "properties")
        said = f"{asked} asked: {', '.join(counts)}"
        yield from page.paragraph("  ", said, role="faint", indent=2, style="faint")


def _failing(line: MatrixLine) -> list[str]:
    return [name for name, outcome in line.outcomes if outcome is Outcome.FAIL]


def _concept(concept: ConceptConformance, page: Page) -> Iterator[str]:
    yield from page.heading(f"{printable(concept.concept)} ({printable(concept.owner)})")
    # What stands in the last column keeps the width of the others.
    rows = [[each.property, each.outcome, each.title, "."] for each in concept.verdicts]
    for verdict, line in zip(concept.verdicts, table(rows) if rows else (), strict=True):
        yield from page.paragraph(
            line[:-1],
            _remark(verdict),
            role=_ROLES[verdict.outcome],
            indent=_TITLES_AT,
            style=_ROLES[verdict.outcome],
        )
    for verdict in concept.verdicts:
        if verdict.outcome in NAMED:
            yield ""
            yield from _detail(verdict, page)
    yield from _unexercised(concept.verdicts, page)
    for note in concept.notes:
        yield ""
        yield from page.paragraph("note: ", note, role="help", indent=6)
    for said in unneeded(concept):
        yield ""
        yield page.paint("bad", said)
    if concept.rivals is not None:
        yield ""
        yield from _side_by_side(concept, page)


def _side_by_side(concept: ConceptConformance, page: Page) -> Iterator[str]:
    """Properties by managers, and which column is which."""
    columns = managers(concept)
    driven = [each for each in columns if not each.unbound]
    if len(columns) == 1:
        yield page.paint("faint", "no rival was found")
        return
    roles = [each.role for each in driven]
    if len(roles) > _MOST_IN_WORDS:
        roles = [each.removeprefix("rival ") for each in roles]
    rows = [["", *roles, ""]]
    for name, title in judged(driven).items():
        found = (each.verdicts.get(name) for each in driven)
        rows.append(
            [name, *("" if each is None else MARKS[each.outcome] for each in found), title]
        )
    header, *lines = table([[printable(cell) for cell in row] for row in rows])
    yield page.paint("title", "the owner and its rivals")
    yield page.paint("faint", header)
    yield from lines
    yield ""
    yield LEGEND
    yield ""
    for each in columns:
        at = f"  ({place(each.location)})" if each.location else ""
        yield f"{each.role}: {printable(each.path)}{at}"
        if each.unbound:
            yield from page.paragraph("  ", f"not driven: {each.unbound}", role="help", indent=2)
        if each.role == "owner":
            continue
        for note in each.notes:
            yield from page.paragraph("  ", f"note: {note}", role="help", indent=2)
        for verdict in each.verdicts.values():
            if verdict.outcome in NAMED:
                label = f"  {verdict.outcome} {verdict.property}  "
                yield from page.paragraph(label, verdict.claim, role="bad", indent=len(label))


def _remark(verdict: Verdict) -> str:
    match verdict.outcome:
        case Outcome.DECLINED:
            return printable(verdict.claim)
        case Outcome.NOT_EXERCISED if verdict.allowed:
            return printable(f"allowed: {verdict.allowed}")
        case Outcome.PASS:
            return ""
        case _:
            return "see below"


def _unexercised(verdicts: tuple[Verdict, ...], page: Page) -> Iterator[str]:
    for (claim, hint), names in unseen(verdicts).items():
        yield ""
        title = f"{Outcome.NOT_EXERCISED} {', '.join(names)}"
        yield page.paint(_ROLES[Outcome.NOT_EXERCISED], title)
        yield from page.paragraph("  ", claim, role="title", indent=2)
        if hint:
            yield from page.paragraph("  hint      ", hint, role="help", indent=_INDENT)


def _detail(verdict: Verdict, page: Page) -> Iterator[str]:
    title = f"{verdict.outcome} {verdict.property} {verdict.title}"
    yield page.paint(_ROLES[verdict.outcome], title) + (f"  {verdict.id}" if verdict.id else "")
    yield from page.paragraph("  ", verdict.claim, role="title", indent=2)
    if verdict.hint:
        yield from page.paragraph("  hint      ", verdict.hint, role="help", indent=_INDENT)
    for each in verdict.evidence:
        yield from page.paragraph(
            "  evidence  ", f"{each.name}: {told_by_line(each)}", role="faint", indent=_INDENT
        )
    for anchor in verdict.anchors:
        at = f"{place(anchor)} {printable(anchor.label)}".rstrip()
        yield f"  {page.paint('faint', 'at')}        {at}"
    if verdict.replay:
        yield f"  {page.paint('faint', 'replay')}    pluribus conform --replay {verdict.replay}"
    if verdict.sequence:
        yield f"  {page.paint('faint', 'sequence')}, a program that runs from the import roots"
        yield from (f"    {printable(line)}".rstrip() for line in verdict.sequence.splitlines())
    elif lacks_program(verdict):
        yield from page.paragraph("  sequence  ", NO_PROGRAM, role="faint", indent=_INDENT)


def _summary(conformance: Conformance, page: Page) -> Iterator[str]:
    clean = "good" if conformance.is_whole else "heading"
    role = "bad" if conformance.has_failed else clean
    yield page.paint(role, counts(conformance))
    if conformance.has_failed:
        yield page.paint("faint", "what a property asks: pluribus explain NAME")
