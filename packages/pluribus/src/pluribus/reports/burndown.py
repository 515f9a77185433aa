"""A burn-down as text: for terminals, and for whoever pipes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pluribus.findings.history import Burndown, Move, Point, Step
from pluribus.reports._page import Page
from pluribus.reports._series import Series, all_series, day_of, sparkline
from pluribus.reports.options import RenderOptions
from pluribus.reports.table import table
from pluribus.reports.wording import counted, printable


def render(burndown: Burndown, options: RenderOptions) -> str:
    """Write each phase of each concept as a line, then where counts changed, and by whom."""
    page = Page(color=options.color, width=options.width)
    lines = [
        *page.heading(title(burndown)),
        "",
        *_overview(burndown),
        *(f"note: {each}" for each in notes(burndown)),
        "",
        page.paint("heading", "where the counts changed"),
        *_points(burndown, options.limit),
        "",
        page.paint("heading", "what raised and lowered them"),
        *_steps(burndown, options.limit),
    ]
    return "\n".join(lines) + "\n"


def title(burndown: Burndown) -> str:
    """Say what was counted, from when to when."""
    first, last = burndown.points[0].commit, burndown.points[-1].commit
    return (
        f"burn-down of {printable(burndown.revision)}: "
        f"{counted(len(burndown.points), 'revision')}, "
        f"{WHICH[burndown.every]}, {day_of(first)} to {day_of(last)}"
    )


WHICH = {
    "commit": "each first parent",
    "day": "the last of each day (UTC)",
    "week": "the last of each week (UTC)",
}
"""Which commits are judged, in words."""


def notes(burndown: Burndown) -> Iterator[str]:
    """Say what was not counted, and why."""
    if burndown.is_shallow:
        yield (
            "this clone is shallow: what came before its first commit is not in it; "
            "`git fetch --unshallow` brings it"
        )
    unjudged = [point for point in burndown.points if point.count.problem]
    if unjudged:
        first = unjudged[0]
        yield (
            f"{counted(len(unjudged), 'revision')} could not be judged; the first, "
            f"{first.commit.short}: {printable(first.count.problem)}"
        )
    partial = [point for point in burndown.points if point.count.not_run]
    if partial:
        reason = partial[0].count.not_run[0]
        yield (
            f"at {counted(len(partial), 'revision')} some rules could not be run, so there may be "
            f"more than is counted (marked +); for one, {reason.rule} of "
            f"{printable(reason.concept)}: {printable(reason.reason)}"
        )
    unread = [point for point in burndown.points if point.count.not_read]
    if unread:
        most = max(point.count.not_read for point in unread)
        yield (
            f"at {counted(len(unread), 'revision')} files could not be read, up to {most:,}; "
            "what is in them is not counted"
        )


def _overview(burndown: Burndown) -> list[str]:
    rows = [("concept", "phase", "first", "most", "last", "target", "")]
    for series in all_series(burndown):
        known = series.judged
        rows.append(
            (
                printable(series.concept),
                series.phase,
                f"{known[0]:,}" if known else "-",
                f"{max(known):,}" if known else "-",
                shown(series, len(burndown.points) - 1),
                f"{series.target:,}",
                sparkline(series.values),
            )
        )
    return table(rows, right={2, 3, 4, 5})


def shown(series: Series, index: int) -> str:
    """A count: `12`, `12+` where not all rules were run, `-` where none was."""
    value = series.values[index]
    return "-" if value is None else f"{value:,}" + ("+" if series.is_partial[index] else "")


def _points(burndown: Burndown, limit: int | None) -> Iterator[str]:
    """Each point at which a phase has another count than at the one before, and the last."""
    series = all_series(burndown)
    by_phase = [[each for each in series if each.phase == phase] for phase in burndown.phases]
    rows = []
    before: tuple[str, ...] = ()
    for index, point in enumerate(burndown.points):
        cells = tuple(_sum(each, index) for each in by_phase)
        if cells != before or index == len(burndown.points) - 1:
            rows.append((day_of(point.commit), point.commit.short, *cells, _said(point)))
        before = cells
    kept = rows if limit is None else rows[-limit:]
    if len(kept) < len(rows):
        yield f"... {counted(len(rows) - len(kept), 'earlier row')}, which JSON has"
    head = ("day", "commit", *burndown.phases, "")
    yield from table([head, *kept], right=set(range(2, 2 + len(burndown.phases))))


def _sum(series: Sequence[Series], index: int) -> str:
    known = [value for each in series if (value := each.values[index]) is not None]
    if not known:
        return "-"
    is_partial = len(known) < len(series) or any(each.is_partial[index] for each in series)
    return f"{sum(known):,}" + ("+" if is_partial else "")


def _said(point: Point) -> str:
    return printable(point.count.problem)


def _steps(burndown: Burndown, limit: int | None) -> Iterator[str]:
    steps = burndown.steps
    kept = steps if limit is None else steps[-limit:]
    if not steps:
        yield "nothing changed"
    if len(kept) < len(steps):
        yield f"... {counted(len(steps) - len(kept), 'earlier step')}, which JSON has"
    for step in kept:
        yield f"{day_of(step.until)} {who(step)}"
        yield from (f"    {moved(move)}" for move in step.moves)


def who(step: Step) -> str:
    """Name the commit, or the commits among which it is."""
    until = step.until
    if step.commits == 1:
        return f"{until.short} {printable(until.author)}: {printable(until.subject)}"
    return (
        f"{counted(step.commits, 'commit')} after {step.since.short} up to {until.short}, "
        f"{printable(until.subject)}"
    )


def moved(move: Move) -> str:
    """Say what went up or down: `+3 legacy-import of manager (9 -> 12)`."""
    change = move.after - move.before
    return (
        f"{change:+,} {move.rule} of {printable(move.concept)} ({move.before:,} -> {move.after:,})"
    )
