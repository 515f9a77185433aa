"""A plan to be pasted into an issue: the phases as a table, the steps as check-boxes."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.findings.plan import Plan, Step
from pluribus.reports._gfm import code, prose, table
from pluribus.reports._plan import (
    brings_down,
    numbers,
    phase_name,
    runs,
    start_of,
    totals,
)
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import sentence

_HEADER = ("", "phase", "start", "now", "target", "by `fix`", "by a person", "state", "gate")


def render(plan: Plan, options: RenderOptions) -> str:
    """Write the phases, then the steps by number, and what is not planned."""
    return "\n".join(_lines(plan, options.limit))


def _lines(plan: Plan, limit: int | None) -> Iterator[str]:
    yield "# From many to one"
    yield ""
    yield sentence(f"{prose(totals(plan))}; {prose(start_of(plan))}")
    yield ""
    yield from table(_HEADER, [*_rows(plan)], right={0, 2, 3, 4, 5, 6})
    yield ""
    if plan.steps:
        yield (
            "A phase is done when its gate is green. In the order of their numbers no step breaks "
            "an import."
        )
        yield ""
    for phase, steps in runs(plan.steps):
        yield f"## {prose(phase_name(phase))}"
        yield ""
        for step in steps:
            yield from _step(step, limit)
        yield ""
    notes = [*plan.left]
    if plan.incomplete:
        notes.append(f"Not checked: {plan.incomplete}")
    if notes:
        yield "## Not planned"
        yield ""
        yield from (f"- {prose(each)}" for each in notes)
        yield ""


def _rows(plan: Plan) -> Iterator[list[str]]:
    for number, each in enumerate(plan.phases, start=1):
        yield [
            f"{number}",
            prose(phase_name(each.name)),
            f"{each.start:,}",
            f"{each.now:,}",
            f"{each.target:,}",
            f"{each.work.safe + each.work.unsafe:,}",
            f"{each.work.person:,}",
            each.state,
            code(each.gate),
        ]


def _step(step: Step, limit: int | None) -> Iterator[str]:
    yield f"- [ ] **{step.number}. {step.kind}**: {prose(step.what)}"
    yield f"  - brings down {prose(brings_down(step))}"
    if step.after:
        yield f"  - after {numbers(step.after)}"
    if step.owners:
        # As code, so that pasting a plan notifies nobody.
        yield f"  - owners: {', '.join(map(code, step.owners))}"
    yield f"  - files: {_some([code(each) for each in step.files], limit)}"
    if step.moves and step.kind != "offer":
        moves = [f"{code(each.taken)} → {code(each.to) or 'no home yet'}" for each in step.moves]
        yield f"  - moves: {_some(moves, limit)}"
    for each in step.notes:
        yield f"  - look at this: {prose(each)}"


def _some(words: list[str], limit: int | None) -> str:
    shown = ", ".join(words[:limit]) or "none"
    if limit is not None and len(words) > limit:
        shown += f" and {len(words) - limit:,} more"
    return shown
