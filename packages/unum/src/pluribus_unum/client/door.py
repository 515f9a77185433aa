"""How a client gets a connection, and what it means when it does not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as dial
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from pluribus_unum.client.machine import CONNECT_S
from pluribus_unum.core.wire import SUBPROTOCOL, CloseCode

Token = str | Callable[[], str | Awaitable[str]]

_LOG = logging.getLogger("unum")
_NO_CLOSE_FRAME: Final = 1006
_MOST_FRAME_BYTES: Final = 16 * 1024 * 1024
_MOST_WAIT_S: Final = 60.0


class NotOpened(Exception):
    """There is no connection.

    Args:
        code: The close code that says what that means.
        at_least_s: How long the server says to stay away.
    """

    def __init__(self, code: int, at_least_s: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.at_least_s = at_least_s


class Door:
    """Opens one connection after another, each with a token."""

    def __init__(self, url: str, token: Token | None) -> None:
        parse_uri(url)
        self._url = url
        # What is logged: a ticket or a password is nobody else's.
        parts = urlsplit(url)
        self._name = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        self._token = token

    async def open(self) -> ClientConnection:
        """Open a connection.

        Raises:
            NotOpened: there is none, which has been logged.
        """
        try:
            async with asyncio.timeout(CONNECT_S):
                socket = await self._dial(await self._headers())
        except InvalidStatus as refused:
            status = refused.response.status_code
            _LOG.warning("%s answers with HTTP %d", self._name, status)
            raise _refusal(status, refused.response.headers.get("Retry-After")) from refused
        except (OSError, WebSocketException) as error:
            _LOG.warning("%s cannot be reached: %r", self._name, error)
            raise NotOpened(_NO_CLOSE_FRAME) from error
        if socket.subprotocol != SUBPROTOCOL:
            _LOG.warning("%s does not speak %s", self._name, SUBPROTOCOL)
            await socket.close()
            raise NotOpened(CloseCode.PROTOCOL)
        return socket

    async def _dial(self, headers: dict[str, str]) -> ClientConnection:
        return await dial(
            self._url,
            additional_headers=headers,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            open_timeout=None,
            ping_interval=None,  # the machine does that, and sees more
            close_timeout=1,
            max_size=_MOST_FRAME_BYTES,
        )

    async def _headers(self) -> dict[str, str]:
        """What says who it is."""
        token = self._token
        if callable(token):
            try:
                given = token()
                token = await given if isawaitable(given) else given
            except Exception as error:
                # Where tokens come from may be away for a while, as everything else.
                _LOG.exception("there is no token")
                raise NotOpened(CloseCode.OVER_CAPACITY) from error
        return {} if token is None else {"Authorization": f"Bearer {token}"}


def _refusal(status: int, retry_after: str | None) -> NotOpened:
    if status in (401, 403):
        # Servers that cannot answer a handshake otherwise say 403 to an expired token, too.
        return NotOpened(CloseCode.UNAUTHENTICATED)
    if status in (429, 503):
        seconds = float(retry_after) if retry_after and retry_after.isdecimal() else 0.0
        return NotOpened(CloseCode.OVER_CAPACITY, min(seconds, _MOST_WAIT_S))
    return NotOpened(_NO_CLOSE_FRAME)
