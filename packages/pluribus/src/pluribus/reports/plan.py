"""A plan for people: the phases as a table, then the steps in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pluribus.findings.plan import Plan, PlannedPhase, Step
from pluribus.reports._page import Page
from pluribus.reports._plan import (
    brings_down,
    move,
    numbers,
    phase_name,
    runs,
    start_of,
    totals,
)
from pluribus.reports.options import RenderOptions
from pluribus.reports.table import table
from pluribus.reports.wording import printable

_HEADER = ("phase", "start", "now", "in tests", "target", "fix", "unsafe fix", "person", "state")


def render(plan: Plan, options: RenderOptions) -> str:
    """Write the phases, their gates, the steps, and what is not planned."""
    page = Page(color=options.color, width=options.width)
    return "\n".join([*_lines(plan, options.limit, page), ""])


def _lines(plan: Plan, limit: int | None, page: Page) -> Iterator[str]:
    yield from page.heading("phases")
    yield from _phases(plan, page)
    yield ""
    for phase, steps in runs(plan.steps):
        yield from page.heading(f"steps: {printable(phase_name(phase))}")
        for step in steps:
            yield from _step(step, limit, page)
            yield ""
    notes = [*(("left", each) for each in plan.left)]
    if plan.incomplete:
        notes.append(("not checked", plan.incomplete))
    for word, text in notes:
        yield from page.paragraph(f"{word}: ", text, role="bad", indent=len(word) + 2)
    whose = (
        f"owners are those of {plan.codeowners}"
        if plan.codeowners
        else "no step has owners: there is no CODEOWNERS"
    )
    yield page.paint("faint", f"{printable(start_of(plan).replace('`', ''))}; {whose}")
    yield page.paint("title" if plan.steps else "good", totals(plan))


def _phases(plan: Plan, page: Page) -> Iterator[str]:
    rows: list[Sequence[str]] = [_HEADER, *map(_row, plan.phases)]
    header, *lines = table(rows, right=set(range(1, 8)))
    yield page.paint("faint", header)
    for phase, line in zip(plan.phases, lines, strict=True):
        yield page.paint("good", line) if phase.state == "done" else line
    yield ""
    for phase in plan.phases:
        if phase.gate:
            yield page.paint("faint", "gate: ") + printable(phase.gate)


def _row(phase: PlannedPhase) -> Sequence[str]:
    work = phase.work
    counts = (phase.start, phase.now, phase.now_in_tests, phase.target)
    by = (work.safe, work.unsafe, work.person)
    cells = (f"{each:,}" for each in (*counts, *by))
    return (printable(phase_name(phase.name)), *cells, phase.state)


def _step(step: Step, limit: int | None, page: Page) -> Iterator[str]:
    title = f"{step.number}. {step.kind}: "
    yield from page.paragraph(title, step.what, role="heading", indent=len(title), style="title")
    for word, text in _said(step, limit):
        yield from page.paragraph(
            f"   {word + ':' if word else '':<9}", text, role="faint", indent=12
        )


def _said(step: Step, limit: int | None) -> Iterator[tuple[str, str]]:
    yield "brings", brings_down(step).replace("`", "")
    if step.after:
        yield "after", numbers(step.after)
    if step.owners:
        yield "owners", ", ".join(step.owners)
    moves = () if step.kind == "offer" else tuple(map(move, step.moves))  # it names them itself
    for word, lines in (("files", step.files), ("moves", moves)):
        for index, each in enumerate(lines[:limit]):
            yield "" if index else word, each
        if limit is not None and len(lines) > limit:
            yield "", f"... and {len(lines) - limit:,} more; JSON has them all"
    for each in step.notes:
        yield "note", each
