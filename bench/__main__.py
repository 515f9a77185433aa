"""`python -m bench`: measures, prints one table, writes results.json; never judges a build."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import corpus, scenarios, table
from bench.measure import CommandFailedError
from bench.scenarios import Measured, Tools
from bench.trees import Tree, UnfitTreeError, tree_at

RESULTS = corpus.HERE / "results.json"
_SHARES = (10, 4, 2, 1)
"""The sizes of the made-up tree, as parts of the largest."""


def main() -> None:
    # So that a file that is being changed for a measure is put back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    asked = _arguments()
    files = asked.files or (2_500 if asked.quick else 10_000)
    runs = asked.runs or (3 if asked.quick else 9)
    tools = scenarios.tools()
    _say(f"making a tree of {files:,} files")
    folders = corpus.trees([files // share for share in _SHARES])
    made = [tree_at(folders[files // share], name="made up") for share in _SHARES]
    tree = made[-1]
    failures: list[str] = []
    if asked.tree is not None:
        try:
            tree = tree_at(asked.tree.resolve(), name=asked.tree.resolve().name)
        except UnfitTreeError as error:
            failures.append(f"{error}; measured on the made-up tree instead")
    rows: list[Measured] = []
    for measure in (
        lambda: scenarios.cold(tools, tree, runs=runs, say=_say),
        lambda: scenarios.discover(tools, tree, runs=runs, say=_say),
        lambda: scenarios.warm(tools, tree, runs=runs, say=_say),
        lambda: scenarios.growth(tools, made, runs=max(3, runs // 2), say=_say),
        lambda: scenarios.start(tools, runs=2 * runs + 1, say=_say),
    ):
        rows += _measured(measure, failures)
    _say("")
    machine = _machine(tools)
    print("; ".join(machine.values()))
    print(f"{tree.describe()}; {runs} runs each, in turns, after one that does not count")
    print(f"growth: {made[-1].describe()}, and its first parts\n")
    print(table.render(rows), end="")
    for failure in failures:
        print(f"not measured: {failure}")
    _write(machine, tree, rows, failures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--tree",
        type=_folder,
        metavar="DIR",
        help="measure cold, memory and warm on this real tree, which has a contract; the file "
        "of its first owner is edited for a while",
    )
    parser.add_argument(
        "--files", type=_count, metavar="N", help="size of the made-up tree (default: 10000)"
    )
    parser.add_argument("--runs", type=_count, metavar="N", help="runs of each (default: 9)")
    parser.add_argument("--quick", action="store_true", help="2500 files and 3 runs")
    return parser.parse_args()


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return Path(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no count")
    return int(text)


def _measured(measure: Callable[[], list[Measured]], failures: list[str]) -> list[Measured]:
    try:
        return measure()
    except (CommandFailedError, OSError) as error:
        failures.append(str(error))
        return []


def _machine(tools: Tools) -> dict[str, str]:
    system = platform.uname()
    return {
        "pluribus": _version(tools.pluribus),
        "ruff": _version(tools.ruff),
        "python": f"Python {platform.python_version()}",
        "system": f"{system.system} {system.machine}, {_processors()} CPUs",
    }


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _version(program: Sequence[str]) -> str:
    try:
        said = subprocess.run([*program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"{program[0]}: {error}"
    return said.stdout.strip()


def _write(
    machine: dict[str, str], tree: Tree, rows: Sequence[Measured], failures: Sequence[str]
) -> None:
    result = {
        "machine": machine,
        "tree": {"name": tree.name, "files": tree.files, "bytes": tree.bytes, "lines": tree.lines},
        "rows": table.plain(rows),
        "not_measured": list(failures),
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
