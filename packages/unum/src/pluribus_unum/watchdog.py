"""Ends the runs of nodes that were killed: once, whichever nodes notice.

A node holds a lease for each of its runs. A run of which a stream has the beginning and not the
end, and for which there is no lease, look after look, has nobody left to end it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

import msgspec

from pluribus_unum.brokers.base import Broker
from pluribus_unum.core.stream import Entry, Stream
from pluribus_unum.core.wire import Envelope, Event
from pluribus_unum.errors import BrokerDown
from pluribus_unum.events import AgentError, ToolCompleted, encoded
from pluribus_unum.node import Node
from pluribus_unum.runs import Lease, leases

_AT_ONCE = 50
"""Keys that are asked for together."""
_LOOKS: Final = 5
"""So often in a row a lease must be missing; a look that fails begins the count anew."""
_MORE_LOOKS: Final = 2
"""Of who does not know all of a run: whoever does comes first, and closes its tools."""
_LEAST_S: Final = 5.0
"""From the first to the last of these looks: as long as a node may take to find a broker again
that was away, and to say what it holds."""
_TELLING: Final = tuple(
    f'{{"v":1,"type":"{kind}",'
    for kind in (
        "agent_started",
        "agent_completed",
        "agent_error",
        "tool_executing",
        "tool_completed",
    )
)
"""How the events begin that are read."""
_EVENT: Final = msgspec.json.Decoder(Event)


class OpenRun:
    """A run that has begun and not ended, as far as is known here."""

    __slots__ = ("is_new", "lease", "missing", "needed", "tools")

    def __init__(self, lease: Lease, needed: int = _LOOKS) -> None:
        self.lease = lease
        self.needed = needed
        self.missing = 0
        """How often in a row there was no lease."""
        self.is_new = True
        """Whether it was found since the last look: most are over by the next."""
        self.tools: dict[str, str] = {}
        """The names of the calls that are open, by id."""


class Watch:
    """What a stream tells of its runs, read as it grows."""

    __slots__ = ("_lacks_some", "_stream", "open")

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.open: dict[str, OpenRun] = {}
        self._lacks_some = stream.first > 1
        """Whether runs may have begun that the stream does not tell of: leases do."""
        for seq in range(stream.first, stream.seq + 1):
            entry = stream.entry(seq)
            if entry is not None and entry.body.startswith(_TELLING):
                self.hear(entry)
        stream.listen(self, _TELLING)

    def end(self) -> None:
        """Read no more."""
        self._stream.listen(None)

    def is_due(self) -> bool:
        """Whether leases are to be asked for, now that somebody looks."""
        due = self._lacks_some
        for each in self.open.values():
            due = due or not each.is_new
            each.is_new = False
        return due

    def doubt(self) -> None:
        """What was missing may have been there."""
        for each in self.open.values():
            each.missing = 0

    def lost(self, held: Iterable[Lease]) -> list[OpenRun]:
        """The runs that nobody will end, by the leases that there are."""
        there = {each.run_id: each for each in held}
        if self._lacks_some:
            self._lacks_some = False
            for name, lease in there.items():
                self.open.setdefault(name, OpenRun(lease, _LOOKS + _MORE_LOOKS))
        for name, run in self.open.items():
            run.missing = 0 if name in there else run.missing + 1
        return [each for each in self.open.values() if each.missing >= each.needed]

    def is_open(self, run: OpenRun) -> bool:
        """Whether nothing has been heard of its end, or of another beginning."""
        return self.open.get(run.lease.run_id) is run

    def broken(self) -> None:
        """Ends may have been among what is gone."""
        self.open.clear()
        self._lacks_some = True

    def hear(self, entry: Entry) -> None:
        """One of the events of a run has come."""
        try:
            event = _EVENT.decode(entry.body)
        except (msgspec.DecodeError, RecursionError):
            return
        name, payload = event.run_id, event.payload
        if name is None:
            return
        if event.ends_run:
            self.open.pop(name, None)
        elif not isinstance(payload, dict):
            return
        elif event.type == "agent_started" and not payload.get("depth"):
            self._begin(name, event, entry.seq)
        elif (run := self.open.get(name)) is not None:
            call = str(payload.get("tool_call_id"))
            if event.type == "tool_executing":
                run.tools[call] = str(payload.get("tool_name"))
            elif event.type == "tool_completed":
                run.tools.pop(call, None)

    def _begin(self, name: str, event: Event, seq: int) -> None:
        if "node" in (event.meta or {}):
            lease = Lease(
                name, self._stream.epoch, seq, event.user_id, event.thread_id, event.agent_name
            )
            self.open[name] = OpenRun(lease)
        else:
            # Nobody holds a lease for what was sent by hand.
            self.open.pop(name, None)


class Watchdog:
    """Looks after the runs of the users who are connected to this node."""

    def __init__(self, node: Node, broker: Broker) -> None:
        self._node = node
        self._broker = broker
        self._watches: dict[str, Watch] = {}
        self.every_s = max(node.limits.presence_s, _LEAST_S) / (_LOOKS - 1)
        """From one look to the next."""
        self._next = node.clock.monotonic() + self.every_s
        self._is_looking = False

    def follow(self, key: str, stream: Stream) -> None:
        """Read a stream from now on, and what is there of it."""
        if key not in self._watches:
            self._watches[key] = Watch(stream)

    def forget(self, key: str) -> None:
        """Nobody here follows it any more."""
        if (watch := self._watches.pop(key, None)) is not None:
            watch.end()

    def is_due(self) -> bool:
        """Whether it is time for a look."""
        return not self._is_looking and self._node.clock.monotonic() >= self._next

    async def look(self) -> None:
        """Look once after every run that is open, and end those that are lost."""
        self._is_looking = True
        try:
            asked = [(key, watch) for key, watch in self._watches.items() if watch.is_due()]
            for begin in range(0, len(asked), _AT_ONCE):
                some = asked[begin : begin + _AT_ONCE]
                done = await asyncio.gather(*(self._look_at(*each) for each in some))
                if not any(done):
                    # Nobody is asked in vain for each of thousands.
                    for _, watch in asked[begin:]:
                        watch.doubt()
                    break
        finally:
            self._is_looking = False
            self._next = self._node.clock.monotonic() + self.every_s

    async def _look_at(self, key: str, watch: Watch) -> bool:
        """Whether somebody answered."""
        try:
            held = await leases(self._broker, key)
            for run in watch.lost(held):
                # What is read no more may have ended by now.
                if self._watches.get(key) is watch:
                    await self._end(key, watch, run)
        except BrokerDown:
            watch.doubt()
            return False
        return True

    async def _end(self, key: str, watch: Watch, run: OpenRun) -> None:
        ending = run.lease.ending
        for call, name in tuple(run.tools.items()):
            closed = ToolCompleted(
                tool_call_id=call, tool_name=name, success=False, error="Unfinished"
            )
            if watch.is_open(run):
                await self._send(key, run.lease, "tool_completed", closed, f"{ending}:{call}")
        if watch.is_open(run):
            lost = AgentError(code="interrupted", message="The server was lost.")
            await self._send(key, run.lease, "agent_error", lost, ending)
        # Whether the stream tells of that or not: whoever was first has ended it.
        if watch.is_open(run):
            del watch.open[run.lease.run_id]

    async def _send(
        self, key: str, lease: Lease, event_type: str, payload: msgspec.Struct, idempotency: str
    ) -> None:
        event = Envelope(
            v=1,
            type=event_type,
            timestamp=self._node.clock.wall(),
            user_id=lease.user_id,
            thread_id=lease.thread_id,
            run_id=lease.run_id,
            agent_name=lease.agent_name,
            payload=payload,
        )
        body = encoded(event, most_bytes=self._node.limits.event_bytes)
        sent = await self._node.publish(key, body, thread=lease.thread_id, idempotency=idempotency)
        if not sent.is_duplicate:
            self._node.tally.emit(event_type)
