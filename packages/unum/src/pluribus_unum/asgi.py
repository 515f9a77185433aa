"""A WebSocket as ASGI hands it over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from pluribus_unum.core.wire import CloseCode
from pluribus_unum.errors import Refused

_REASON_BYTES = 123
"""As much of a reason as a close frame holds."""


class Ended(Exception):
    """The connection is over."""


class AsgiSocket:
    """Sends and receives text, and knows whether it still can."""

    __slots__ = ("_is_over", "_most_bytes", "_receive", "_scope", "_send", "subprotocols")

    def __init__(
        self,
        scope: Mapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
        *,
        most_bytes: int,
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._most_bytes = most_bytes
        self._is_over = False
        self.subprotocols: tuple[str, ...] = tuple(scope.get("subprotocols", ()))

    async def connected(self) -> None:
        """Take in the handshake."""
        await self._receive()

    async def accept(self, subprotocol: str | None) -> None:
        """Let it in; of the subprotocols only that of the protocol is ever answered."""
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol})

    async def refuse(self, refused: Refused) -> None:
        """Answer the handshake with an HTTP status, where the server can; else with 403."""
        if "websocket.http.response" not in self._scope.get("extensions", {}):
            await self._send({"type": "websocket.close", "code": refused.code})
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        if refused.status in (429, 503):
            headers.append((b"retry-after", b"5"))
        await self._send(
            {
                "type": "websocket.http.response.start",
                "status": refused.status,
                "headers": headers,
            }
        )
        await self._send(
            {"type": "websocket.http.response.body", "body": refused.message.encode()}
        )

    def send_text(self, data: str) -> Awaitable[None]:
        """Send one frame; waits while the other side does not read."""
        if self._is_over:
            raise Ended
        return self._send({"type": "websocket.send", "text": data})

    async def receive_text(self) -> str:
        """The next frame. What is no text is answered with the end of the connection.

        Raises:
            Ended: the connection is over.
        """
        if self._is_over:
            raise Ended
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self._is_over = True
            raise Ended
        text = message.get("text")
        if text is None:
            await self.close(CloseCode.PROTOCOL, "only text is understood")
            raise Ended
        assert isinstance(text, str)
        if len(text) > self._most_bytes or len(text.encode()) > self._most_bytes:
            await self.close(CloseCode.TOO_BIG, "the message is too big")
            raise Ended
        return text

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End the connection, once."""
        if self._is_over:
            return
        self._is_over = True
        said = (reason or "").encode()[:_REASON_BYTES].decode(errors="ignore")
        await self._send({"type": "websocket.close", "code": code, "reason": said})
