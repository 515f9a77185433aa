"""What a hub asks of all nodes together, and tells all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any

from pluribus_unum.brokers.base import Broker
from pluribus_unum.brokers.presence import Presence
from pluribus_unum.brokers.revocations import Revocation
from pluribus_unum.clock import Clock
from pluribus_unum.connected import Connected
from pluribus_unum.core.wire import CloseCode
from pluribus_unum.errors import Refused, UnumError
from pluribus_unum.identity import Bearer, IsolationKey, UserContext, key_of, user_of


class AcrossNodes(ABC):
    """Who is connected anywhere, and who may not be any more."""

    broker: Broker
    clock: Clock
    connected: Connected
    _key: IsolationKey

    @abstractmethod
    async def _running(self) -> None:
        """Run, if that has not begun."""

    @abstractmethod
    def _do_aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for."""

    async def presence(self, who: UserContext | str) -> tuple[Presence, ...]:
        """The connections of the user of a context, or of an isolation key, on all nodes.

        Those of a node that was killed are among them for up to `Limits.presence_s`.

        Raises:
            NoUser: the context has no user.
            BrokerDown: the other nodes cannot be asked.
        """
        await self._running()
        if isinstance(who, str):
            return await self.broker.presence(who)
        user_of(who)
        return await self.broker.presence(key_of(self._key, who))

    async def revoke(self, *, user_id: str | None = None, session_id: str | None = None) -> None:
        """End the connections of a user, of a session, or of one session of a user, on all nodes,
        and let nobody in by their tokens any more. What is issued to the user later is good; a
        session stays revoked.

        It is in force for `Limits.revocation_s`.

        Raises:
            UnumError: neither is named, or too many are in force.
            BrokerDown: it is in force on this node alone. The others get it as soon as the broker
                can be reached, for as long as this node runs; to be sure, revoke again.
        """
        if not user_id and not session_id:
            raise UnumError("`revoke` is given a `user_id`, a `session_id`, or both")
        await self._running()
        revocation = Revocation(user_id or None, session_id or None, self.clock.wall())
        await self.broker.revoke(revocation)

    def must_be_good(self, bearer: Bearer | None) -> None:
        """Refuse who was let in by a token that has been revoked since.

        Raises:
            Refused: it has.
        """
        if bearer is not None and self.broker.revocations.covers(bearer):
            raise Refused("the token was revoked", code=CloseCode.REVOKED, status=401)

    def end_revoked(self) -> None:
        """Let go of whose tokens have been revoked."""
        for each in self.connected:
            if each.bearer is not None and self.broker.revocations.covers(each.bearer):
                # Nothing more is said from now on; a socket that accepts nothing is cut off, too.
                each.session.close(CloseCode.REVOKED, "the token was revoked")
                self._do_aside(each.close())
