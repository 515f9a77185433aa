"""Events that wait for a commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from pluribus_unum.errors import EventRefused
from pluribus_unum.receipt import Receipt


class _Written(msgspec.Struct):
    payload: msgspec.Raw


_WRITTEN: Final = msgspec.json.Decoder(_Written)


class Outbox:
    """Collects events of a run; leaving the block well sends them in order, else none is sent.

    Commit inside of the block: what was rolled back is then never told.
    """

    def __init__(
        self, send: Callable[[str, Any], Awaitable[Receipt]], written: Callable[[str, Any], str]
    ) -> None:
        self._send = send
        self._written = written
        self._waiting: list[tuple[str, Any]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        waiting, self._waiting = self._waiting, []
        if error is not None:
            return
        refused: EventRefused | None = None
        for event_type, payload in waiting:
            try:
                await self._send(event_type, payload)
            except EventRefused as found:
                # Tracing adds what nobody can know before. The others are committed as well.
                refused = refused or found
        if refused is not None:
            raise refused

    def emit(self, event_type: str, payload: Any) -> None:
        """Send it after the commit, as it is now.

        Raises:
            EventRefused: it cannot be written as JSON, is too big, or its name is taken. That is
                said here, where there is still something to roll back; so a little less than
                `Limits.event_bytes` is taken, as it may be a few bytes longer when it is sent.
        """
        written = self._written(event_type, payload)
        self._waiting.append((event_type, _WRITTEN.decode(written).payload))
