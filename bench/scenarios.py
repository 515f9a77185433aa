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
from bench.trees import Tree, changing, with_alias, with_statement

COLD_RATIO: Final = 1.0
DISCOVER_RATIO: Final = 2.0
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


def ruff(tools: Tools, tree: Tree, name: str = "ruff") -> Command:
    """The nearest that a team can have today: ruff, told to ban the modules of the owners."""
    banned = ", ".join(f'{json.dumps(owner)} = {{ msg = "x" }}' for owner in tree.owners)
    arguments = (
        *("check", "--isolated", "--no-cache", "--select", "TID251", "--config"),
        f"lint.flake8-tidy-imports.banned-api = {{ {banned} }}",
    )
    return Command(
        name=name,
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


def discover(tools: Tools, tree: Tree, *, runs: int, say: Say) -> list[Measured]:
    """Nothing kept, and no contract read: what has several owners."""
    arguments = ("discover", "--no-cache", "--quiet", "--output-format", "json", str(tree.root))
    one = Command(name="discover", arguments=(*tools.pluribus, *arguments))
    taken = interleaved((one, ruff(tools, tree)), runs=runs, say=say)
    return [_against_ruff("cold discover", taken["discover"], taken["ruff"], DISCOVER_RATIO)]


def warm(tools: Tools, tree: Tree, *, runs: int, say: Say) -> list[Measured]:
    """With what an earlier run kept: after the owner's file has changed, and after nothing has."""
    rows = []
    for what, edit, target in (
        ("warm check, one file changed", with_statement, WARM_RATIO),
        ("warm check, a new path to the owner", with_alias(tree.owner_name), None),
        ("warm check, nothing changed", _unchanged, None),
    ):
        with tempfile.TemporaryDirectory() as cache, changing(tree.owner_file, edit) as change:
            one = check(tools, tree, "changed", "--cache-dir", cache, before=change)
            taken = interleaved((one, ruff(tools, tree)), runs=runs, say=say)
        rows.append(_against_ruff(what, taken["changed"], taken["ruff"], target))
    return rows


def _unchanged(text: str, _: int) -> str:
    return text


def growth(tools: Tools, trees: Sequence[Tree], *, runs: int, say: Say) -> list[Measured]:
    """Cold checks of one tree at several sizes, smallest first."""
    commands = []
    for tree in trees:
        commands.append(check(tools, tree, f"cold, {tree.files}", "--no-cache"))
        commands.append(ruff(tools, tree, f"ruff, {tree.files}"))
    taken = interleaved(commands, runs=runs, say=say)
    rows: list[Measured] = []
    points: list[tuple[float, float]] = []
    for tree in trees:
        one, other = taken[f"cold, {tree.files}"], taken[f"ruff, {tree.files}"]
        points.append((tree.files, one.wall_s))
        rows.append(
            Measured(
                what=f"cold check, {tree.files:,} files",
                value=one.wall_s / tree.files * 1e6,
                unit="us a file",
                one=one,
                other=other,
                note=f"{one.wall_s / other.wall_s:.2f} of ruff",
            )
        )
    steps = [exponent(points[at : at + 2]) for at in range(len(points) - 1)]
    listed = ", ".join(f"{step:.2f}" for step in steps)
    return [
        *rows,
        Measured(what="growth, fitted", value=exponent(points), target=GROWTH_EXPONENT),
        Measured(
            what="growth, steepest step",
            value=max(steps),
            target=GROWTH_EXPONENT,
            note=f"size to size: {listed}",
        ),
    ]


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


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The `k` of `time = c * size ** k`, by least squares on the logarithms of sizes and times."""
    x, y = zip(*((math.log(size), math.log(time)) for size, time in points), strict=True)
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return float(above / sum((a - mean_x) ** 2 for a in x))


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
