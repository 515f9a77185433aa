"""Lets somebody in or refuses them: the same for a WebSocket and for a request of AG-UI."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from pluribus_unum.auth.base import Authenticator, Identity
from pluribus_unum.auth.handshake import Handshake
from pluribus_unum.auth.rates import Handshakes
from pluribus_unum.core.tally import Tally
from pluribus_unum.core.wire import CloseCode
from pluribus_unum.errors import BrokerDown, Refused
from pluribus_unum.identity import Bearer


class Admitting(Protocol):
    """A node that somebody wants to be let in to."""

    auth: Authenticator | None
    origins: Collection[str] | None
    handshakes: Handshakes
    is_draining: bool
    tally: Tally

    def must_be_good(self, bearer: Bearer | None) -> None:
        """Refuse who was let in by a token that has been revoked since."""


async def admitted(node: Admitting, scope: Mapping[str, Any]) -> Identity:
    """Who it is that connects.

    Args:
        node: What they connect to.
        scope: Of ASGI: the headers, the query, the address.

    Raises:
        Refused: nobody knows, they may not, they come too often, or nobody is let in now.
    """
    try:
        return await _identified(node, scope)
    except Refused as refused:
        node.tally.refused[refused.status] += 1
        raise


async def _identified(node: Admitting, scope: Mapping[str, Any]) -> Identity:
    if node.is_draining:
        raise Refused("the server stops", code=CloseCode.DRAIN, status=503)
    client = scope.get("client")
    node.handshakes.from_address(client[0] if client else "")
    try:
        identity = await Handshake(scope, node.origins).identify(node.auth)
    except BrokerDown as error:
        raise Refused(
            "nobody can be let in now", code=CloseCode.OVER_CAPACITY, status=503
        ) from error
    node.must_be_good(identity)
    node.handshakes.of_user(identity.user_id)
    return identity
