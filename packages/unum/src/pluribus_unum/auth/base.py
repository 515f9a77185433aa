"""What an authenticator is asked, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from pluribus_unum.errors import Refused

TOKEN_PROTOCOL: Final = "base64url.bearer.authorization.unum."
"""A browser can set no header, so it puts a token behind this into the subprotocols, as that of
Kubernetes does. It is never echoed."""


@dataclass(frozen=True)
class Credentials:
    """What came with a handshake."""

    token: str | None = field(repr=False)
    """From the header `Authorization: Bearer`, or the subprotocols."""
    cookies: Mapping[str, str] = field(repr=False)
    """Empty unless the page that connects is an allowed one: else any page could use them."""
    query: Mapping[str, str] = field(repr=False)
    """For tickets that are used once. Never put a token there: addresses are logged."""


@dataclass(frozen=True)
class Identity:
    """Who somebody was found to be. It is a context: a manager can be asked for with it."""

    user_id: str
    thread_id: str | None = None
    run_id: str | None = None
    expires_at: float | None = None
    """Seconds since 1970; None for never."""
    session_id: str | None = None
    """By which it can be revoked; None when only the user as a whole can be."""
    issued_at: float | None = None
    """When the token was issued, in seconds since 1970: after a revocation of the user, only what
    was issued later is let in. None counts as before."""


class Authenticator(Protocol):
    """Finds out who connects."""

    async def identify(self, credentials: Credentials) -> Identity:
        """Say who it is.

        Raises:
            Refused: nobody knows, or they may not.
        """


def unauthenticated(why: str) -> Refused:
    """A refusal that names the reason and nothing of the credentials."""
    return Refused(why, code=4001, status=401)
