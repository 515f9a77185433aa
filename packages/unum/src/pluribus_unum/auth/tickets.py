"""Tickets: a page that has a session fetches one by HTTP, and connects with it, once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

import msgspec

from pluribus_unum.auth.base import Credentials, Identity, unauthenticated
from pluribus_unum.brokers.base import Broker
from pluribus_unum.clock import Clock, SystemClock
from pluribus_unum.identity import UserContext, label, user_of

_LEAST_SECRET_BYTES = 32


class _Ticket(msgspec.Struct, frozen=True, array_like=True):
    name: str
    user_id: str
    thread_id: str | None
    until: float
    """Seconds since 1970."""
    expires_at: float | None
    """Of the connection."""
    session_id: str | None
    issued_at: float
    """Seconds since 1970: of what the user was authenticated by."""


class Tickets:
    """Gives out tickets, and takes each once, on whichever node it is shown.

    An address may be logged, so a ticket is worth nothing soon, and nothing when it has been used.
    """

    def __init__(
        self,
        secret: bytes,
        broker: Broker,
        *,
        parameter: str = "ticket",
        lives_s: float = 30.0,
        clock: Clock | None = None,
    ) -> None:
        """Share a secret between all nodes.

        Args:
            secret: At least 32 bytes that nobody can guess.
            broker: That of the hub, which knows what has been used.
            parameter: Of the address that a client connects to, as `wss://…/ws?ticket=…`.
            lives_s: How long a client may take to use it; less than events are kept.
            clock: For tests.

        Raises:
            ValueError: the secret is short.
        """
        if len(secret) < _LEAST_SECRET_BYTES:
            raise ValueError(f"the secret has {len(secret)} bytes, and must have 32 at least")
        self._secret = secret
        self._broker = broker
        self._parameter = parameter
        self._lives_s = lives_s
        self._clock = clock or SystemClock()
        self._used: dict[str, float] = {}
        """Those that were taken by this process, and until when they would have been good: a
        broker that has too much to keep may forget them before."""

    def issue(self, context: UserContext, *, expires_at: float | None = None) -> str:
        """A ticket for a user who has been authenticated. It is worth nothing when the user, or
        their session, has been revoked since.

        Args:
            context: Whose. Where it has a `session_id`, the ticket is of that session; where it
                has an `issued_at`, as an `Identity` has, it is as old as that.
            expires_at: When the connection itself is to end, in seconds since 1970.

        Raises:
            NoUser: the context has no user.
        """
        now, issued_at = self._clock.wall(), getattr(context, "issued_at", None)
        content = msgspec.json.encode(
            _Ticket(
                secrets.token_hex(16),
                user_of(context),
                label(context, "thread_id"),
                now + self._lives_s,
                expires_at,
                label(context, "session_id"),
                issued_at if isinstance(issued_at, int | float) else now,
            )
        )
        return f"{_text(content)}.{_text(self._sign(content))}"

    async def identify(self, credentials: Credentials) -> Identity:
        """Take a ticket.

        Raises:
            Refused: there is none, or it is forged, too old, or has been used.
            BrokerDown: nobody knows whether it has been used.
        """
        shown = credentials.query.get(self._parameter, "")
        if not shown:
            raise unauthenticated("no ticket")
        try:
            content, signature = (_bytes(each) for each in shown.split("."))
            if not hmac.compare_digest(signature, self._sign(content)):
                raise unauthenticated("the ticket is not valid")
            ticket = msgspec.json.decode(content, type=_Ticket)
        except ValueError as error:
            raise unauthenticated("the ticket is not valid") from error
        now = self._clock.wall()
        if ticket.until < now:
            raise unauthenticated("the ticket is too old")
        if ticket.name in self._used:
            raise unauthenticated("the ticket has been used")
        # Nobody follows this stream: that its first event is the first is all that matters.
        used = await self._broker.publish(
            f"ticket:{ticket.name}", '{"type":"ticket"}', thread=None, idempotency=ticket.name
        )
        if used.is_duplicate:
            raise unauthenticated("the ticket has been used")
        while self._used and self._used[first := next(iter(self._used))] < now:
            del self._used[first]
        self._used[ticket.name] = ticket.until
        return Identity(
            ticket.user_id,
            ticket.thread_id,
            expires_at=ticket.expires_at,
            session_id=ticket.session_id,
            issued_at=ticket.issued_at,
        )

    def _sign(self, content: bytes) -> bytes:
        return hmac.digest(self._secret, content, hashlib.sha256)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
