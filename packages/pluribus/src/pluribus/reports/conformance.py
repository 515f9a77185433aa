"""What `pluribus conform` found, for people: the verdicts as a table, then each failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pluribus.findings.conformance import (
    ConceptConformance,
    Conformance,
    KitTrial,
    Outcome,
    Verdict,
)
from pluribus.reports._page import Page
from pluribus.reports.options import RenderOptions
from pluribus.reports.table import table
from pluribus.reports.wording import counted, place, printable

_ROLES = {
    Outcome.FAIL: "bad",
    Outcome.ERROR: "bad",
    Outcome.NOT_EXERCISED: "heading",
    Outcome.PASS: "good",
    Outcome.DECLINED: "faint",
}
_MARKS = {
    Outcome.FAIL: "F",
    Outcome.ERROR: "E",
    Outcome.NOT_EXERCISED: "n",
    Outcome.PASS: ".",
    Outcome.DECLINED: "-",
}
_INDENT = 12


def render(conformance: Conformance, options: RenderOptions) -> str:
    """Write the verdicts of every concept, what each failure stands on, and the counts."""
    page = Page(color=options.color, width=options.width)
    lines: list[str] = []
    for concept in conformance.concepts:
        lines += [*_concept(concept, page), ""]
    return "\n".join([*lines, *_summary(conformance, page), ""])


def render_trial(trial: KitTrial, options: RenderOptions) -> str:
    """Write managers by properties, and what is not as it must be."""
    page = Page(color=options.color, width=options.width)
    names = [name for name, _ in trial.lines[0].outcomes] if trial.lines else []
    rows = [["", *names]]
    for line in trial.lines:
        outcomes = dict(line.outcomes)
        marks = (_MARKS[outcomes[name]] if name in outcomes else " " for name in names)
        rows.append([printable(line.name), *marks])
    header, *drawn = table(rows, gap=1)
    lines = [
        *page.heading(f"self-test of {printable(trial.subject)}"),
        page.paint("faint", header),
    ]
    for line, text in zip(trial.lines, drawn, strict=True):
        lines.append(page.paint("bad", text) if line.problem else text)
    legend = ". pass  F fail  n not exercised  E error  - declined"
    is_cut = any(len(line.outcomes) < len(names) for line in trial.lines)
    lines += ["", legend + ("  blank: it had been noticed" if is_cut else ""), ""]
    lines += [
        f"{printable(line.name)}: {printable(line.about)}" for line in trial.lines if line.about
    ]
    problems = [f"{each.name}: {each.problem}" for each in trial.lines if each.problem]
    lines += ["", *(page.paint("bad", printable(each)) for each in (*problems, *trial.problems))]
    if trial.is_sound:
        lines.append(page.paint("good", "sound") + ": what is broken was noticed by some property")
    return "\n".join([*lines, ""])


def _concept(concept: ConceptConformance, page: Page) -> Iterator[str]:
    yield from page.heading(f"{printable(concept.concept)} ({printable(concept.owner)})")
    rows = [[each.property, each.outcome, each.title, _remark(each)] for each in concept.verdicts]
    for verdict, line in zip(concept.verdicts, table(rows) if rows else (), strict=True):
        yield page.paint(_ROLES[verdict.outcome], line)
    for verdict in concept.verdicts:
        if verdict.outcome in (Outcome.FAIL, Outcome.ERROR):
            yield ""
            yield from _detail(verdict, page)
    yield from _unexercised(concept.verdicts, page)
    for note in concept.notes:
        yield ""
        yield from page.paragraph("note: ", note, role="help", indent=6)
    for name in concept.unused_allowances:
        yield ""
        yield page.paint("bad", f"allow.{name}: not needed, take it out of the contract")


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
    """What was not seen, once, with the properties that would have needed it."""
    missing: dict[tuple[str, str], list[str]] = {}
    for each in verdicts:
        if each.outcome is Outcome.NOT_EXERCISED:
            missing.setdefault((each.claim, each.hint), []).append(each.property)
    for (claim, hint), names in missing.items():
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
            "  evidence  ", f"{each.name}: {each.text}", role="faint", indent=_INDENT
        )
    for anchor in verdict.anchors:
        yield f"  {page.paint('faint', 'at')}        {place(anchor)} {printable(anchor.label)}"
    if verdict.replay:
        yield f"  {page.paint('faint', 'replay')}    pluribus conform --replay {verdict.replay}"
    if verdict.sequence:
        yield f"  {page.paint('faint', 'sequence')}, a program that runs from the import roots"
        yield from (f"    {printable(line)}".rstrip() for line in verdict.sequence.splitlines())


def _summary(conformance: Conformance, page: Page) -> Iterator[str]:
    counts = Counter(
        verdict.outcome for concept in conformance.concepts for verdict in concept.verdicts
    )
    order = (Outcome.PASS, Outcome.FAIL, Outcome.NOT_EXERCISED, Outcome.DECLINED, Outcome.ERROR)
    listed = ", ".join(f"{each} {counts[each]}" for each in order)
    allowed = sum(
        bool(verdict.allowed) for concept in conformance.concepts for verdict in concept.verdicts
    )
    if allowed:
        listed += f" ({counted(allowed, 'not exercised', 'not exercised')} is allowed)"
    clean = "good" if conformance.is_whole else "heading"
    role = "bad" if conformance.has_failed else clean
    yield page.paint(role, listed)
    if conformance.has_failed:
        yield page.paint("faint", "what a property asks: pluribus explain NAME")
