"""What `pluribus discover` found, for people: a block a concept, then the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pluribus.findings import Confidence
from pluribus.findings.discovery import Counts, Discovery, FragmentedConcept, Rival
from pluribus.reports._page import Page
from pluribus.reports.options import RenderOptions
from pluribus.reports.table import table
from pluribus.reports.wording import counted, place, printable

_SHOWN_RIVALS = 12
_HEADER = ("rival", "where", "production", "tests", "has")
_INDENT = 10


def render(discovery: Discovery, options: RenderOptions) -> str:
    """Write the concepts by rank, and what was looked at."""
    page = Page(color=options.color, width=options.width)
    lines: list[str] = []
    for rank, concept in enumerate(discovery.concepts, 1):
        lines += [*_concept(rank, concept, page), ""]
    return "\n".join([*lines, *_summary(discovery, page), ""])


def _concept(rank: int, concept: FragmentedConcept, page: Page) -> Iterator[str]:
    title = f"{rank}. {printable(concept.name)}"
    yield from page.heading(f"{title} ({concept.confidence})")
    yield from _rivals(concept, page)
    yield ""
    for word, text in _said(concept):
        prefix = f"{word + ':' if word else '':<{_INDENT}}"
        yield from page.paragraph(prefix, text, role="faint", indent=_INDENT)


def _rivals(concept: FragmentedConcept, page: Page) -> Iterator[str]:
    shown = concept.rivals[:_SHOWN_RIVALS]
    header, *lines = table([_HEADER, *map(_row, shown)], right={2, 3, 4})
    yield page.paint("faint", header)
    for rival, line in zip(shown, lines, strict=True):
        yield page.paint("good", line) if rival.path == concept.proposal.owner else line
    left = len(concept.rivals) - len(shown)
    if left:
        yield page.paint("faint", f"... and {counted(left, 'more rival')}; JSON has them all")


def _row(rival: Rival) -> tuple[str, ...]:
    share = "" if rival.completeness is None else f"{rival.completeness:.0%}"
    return (
        printable(rival.path),
        place(rival.location),
        f"{rival.dependants.production:,}",
        f"{rival.dependants.tests:,}",
        share,
    )


def _said(concept: FragmentedConcept) -> Iterator[tuple[str, str]]:
    previous = ""
    for each in concept.evidence:
        yield (
            ("" if each.name == previous else "evidence" if not previous else "and"),
            (f"{each.name}: {each.text}"),
        )
        previous = each.name
    for rival in concept.rivals:
        if rival.against:
            yield "against", f"`{rival.path}`: {'; '.join(rival.against)}"
    proposal = concept.proposal
    if proposal.owner:
        yield "owner", f"`{proposal.owner}`, because {proposal.reason}"
    else:
        named = ", ".join(f"`{each}`" for each in proposal.candidates)
        yield "owner", f"not decided, because {proposal.reason}: {named}"
    yield "used by", _files(concept.dependants)
    copies = (
        f"; {counted(concept.copies, 'file')} of these names in backups" if concept.copies else ""
    )
    yield "cost", f"{_files(concept.cost)} to touch{copies}"


def _files(counts: Counts) -> str:
    parts = [f"{counted(counts.production, 'file')} of the product", f"{counts.tests:,} in tests"]
    if counts.backups:
        parts.append(f"{counts.backups:,} in backups")
    return ", ".join(parts)


def _summary(discovery: Discovery, page: Page) -> Iterator[str]:
    surveyed = discovery.surveyed
    if discovery.found:
        levels = Counter(each.confidence for each in discovery.concepts)
        sure = ", ".join(f"{levels[each]:,} {each}" for each in Confidence if levels[each])
        found = f"{counted(discovery.found, 'concept')} with several owners"
        hidden = discovery.found - len(discovery.concepts)
        shown = f"{len(discovery.concepts):,} shown: {sure}" if hidden else sure
        yield page.paint("title", found) + f" ({shown})"
    else:
        yield page.paint("good", "nothing found") + ": no concept has several owners"
    yield (
        f"looked at: {counted(surveyed.production, 'file')} of the product; "
        f"{surveyed.tests:,} of tests for what they import; left alone: {surveyed.backups:,} in "
        f"backups, {surveyed.beside:,} examples, scripts, vendored or generated"
    )
    if surveyed.not_whole:
        yield f"incomplete: {counted(surveyed.not_whole, 'file')} not read whole"
    if discovery.found:
        yield page.paint("faint", "to guard them: pluribus discover --write, then pluribus check")
