"""The part of the text report that is about one concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pluribus.findings import ConceptSummary, Finding, OwnerPath
from pluribus.reports._findings import statement
from pluribus.reports._grouping import ConceptGroup, RuleGroup, shared_hint
from pluribus.reports._matrix import matrix
from pluribus.reports._page import Page
from pluribus.reports.options import RenderOptions
from pluribus.reports.table import table
from pluribus.reports.wording import counted, place, printable

KINDS = ("owner", "allowed", "legacy", "re-export", "import")
"""The kinds of paths to an owner, the wanted ones first."""


def concept(
    group: ConceptGroup, options: RenderOptions, page: Page, *, silence: str
) -> Iterator[str]:
    """Yield the lines of one concept: its heading, then its findings by phase and rule.

    `silence` is what to say when there are none.
    """
    yield from page.heading(f"concept {printable(group.name)}")
    if group.summary:
        yield from _about(group.summary, options, page)
    yield ""
    if not group.phases:
        yield page.paint("good", silence)
        yield ""
    for phase in group.phases:
        for rule in phase.rules:
            yield from of_rule(phase.name, rule, options, page)


def _about(summary: ConceptSummary, options: RenderOptions, page: Page) -> Iterator[str]:
    owner = summary.owner
    if summary.location:
        owner += f"  ({place(summary.location)})"
    said = {
        "role": summary.summary,
        "owner": owner,
        "impact": summary.impact,
        "risk": summary.risk,
        "paths": _kinds(summary.paths),
    }
    for word, text in said.items():
        if text:
            yield from page.paragraph(f"{word + ':':<8}", text, role="faint", indent=8)
    if options.paths:
        yield from _paths(summary.paths, page)
    if options.matrix and summary.matrix:
        yield from matrix(summary.matrix, page)


def _kinds(paths: Sequence[OwnerPath]) -> str:
    if not paths:
        return ""
    kinds = Counter(path.kind for path in paths)
    parts = (f"{kinds[kind]:,} {kind}" for kind in sorted(kinds, key=_kind_rank))
    return f"{counted(len(paths), 'way')} to import it: {', '.join(parts)}"


def _paths(paths: Sequence[OwnerPath], page: Page) -> Iterator[str]:
    if not paths:
        return
    first = sorted(paths, key=lambda path: (_kind_rank(path.kind), -path.importers, path))
    rows = [["kind", "importers", "path", "where"]]
    rows += [
        [printable(path.kind), f"{path.importers:,}", printable(path.path), place(path.location)]
        for path in first
    ]
    header, *lines = table(rows, right={1})
    chain_column = header.index("path")
    yield ""
    yield "  " + page.paint("faint", header)
    for path, line in zip(first, lines, strict=True):
        yield "  " + line
        if path.chain:
            hops = " ".join(f"-> {printable(hop)}" for hop in path.chain)
            yield "  " + " " * chain_column + page.paint("faint", hops)


def _kind_rank(kind: str) -> tuple[int, str]:
    return (KINDS.index(kind) if kind in KINDS else len(KINDS), kind)


def of_rule(phase: str, group: RuleGroup, options: RenderOptions, page: Page) -> Iterator[str]:
    """Yield the lines of what one rule found of one concept."""
    name = page.paint("heading", f"{printable(phase or 'no phase')} / {printable(group.name)}")
    yield f"{name}: {_size(group.findings)}"
    statements = list(group.statements(options.limit))
    hint, word = shared_hint(statements)
    if hint:
        yield from page.paragraph(f"{word}: ", hint, role="help", indent=6)
    yield ""
    for findings in statements:
        yield from statement(findings, told=hint, page=page)
        yield ""
    if options.limit is not None and len(group.findings) > options.limit:
        left = len(group.findings) - options.limit
        yield page.paint("faint", f"... and {left:,} more of {printable(group.name)}, not listed")
        yield ""


def _size(findings: Sequence[Finding]) -> str:
    tests = sum(finding.in_tests for finding in findings)
    files = len({finding.location.path for finding in findings})
    inside = f", {'all' if tests == len(findings) else f'{tests:,}'} in tests" if tests else ""
    return f"{counted(len(findings), 'finding')}{inside}; {counted(files, 'file')}"
