"""The one table that a person reads, and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from bench.measure import Runs, as_plain
from bench.scenarios import Measured

_TITLES = ("measure", "value", "unit", "target", "verdict")
_RUNS = ("median", "min", "max", "CPU")


def render(rows: Sequence[Measured]) -> str:
    """Plain text, one line a row; times are in seconds of wall time, and of CPU time."""
    titles = (*_TITLES, *_RUNS, *_RUNS, "note")
    cells = [titles, *(_cells(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(titles))]
    lines = [_line(row, widths) for row in cells]
    start = sum(widths[:5]) + 2 * 5
    middle = start + sum(widths[5:9]) + 2 * 4
    above = f"{'pluribus':>{start + 8}}".ljust(middle) + "against"
    return "\n".join([above, lines[0], "-" * len(lines[0]), *lines[1:]]) + "\n"


def _cells(row: Measured) -> tuple[str, ...]:
    target = "" if row.target is None else f"<= {row.target:g}"
    value = f"{row.value:.0f}" if row.unit in ("MB", "ms", "us a file") else f"{row.value:.2f}"
    first = (row.what, value, row.unit, target, row.verdict)
    return (*first, *_times(row.one), *_times(row.other), row.note)


def _times(taken: Runs | None) -> tuple[str, ...]:
    if taken is None:
        return ("",) * len(_RUNS)
    times = (taken.wall_s, min(taken.walls_s), max(taken.walls_s), taken.cpu_s)
    return tuple(f"{each:.3f}" for each in times)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    words_at = (0, 2, 4, len(cells) - 1)
    return "  ".join(
        cell.ljust(width) if at in words_at else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ).rstrip()


def plain(rows: Sequence[Measured]) -> list[dict[str, object]]:
    """The rows with every single run."""
    return [
        {
            "what": row.what,
            "value": round(row.value, 4),
            "unit": row.unit,
            "target": row.target,
            "verdict": row.verdict,
            "note": row.note,
            "runs": as_plain(row.one) if row.one else None,
            "against": as_plain(row.other) if row.other else None,
        }
        for row in rows
    ]
