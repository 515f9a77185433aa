"""Managers that muddle what they send: runs, numbers, fields, and payloads that are odd."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import Context, PerThread, Plain, Shared, lost


class NewestFirst(PerThread):
    """Of what waits for a client the newest event is sent first."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.waiting: list[tuple[str, Mapping[str, Any]]] = []
        self.sending: asyncio.Task[None] | None = None

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Put an event on the pile."""
        self.waiting.append((event, payload))
        if self.sending is None or self.sending.done():
            self.sending = asyncio.ensure_future(self._send())
        return len(self.sockets)

    async def _send(self) -> None:
        while self.waiting:
            await self.send_one(*self.waiting.pop())

    async def send_one(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send to all."""
        with suppress(TypeError):
            await self._hand_out(self.frame(event, payload))

    async def _hand_out(self, text: str) -> None:
        await lost([(key, each.send_text(text)) for key, each in self.sockets.items()])


class StampsTheLatestRun(NewestFirst):
    """An event is sent under the name of the run that has last said something."""

    latest: object = None

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Remember the run, and put the event on the pile."""
        self.latest = payload["run"]
        return await super().emit_agent_event(event, payload)

    async def send_one(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send to all what the latest run is supposed to have said."""
        await super().send_one(event, {**payload, "run": self.latest})


class NumbersAsText(PerThread):
    """A field is of another type than is declared."""

    def frame(self, event: str, payload: Mapping[str, Any]) -> str:
        """The same, with the number as text."""
        frame = json.loads(super().frame(event, payload))
        return json.dumps({**frame, "number": str(frame["number"])})


class LeavesAFieldOut(PerThread):
    """A field that is declared is not there."""

    def frame(self, event: str, payload: Mapping[str, Any]) -> str:
        """The same, without the step."""
        rest = {key: each for key, each in payload.items() if key != "step"}
        return super().frame(event, rest)


class NumbersEachKind(PerThread):
    """Events of each kind are numbered for themselves."""

    def frame(self, event: str, payload: Mapping[str, Any]) -> str:
        """The same, with a number of its kind."""
        key = f"_of_{event}"
        setattr(self, key, getattr(self, key, 0) + 1)
        frame = json.loads(super().frame(event, payload))
        return json.dumps({**frame, "number": getattr(self, key)})


class CountsDown(PerThread):
    """The numbers of events fall."""

    def frame(self, event: str, payload: Mapping[str, Any]) -> str:
        """The same, with a number that is smaller than the last."""
        frame = json.loads(super().frame(event, payload))
        return json.dumps({**frame, "number": 1_000 - frame["number"]})


class DropsRepeats(PerThread):
    """The end of something is told once, however often it happens."""

    is_told = False

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, unless it is the same again."""
        if event == "tool_completed":
            if self.is_told:
                return 0
            self.is_told = True
        return await super().emit_agent_event(event, payload)


class ReachesOneUser(Shared):
    """A broadcast ends with the first user."""

    async def broadcast(self, message: Mapping[str, Any]) -> None:
        """Send to somebody."""
        await self._send(message, list(self.users)[:1])


class SwallowsOdd(PerThread):
    """What cannot be written is dropped, and reported as sent."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, if that is possible."""
        try:
            return await super().emit_agent_event(event, payload)
        except TypeError:
            return len(self.sockets)


class LetsAllGo(Plain):
    """A text that no wire can carry costs everybody their socket."""

    async def broadcast(self, message: str) -> None:
        """Send to everybody, and remove whoever could not be sent to."""
        for socket in await lost([(each, each.send_text(message)) for each in self.active]):
            self.disconnect(socket)


MUDDLED: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        NewestFirst: ("D6",),
        StampsTheLatestRun: ("D15",),
        NumbersAsText: ("D7",),
        LeavesAFieldOut: ("D7",),
        NumbersEachKind: ("D13",),
        CountsDown: ("D13",),
        DropsRepeats: ("D8",),
        ReachesOneUser: ("D9",),
        SwallowsOdd: ("D14",),
        LetsAllGo: ("D14",),
    }
)
"""Managers to the properties that must refuse them."""
