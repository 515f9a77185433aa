"""Tries every fault: `python -m tests.unum.faults [--times N] [WORDS]`."""

from __future__ import annotations

import argparse
import asyncio
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.unum.faults.every import FAULTS
from tests.unum.faults.scale import FULL, SMALL, Fault, Result, Scale

PAGE: Final = Path("docs/reference/unum-faults.md")
_HEAD: Final = """\
# What was done to unum

Written by `make faults`; each line is real processes on one machine: nodes on uvicorn, Valkey,
sockets on loopback. What was delivered was compared, event by event, with what was sent and
acknowledged: once, in order, to its user alone, or the client was told of a reset.

"""


def main() -> None:
    """Try them, tell of each, and write the page if all of it was tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.unum.faults", description=__doc__)
    parser.add_argument("words", nargs="*", help="only faults with one of these in their name")
    parser.add_argument("--times", type=int, default=3, metavar="N", help="how often (default: 3)")
    parser.add_argument("--small", action="store_true", help="with little of everything")
    asked = parser.parse_args()
    scale = SMALL if asked.small else FULL
    chosen = [
        each
        for each in FAULTS
        if not asked.words or any(word in each.name for word in asked.words)
    ]
    if not chosen:
        sys.exit(
            "error: no fault has such a name; there are\n" + "\n".join(e.name for e in FAULTS)
        )
    tried = [(each, [_tried(each, scale) for _ in range(asked.times)]) for each in chosen]
    failed = [each.name for each, results in tried if any(isinstance(r, str) for r in results)]
    if len(chosen) == len(FAULTS) and not asked.small and not failed:
        PAGE.write_text(_HEAD + _table(tried) + _foot(scale))
        print(f"written to {PAGE}")
    if failed:
        sys.exit(f"broken: {', '.join(failed)}")


def _tried(fault: Fault, scale: Scale) -> Result | str:
    print(f"{fault.name} ... ", end="", flush=True)
    began = time.monotonic()
    try:
        result = asyncio.run(_bounded(fault, scale))
    except (AssertionError, TimeoutError) as error:
        said = str(error) or "it took too long"
        print(f"BROKEN: {said}")
        return said
    print(f"{_told(result)} ({time.monotonic() - began:.0f} s)")
    return result


async def _bounded(fault: Fault, scale: Scale) -> Result:
    async with asyncio.timeout(900):
        return await fault.run(scale)


def _told(result: Result) -> str:
    """`sent 10, delivered 20, worst 0.3 s`."""
    return ", ".join(
        f"{name.removesuffix('_s')} {value:g} s" if name.endswith("_s") else f"{name} {value:,}"
        for name, value in result.items()
    )


def _table(tried: Sequence[tuple[Fault, Sequence[Result | str]]]) -> str:
    lines = [
        "| what happens | what must hold | times | the last time |",
        "| --- | --- | --- | --- |",
    ]
    for fault, results in tried:
        last = results[-1]
        assert not isinstance(last, str)
        lines.append(f"| {fault.name} | {fault.promise} | {len(results)} | {_told(last)} |")
    return "\n".join(lines) + "\n"


def _foot(scale: Scale) -> str:
    return (
        f"\n{scale.users} users with {scale.tabs} tabs each and {scale.per_s:g} events a second"
        f" for {scale.seconds:g} seconds, where nothing else is said; {platform.machine()},"
        f" Python {platform.python_version()}, two cores.\n"
    )


if __name__ == "__main__":
    main()
