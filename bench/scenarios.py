"""What is measured, and what each measure has to be."""

from __future__ import annotations

import json
import math
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.measure import Command, Runs, interleaved, ratios
from bench.trees import Tree, changing

COLD_RATIO: Final = 1.0
WARM_RATIO: Final = 0.25
PEAK_MB: Final = 500.0
GROWTH_EXPONENT: Final = 1.15
START_MS: Final = 150.0

Say = Callable[[str], None]
Before = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One row of the table."""

    what: str
    value: float
    unit: str = ""
    target: float | None = None
    """The most that `value` may be."""
    one: Runs | None = None
    """The runs of pluribus."""
    other: Runs | None = None
    """The runs of ruff, or of Python alone."""
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "met" if self.value <= self.target else "MISSED"


@dataclass(frozen=True)
class Tools:
    """How the two programs are started."""

    pluribus: tuple[str, ...]
    ruff: tuple[str, ...]


def tools() -> Tools:
    """Find both beside this Python, so that they are of one environment."""
    pluribus = _program("pluribus")
    own = (pluribus,) if pluribus else (sys.executable, "-m", "pluribus")
    return Tools(own, (_program("ruff") or "ruff",))


def _program(name: str) -> str | None:
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def check(
    tools: Tools, tree: Tree, name: str, *options: str, before: Before | None = None
) -> Command:
    arguments = ("check", *options, "--exit-zero", "--output-format", "concise", str(tree.root))
    return Command(name=name, arguments=(*tools.pluribus, *arguments), before=before)


def ruff(tools: Tools, tree: Tree) -> Command:
    """The nearest that a team can have today: ruff, told to ban the modules of the owners."""
    banned = ", ".join(f'{json.dumps(owner)} = {{ msg = "x" }}' for owner in tree.owners)
    arguments = (
        *("check", "--isolated", "--no-cache", "--select", "TID251", "--config"),
        f"lint.flake8-tidy-imports.banned-api = {{ {banned} }}",
    )
    return Command(
        name="ruff",
        arguments=(*tools.ruff, *arguments, str(tree.root)),
        done=frozenset({0, 1}),
    )


def cold(tools: Tools, tree: Tree, *, runs: int, say: Say) -> list[Measured]:
    """Nothing kept from an earlier run: how long, and how much memory."""
    commands = (check(tools, tree, "cold", "--no-cache"), ruff(tools, tree))
    taken = interleaved(commands, runs=runs, say=say)
    return [
        _against_ruff("cold check", taken["cold"], taken["ruff"], COLD_RATIO),
        Measured(
            what="cold check, peak memory",
            value=taken["cold"].peak_bytes / 1e6,
            unit="MB",
            target=PEAK_MB,
            note=f"ruff: {taken['ruff'].peak_bytes / 1e6:.0f} MB",
        ),
    ]


def warm(tools: Tools, tree: Tree, *, runs: int, say: Say) -> list[Measured]:
    """With what an earlier run kept: after the owner's file has changed, and after nothing has."""
    with tempfile.TemporaryDirectory() as cache, changing(tree.owner_file) as change:
        kept = ("--cache-dir", cache)
        commands = (
            check(tools, tree, "changed", *kept, before=change),
            ruff(tools, tree),
            check(tools, tree, "unchanged", *kept),
        )
        taken = interleaved(commands, runs=runs, say=say)
    return [
        _against_ruff("warm check, one file changed", taken["changed"], taken["ruff"], WARM_RATIO),
        _against_ruff("warm check, nothing changed", taken["unchanged"], taken["ruff"], None),
    ]


def growth(tools: Tools, trees: Sequence[Tree], *, runs: int, say: Say) -> list[Measured]:
    """Cold checks of one tree at several sizes, smallest first."""
    names = {f"cold check, {tree.files:,} files": tree for tree in trees}
    commands = [check(tools, tree, name, "--no-cache") for name, tree in names.items()]
    taken = interleaved(commands, runs=runs, say=say)
    rows = [
        Measured(
            what=name,
            value=taken[name].wall_s,
            unit="s",
            one=taken[name],
            note=f"{taken[name].wall_s / tree.files * 1e6:.0f} us a file",
        )
        for name, tree in names.items()
    ]
    sizes, times = [tree.files for tree in trees], [row.value for row in rows]
    for what, first in (("growth, all sizes", 0), ("growth, last two sizes", -2)):
        grown = exponent(sizes[first:], times[first:])
        note = "exponent of time over files"
        rows.append(Measured(what=what, value=grown, target=GROWTH_EXPONENT, note=note))
    return rows


def start(tools: Tools, *, runs: int, say: Say) -> list[Measured]:
    """How long a person waits before anything can happen."""
    commands = (
        Command(name="help", arguments=(*tools.pluribus, "--help")),
        Command(name="python", arguments=(sys.executable, "-c", "pass")),
    )
    taken = interleaved(commands, runs=runs, say=say)
    one, other = taken["help"], taken["python"]
    return [
        Measured(
            what="pluribus --help",
            value=one.wall_s * 1000,
            unit="ms",
            target=START_MS,
            one=one,
            other=other,
            note=f"python -c pass: {other.wall_s * 1000:.0f} ms",
        )
    ]


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """The `k` of `time = c * size ** k`, by least squares on the logarithms."""
    x, y = [math.log(each) for each in sizes], [math.log(each) for each in times]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - mean_x) ** 2 for a in x)


def _against_ruff(what: str, one: Runs, other: Runs, target: float | None) -> Measured:
    pairs = ratios(one, other)
    return Measured(
        what=what,
        value=one.wall_s / other.wall_s,
        unit="of ruff",
        target=target,
        one=one,
        other=other,
        note=f"by pair {min(pairs):.2f} to {max(pairs):.2f}",
    )
