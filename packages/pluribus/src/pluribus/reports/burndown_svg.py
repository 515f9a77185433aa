"""The picture of a burn-down: a panel a concept and phase, drawn as SVG and by nothing else.

Lines are steps, because a count holds until the next revision that was judged. They are dashed
where some rules could not be run, and broken where nothing was judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from pluribus.findings.history import Burndown
from pluribus.reports._series import Series, all_series, day_of
from pluribus.reports.burndown import title
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import printable

_WIDTH: Final = 180
_HEIGHT: Final = 96
_LEFT: Final = 16
_GAP: Final = 48
_TOP: Final = 74
_ROW: Final = 62
_BELOW: Final = 34
_LETTERS: Final = 60
_BLANK: Final = 76
"""So much room a word needs where nothing is drawn."""

LINES: Final = """\
.burndown { font: 12px system-ui, sans-serif; fill: var(--ink); }
.burndown .paper { fill: var(--paper); }
.burndown .head { font-weight: 650; }
.burndown .faint { fill: var(--faint); font-size: 11px; }
.burndown .grid { stroke: var(--grid); fill: none; }
.burndown .line { stroke: var(--stroke); stroke-width: 2; fill: none; stroke-linejoin: round; }
.burndown .partial { stroke-dasharray: 3 3; }
.burndown .area { fill: var(--stroke); fill-opacity: .12; }
.burndown .dot { fill: var(--stroke); }
.burndown .target { stroke: var(--good); stroke-dasharray: 6 3; fill: none; }
.burndown .last { font-weight: 650; }
"""

STYLE: Final = f"""\
.burndown {{ --ink: #1d2129; --faint: #5a6270; --grid: #d9dce3; --stroke: #2456c4;
  --good: #1b6b34; --paper: #fff; }}
@media (prefers-color-scheme: dark) {{
  .burndown {{ --ink: #e6e8ee; --faint: #a3abba; --grid: #363b47; --stroke: #8fb0ff;
    --good: #7fd49a; --paper: #14161b; }}
}}
{LINES}"""
"""With colours of its own; where a page has some, the lines take those."""


@dataclass(frozen=True)
class _Panel:
    """Where a panel is, and how values become places in it."""

    x: float
    y: float
    top: int
    """The largest value that is drawn."""
    times: tuple[int, ...]

    def across(self, index: int) -> float:
        first, last = self.times[0], self.times[-1]
        share = (self.times[index] - first) / (last - first) if last > first else 1.0
        return round(self.x + share * _WIDTH, 1)

    def up(self, value: int) -> float:
        return round(self.y + _HEIGHT - value / self.top * _HEIGHT, 1)


def render(burndown: Burndown, options: RenderOptions) -> str:
    """Write one SVG file that needs nothing else. The options change nothing."""
    return f"{drawn(burndown, style=True)}\n"


def drawn(burndown: Burndown, *, style: bool) -> Markup:
    """The picture as an element, with its style in it or not."""
    series = all_series(burndown)
    phases, concepts = len(burndown.phases), len(burndown.concepts)
    width = _LEFT + phases * (_WIDTH + _GAP)
    height = _TOP + concepts * (_HEIGHT + _ROW) - _ROW + _BELOW
    times = _times(burndown)
    parts = [
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" class="burndown" role="img" '
            'viewBox="0 0 {} {}" width="{}" height="{}">'
        ).format(width, height, width, height),
        Markup("<title>{}</title>").format(title(burndown)),
        Markup("<desc>{}</desc>").format(_described(series)),
    ]
    if style:
        parts.append(Markup("<style>\n{}</style>").format(Markup(STYLE)))
        parts.append(Markup('<rect class="paper" width="{}" height="{}"/>').format(width, height))
    parts.append(_text(_LEFT, 20, title(burndown), "head"))
    for number, each in enumerate(series):
        row, column = divmod(number, phases)
        x = _LEFT + column * (_WIDTH + _GAP)
        y = _TOP + row * (_HEIGHT + _ROW)
        panel = _Panel(x, y, _round_top(max([*each.judged, each.target, 1])), times)
        if column == 0:
            parts.append(_text(_LEFT, y - 24, printable(each.concept)[:_LETTERS], "head"))
        parts += _panel(panel, each)
        if row == concepts - 1:
            parts += _days(panel, burndown)
    parts.append(Markup("</svg>"))
    return Markup("\n").join(parts)


def _times(burndown: Burndown) -> tuple[int, ...]:
    """Where points stand from left to right: by their time, which never goes back."""
    times: list[int] = []
    for point in burndown.points:
        times.append(max([point.commit.time_s, *times[-1:]]))
    return tuple(times)


def _panel(panel: _Panel, series: Series) -> Iterator[Markup]:
    x, y, right, bottom = panel.x, panel.y, panel.x + _WIDTH, panel.y + _HEIGHT
    yield _text(x, y - 8, series.phase, "")
    for value in (panel.top, panel.top // 2) if panel.top > 1 else (panel.top,):
        yield _path("grid", f"M{x} {panel.up(value)}H{right}")
        above = y + 11 if value == panel.top else panel.up(value) - 2
        yield _text(x + 2, above, f"{value:,}", "faint")
    yield _path("grid", f"M{x} {bottom}H{right}")
    if series.target:
        yield _path("target", f"M{x} {panel.up(series.target)}H{right}")
    if not series.judged:
        yield _text(x + 60, y + _HEIGHT / 2, "not judged", "faint")
        return
    first = next(index for index, value in enumerate(series.values) if value is not None)
    if first and panel.across(first) - x > _BLANK:
        yield _text(x + 2, bottom - 5, "not judged", "faint")
    for run in _runs(series):
        yield from _run(panel, series, run)
    last = max(index for index, value in enumerate(series.values) if value is not None)
    value = series.values[last] or 0
    yield Markup('<circle class="dot" cx="{}" cy="{}" r="3"/>').format(
        panel.across(last), panel.up(value)
    )
    label = f"{value:,}" + ("+" if series.is_partial[last] else "")
    yield _text(panel.across(last) + 5, panel.up(value) + 4, label, "last")


def _runs(series: Series) -> Iterator[list[int]]:
    """Stretches of points that were judged, split where all rules begin to run, or cease to."""
    run: list[int] = []
    for index, value in enumerate(series.values):
        is_other = run and series.is_partial[index] != series.is_partial[run[-1]]
        if run and (value is None or is_other):
            yield run
            run = []
        if value is not None:
            run.append(index)
    if run:
        yield run


def _run(panel: _Panel, series: Series, run: Sequence[int]) -> Iterator[Markup]:
    known = [(panel.across(index), panel.up(series.values[index] or 0)) for index in run]
    steps = f"M{known[0][0]} {known[0][1]}"
    before = known[0][1]
    for across, up in known[1:]:
        # A line for each of thousands of equal points would say nothing more.
        if up != before:
            steps += f"H{across}V{up}"
        before = up
    steps += f"H{known[-1][0]}"
    following = series.values[run[-1] + 1 : run[-1] + 2]
    if following and following[0] is not None:
        # A count holds until the next revision, also where more rules run there.
        steps += f"H{panel.across(run[-1] + 1)}V{panel.up(following[0])}"
    bottom = panel.y + _HEIGHT
    yield _path("area", f"{steps}V{bottom}H{known[0][0]}Z")
    yield _path("line partial" if series.is_partial[run[0]] else "line", steps)


def _days(panel: _Panel, burndown: Burndown) -> Iterator[Markup]:
    y = panel.y + _HEIGHT + 16
    points = burndown.points
    first, last = (date.fromisoformat(day_of(points[each].commit)) for each in (0, -1))
    yield _text(panel.x, y, str(first), "faint")
    if last > first:
        yield Markup('<text class="faint" text-anchor="end" x="{}" y="{}">{}</text>').format(
            panel.x + _WIDTH, y, str(last)
        )


def _round_top(value: int) -> int:
    """The next number that reads well: 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten."""
    power = 1
    while value > 10 * power:
        power *= 10
    return next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= value)


def _described(series: Sequence[Series]) -> str:
    said = []
    for each in series:
        known = each.judged
        what = f"{known[0]:,} at first, {known[-1]:,} at last" if known else "not judged"
        said.append(f"{printable(each.concept)}, {each.phase}: {what}")
    return "; ".join(said)


def _text(x: float, y: float, text: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, x, y, text)


def _path(kind: str, drawn: str) -> Markup:
    return Markup('<path class="{}" d="{}"/>').format(kind, drawn)
