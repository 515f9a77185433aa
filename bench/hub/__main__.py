"""`python -m bench.hub`: what an event costs with unum and with others, in turns; never judges a
build.

The server has one core and the clients another. No figure is printed of a run in which a delivery
was lost, came twice or out of order.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.hub.client import LostError
from bench.hub.peers import PEERS
from bench.hub.scenarios import emit, flood, latency, stalled
from bench.told import EndedError

RESULTS: Final = Path(__file__).parent / "results.json"
_GROWTH: Final = ((250, 1), (1_000, 1), (4_000, 1), (10_000, 1), (1_000, 4), (400, 10))
"""Users, and connections of each."""
_PACKAGES: Final = (
    "channels",
    "fastapi",
    "python-socketio",
    "uvicorn",
    "uvloop",
    "websockets",
)


def main() -> None:
    """Measure, print, and write all that was measured to results.json."""
    asked = _arguments()
    if (os.cpu_count() or 1) < 2:
        sys.exit("error: two cores are needed, one for the server and one for the clients")
    bench = Bench(asked.rounds, asked.users, asked.runs)
    print(bench.machine())
    try:
        asyncio.run(bench.run(set(asked.only)))
    except (LostError, EndedError) as error:
        sys.exit(f"error: {error}; so nothing is said of what was measured")
    RESULTS.write_text(json.dumps(bench.raw, indent=1) + "\n")
    print(f"every single run: {RESULTS}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.hub", description=__doc__)
    parser.add_argument("--users", type=int, default=1_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=30, metavar="N", help="events to each user")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="of each, in turns")
    parser.add_argument(
        "--only", nargs="*", default=[*Bench.PARTS], choices=Bench.PARTS, metavar="PART",
        help=f"of {', '.join(Bench.PARTS)}",
    )  # fmt: skip
    return parser.parse_args()


class Bench:
    """One whole run."""

    PARTS: Final = ("cost", "latency", "emit", "stalled", "growth")

    def __init__(self, rounds: int, users: int, runs: int) -> None:
        self.raw: dict[str, Any] = {}
        self._rounds = rounds
        self._users = users
        self._runs = runs

    def machine(self) -> str:
        """Where and with what it was measured."""
        packages = ", ".join(f"{each} {version(each)}" for each in _PACKAGES)
        said = f"{platform.machine()}, Python {platform.python_version()}, {packages}"
        self.raw["machine"] = said
        self.raw["load"] = os.getloadavg()
        return f"{said}; load {os.getloadavg()[0]:.1f}"

    async def run(self, only: set[str]) -> None:
        """Measure the parts that are asked for."""
        for each in self.PARTS:
            if each in only:
                await getattr(self, f"_{each}")()

    async def _cost(self) -> None:
        users, rounds = self._users, self._rounds
        held = await self._in_turns(
            "cost", list(PEERS), lambda name: flood(name, users=users, rounds=_fit(name, rounds))
        )
        unum = median(each.us_per_delivery for each in held["unum"])
        print(f"\ncost of a delivery; {users} users, an event of 250 bytes to each, medians")
        print(f"{'':<42}{'us of CPU':>10}{'spread':>8}{'a second':>10}{'KB idle':>9}  x unum")
        for name, runs in held.items():
            costs = [each.us_per_delivery for each in runs]
            print(
                f"{name:<42}{median(costs):>10.1f}{max(costs) - min(costs):>8.1f}"
                f"{median(each.per_s for each in runs):>10,.0f}"
                f"{median(each.kb_per_connection for each in runs):>9.1f}"
                f"{median(costs) / unum:>8.2f}"
            )
        to_all = [
            median(each.us_per_delivery for each in held[name])
            for name in ("websockets.broadcast", "unum, hub.broadcast")
        ]
        print(f"one event to all, websockets beside unum: {to_all[0] / to_all[1]:.2f}")

    async def _latency(self) -> None:
        names = ["unum", "naive FastAPI manager"]
        held = await self._in_turns(
            "latency",
            names,
            lambda name: latency(name, users=self._users, per_s=10_000, seconds=5),
        )
        print(f"\n10,000 events a second to {self._users} users, for 5 s, medians")
        for name, runs in held.items():
            print(
                f"{name:<24} p50 {median(each.p50_ms for each in runs):.2f} ms, "
                f"p99 {median(each.p99_ms for each in runs):.2f} ms, "
                f"{median(each.per_s for each in runs):,.0f} sent a second"
            )

    async def _emit(self) -> None:
        held = await self._in_turns(
            "emit", ["unum"], lambda name: emit(name, users=self._users, rounds=20)
        )
        print(f"\nemit_agent_event: {median(held['unum']):.1f} us, to a user who is there")

    async def _stalled(self) -> None:
        held = await self._in_turns(
            "stalled",
            ["unum", "naive FastAPI manager"],
            lambda name: stalled(name, users=100, rounds=600),
        )
        print("\none of 100 does not read; 600 rounds of 16 KB")
        for name, runs in held.items():
            print(
                f"{name:<24} {median(each.rounds for each in runs):.0f} rounds reach the others, "
                f"p99 {median(each.p99_ms for each in runs):.1f} ms; "
                f"{median(each.p99_before_ms for each in runs):.1f} ms when all read"
            )

    async def _growth(self) -> None:
        print("\ngrowth of unum with users and their connections")
        for users, tabs in _GROWTH:
            rounds = max(5, 30_000 // (users * tabs))
            # The naive manager knows one connection of each user.
            names = ["unum", "naive FastAPI manager"] if tabs == 1 else ["unum"]
            held = await self._in_turns(
                f"growth {users} x {tabs}",
                names,
                partial(flood, users=users, rounds=rounds, tabs=tabs),
            )
            print(f"{users:>6,} users, {tabs:>2} connections each")
            for name, runs in held.items():
                print(
                    f"{'':>6} {name:<24}{median(each.us_per_delivery for each in runs):>6.1f} us "
                    f"a delivery, {median(each.kb_per_connection for each in runs):.1f} KB each"
                )

    async def _in_turns(
        self, part: str, names: list[str], measure: Callable[[str], Coroutine[Any, Any, Any]]
    ) -> dict[str, list[Any]]:
        """Each of them, then each of them again: what else the machine does hits all alike."""
        held: dict[str, list[Any]] = {name: [] for name in names}
        for number in range(self._runs):
            for name in names:
                if sys.stderr.isatty():
                    print(f"\r{part}: run {number + 1}, {name:<30}", end="", file=sys.stderr)
                held[name].append(await measure(name))
        if sys.stderr.isatty():
            print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
        self.raw[part] = {
            name: [each if isinstance(each, float) else asdict(each) for each in runs]
            for name, runs in held.items()
        }
        return held


def _fit(name: str, rounds: int) -> int:
    """What is slow is not run for as long."""
    return max(3, rounds // 10) if name == "Channels" else rounds


if __name__ == "__main__":
    main()
