"""What was seen, what was not checked, and why: the last part of the text report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from pluribus.findings import Completeness, FileNote, Report
from pluribus.reports._page import Page
from pluribus.reports.wording import counted, printable, unchecked

SHOWN = 5
"""How many files are named of those that could not be read whole; JSON has them all."""

_ROLES: Mapping[str, str] = MappingProxyType(
    {"recovered": "bad", "not parsed": "bad", "not run": "bad", "no match": "bad", "done": "good"}
)
_WIDEST_WORD = len("not parsed:")


def ledger(report: Report, page: Page) -> Iterator[str]:
    """Yield a heading, then one line for each kind of news; kinds without news are left out."""
    gaps = unchecked(report)
    yield from page.heading("completeness")
    if gaps:
        yield from page.paragraph("incomplete: ", gaps, role="bad", indent=_WIDEST_WORD + 1)
    else:
        yield f"{page.paint('good', 'complete')}: every selected file read whole, every rule run"
    previous = ""
    for word, text in _entries(report):
        # A repeated word is left blank, so that the kinds of news stand out.
        prefix = f"{'' if word == previous else word + ':':<{_WIDEST_WORD}} "
        yield from page.paragraph(
            prefix,
            text,
            role=_ROLES.get(word, "faint"),
            indent=len(prefix),
        )
        previous = word


def _entries(report: Report) -> Iterator[tuple[str, str]]:
    completeness = report.completeness
    yield "files", _files(completeness)
    if completeness.excluded:
        yield "excluded", _by_reason(completeness.excluded, "file")
    yield from _notes("recovered", completeness.recovered)
    yield from _notes("not parsed", completeness.not_parsed)
    for missed in sorted(completeness.not_run):
        yield "not run", f"{missed.rule} for {missed.concept}: {missed.reason}"
    if report.rules:
        yield "rules", f"{len(report.rules):,} ran: {', '.join(report.rules)}"
    for root in sorted(completeness.roots):
        yield "root", f"{root.path} ({counted(root.files, 'file')}, {root.reason})"
    if completeness.unresolved_imports:
        yield "unresolved", _by_reason(completeness.unresolved_imports, "import")
    for selector in sorted(completeness.selectors):
        if not selector.matched:
            yield "no match", f"{selector.key}: `{selector.pattern}` matched nothing"
    for concept in report.concepts:
        for name in sorted(concept.empty):
            yield "done", f"nothing left at `{name}` ({concept.name})"


def _files(completeness: Completeness) -> str:
    files = completeness.files
    parts = [f"{files.parsed:,} parsed"]
    if files.recovered:
        parts.append(f"{files.recovered:,} recovered from syntax errors")
    if files.set_aside:
        parts.append(f"{files.set_aside:,} set aside because no concept is named in them")
    if files.not_parsed:
        parts.append(f"{files.not_parsed:,} not parsed")
    tests = f"{files.tests:,} {'is a test' if files.tests == 1 else 'are tests'}"
    return f"{files.seen:,} seen: {', '.join(parts)}; {tests}"


def _by_reason(counts: Mapping[str, int], noun: str) -> str:
    total = sum(counts.values())
    reasons = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if len(reasons) == 1:
        return f"{counted(total, noun)} {reasons[0][0]}"
    listed = ", ".join(f"{number:,} {reason}" for reason, number in reasons)
    return f"{counted(total, noun)}: {listed}"


def _notes(word: str, notes: Sequence[FileNote]) -> Iterator[tuple[str, str]]:
    for note in sorted(notes)[:SHOWN]:
        yield word, f"{printable(note.path)}: {note.reason}"
    if len(notes) > SHOWN:
        yield word, f"... and {counted(len(notes) - SHOWN, 'more file')}"
