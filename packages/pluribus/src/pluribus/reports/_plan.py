"""The words in which every format says a plan."""

from __future__ import annotations

from itertools import groupby

from pluribus.findings.plan import Plan, PlannedMove, Step, Work
from pluribus.reports.wording import counted


def start_of(plan: Plan) -> str:
    """Where the start counts come from."""
    start = plan.start
    if start.source == "now":
        return "start is now: there is no baseline to count from"
    at = f" where HEAD left `{start.ref}`" if start.ref else ""
    return f"start is what the baseline `{start.path}`{at} accepts"


def phase_name(name: str) -> str:
    """The name of a phase, and of none."""
    return name or "no phase"


def work(of: Work) -> str:
    """Who can bring findings down; empty for none."""
    parts = [
        f"{number:,} {who}"
        for number, who in (
            (of.safe, "by `pluribus fix`"),
            (of.unsafe, "by `pluribus fix --unsafe-fixes`"),
            (of.person, "by a person"),
        )
        if number
    ]
    return ", ".join(parts)


def brings_down(step: Step) -> str:
    """What a step brings down, and who can."""
    if not step.work.total:
        return "nothing by itself: others need it"
    rules = ", ".join(f"{count:,} {rule}" for rule, count in step.rules.items())
    return f"{counted(step.work.total, 'finding')} ({rules}): {work(step.work)}"


def move(of: PlannedMove) -> str:
    """What an import takes now, and what it is to take."""
    return f"{of.taken} -> {of.to or 'what has no home yet'}"


def runs(steps: tuple[Step, ...]) -> list[tuple[str, tuple[Step, ...]]]:
    """Put steps of one phase that follow each other together."""
    return [(phase, tuple(group)) for phase, group in groupby(steps, lambda each: each.phase)]


def numbers(of: tuple[int, ...]) -> str:
    """Write `1 to 3, 7`."""
    shown: list[list[int]] = []
    for each in of:
        if shown and shown[-1][-1] == each - 1:
            shown[-1].append(each)
        else:
            shown.append([each])
    return ", ".join(
        f"{each[0]}"
        if len(each) == 1
        else f"{each[0]} to {each[-1]}"
        if len(each) > 2
        else f"{each[0]}, {each[1]}"
        for each in shown
    )


def totals(plan: Plan) -> str:
    """Say in one line how much there is to do."""
    now = sum(each.now for each in plan.phases)
    if not plan.steps:
        return "nothing to do: nothing was found"
    files = {file for step in plan.steps for file in step.files}
    person = sum(each.work.person for each in plan.phases)
    return (
        f"{counted(len(plan.steps), 'step')} for {counted(now, 'finding')} in "
        f"{counted(len(files), 'file')}; {person:,} of the findings are work for a person"
    )
