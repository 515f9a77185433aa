"""Nodes, a broker, users with tabs, and the account of what was sent and what came."""

from __future__ import annotations

import asyncio
import json
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bench.told import EndedError, Told, told
from tests.unum.brokers.servers import Server, valkey
from tests.unum.faults.tabs import Noted, Tab

_BATCH_S = 0.02


class Fleet:
    """What a fault is tried on."""

    def __init__(self, stack: AsyncExitStack, broker: Server | None) -> None:
        self.broker = broker
        self.nodes: list[Told] = []
        self.ports: list[int] = []
        self.tabs: list[Tab] = []
        self.noted = Noted()
        self.sent: dict[str, list[str]] = {}
        """Of each user, what was sent and acknowledged, in that order."""
        self._stack = stack
        self._numbers: dict[str, int] = {}
        self._last: dict[str, tuple[str, int]] = {}

    async def start_node(self, limits: Mapping[str, Any] | None = None, **given: Any) -> Told:
        """Start another node."""
        url = "" if self.broker is None else self.broker.url
        node = await self._stack.enter_async_context(
            told(
                f"node {len(self.nodes)}",
                "tests.unum.faults.node",
                url,
                json.dumps(dict(limits or {})),
                json.dumps(given),
            )
        )
        self.ports.append((await node.ask("state"))["port"])
        self.nodes.append(node)
        return node

    async def arrive(self, users: int, tabs: int, ports: Sequence[int] | None = None) -> None:
        """Let users come, with so many tabs each."""
        made = [
            Tab(f"user-{number}", ports or self.ports, self.noted)
            for number in range(users)
            for _ in range(tabs)
        ]
        self.tabs += made
        for begin in range(0, len(made), 200):
            await asyncio.gather(*(each.arrive() for each in made[begin : begin + 200]))

    async def load(self, per_s: float, seconds: float) -> None:
        """Send to one user after the other, and again where a node ended or knew no answer: an
        event is its own idempotency key."""
        users = sorted({each.client.user for each in self.tabs})
        ended = time.monotonic() + seconds
        at = 0
        owed = 0.0
        while (began := time.monotonic()) < ended:
            owed += per_s * _BATCH_S
            events = []
            for _ in range(int(owed)):
                user = users[at % len(users)]
                at += 1
                self._numbers[user] = self._numbers.get(user, 0) + 1
                events.append((user, f"{user}/{self._numbers[user]}"))
            owed -= int(owed)
            await self.send(events)
            await asyncio.sleep(max(0, began + _BATCH_S - time.monotonic()))

    async def send(self, events: Sequence[tuple[str, str]]) -> None:
        """Send events until each is acknowledged, by whichever node is there."""
        while events:
            node = self.nodes[0]
            try:
                receipts = (await node.ask("emit", events=events))["receipts"]
            except EndedError:
                self.nodes.remove(node)
                continue
            again = []
            for (user, key), receipt in zip(events, receipts, strict=True):
                if receipt is None:
                    again.append((user, key))
                else:
                    self.sent.setdefault(user, []).append(key)
                    self._last[user] = receipt
            events = again
            if again:
                await asyncio.sleep(0.1)

    async def kill(self, node: Told) -> None:
        """End a node without a word."""
        node.process.send_signal(signal.SIGKILL)
        await node.process.wait()

    async def drain(self, node: Told) -> float:
        """Tell a node to end, as an orchestrator does; gives the seconds that it takes."""
        began = time.monotonic()
        node.process.send_signal(signal.SIGTERM)
        await node.process.wait()
        return time.monotonic() - began

    async def settled(self, within_s: float = 30) -> None:
        """Wait until every tab has what was sent to its user last, or was told of a reset since.

        Raises:
            AssertionError: a tab is still behind.
        """
        deadline = time.monotonic() + within_s
        while behind := [each for each in self.tabs if not self._is_done(each)]:
            if time.monotonic() > deadline:
                first = behind[0].client
                raise AssertionError(
                    f"{len(behind)} of {len(self.tabs)} tabs lack what was sent last, as"
                    f" {first.user}, who is at {first.seq} of {first.epoch}"
                )
            await asyncio.sleep(0.05)

    def audit(self, *, resets: bool = False) -> dict[str, int]:
        """Compare what came with what was sent.

        Args:
            resets: Whether tabs may have been told that something is missing: then what they did
                see is once and in order, and only such tabs may lack anything.

        Raises:
            AssertionError: something is lost, there twice, in another order, or another user's.
        """
        assert not self.noted.problems, self.noted.problems[:3]
        seen = 0
        told_of = 0
        for each in self.tabs:
            client = each.client
            got = [payload for _, _, payload in client.seen]
            want = self.sent.get(client.user, [])
            seen += len(got)
            told_of += len(client.resets) > 0
            if client.resets:
                assert resets, f"{client.user} was told to start anew: {client.resets}"
                assert len(set(got)) == len(got), f"{client.user} got an event twice"
                places = {key: place for place, key in enumerate(want)}
                order = [places[key] for key in got if key in places]
                assert order == sorted(order), f"{client.user} got events in another order"
            else:
                assert got == want, _difference(client.user, got, want)
        return {
            "sent": sum(map(len, self.sent.values())),
            "delivered": seen,
            "told of a reset": told_of,
        }

    def _is_done(self, tab: Tab) -> bool:
        last = self._last.get(tab.client.user)
        if last is None:
            return True
        epoch, seq = last
        return tab.is_there and tab.client.epoch == epoch and tab.client.seq >= seq


def _difference(user: str, got: Sequence[Any], want: Sequence[Any]) -> str:
    missing = [each for each in want if each not in set(got)]
    twice = len(got) - len(set(got))
    return (
        f"{user} got {len(got)} of {len(want)} events: {len(missing)} missing, {twice} twice,"
        f" {'all else in order' if not missing and not twice else missing[:3]}"
    )


@asynccontextmanager
async def fleet(
    *, nodes: int = 1, broker: bool = False, keeps: bool = False, **given: Any
) -> AsyncIterator[Fleet]:
    """Start nodes, with Valkey behind them or each for itself."""
    async with AsyncExitStack() as stack:
        server = None
        if broker:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            server = stack.enter_context(valkey(folder, keeps=keeps))
        made = Fleet(stack, server)
        for _ in range(nodes):
            await made.start_node(**given)
        try:
            yield made
        finally:
            for each in made.tabs:
                each.leave()
