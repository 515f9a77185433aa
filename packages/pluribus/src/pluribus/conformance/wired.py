"""A run whose clients are at the other end of a transport."""

from __future__ import annotations

from collections.abc import Iterable

from pluribus.conformance.adapter import Adapter, BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.making import Made, make
from pluribus.conformance.recording import Watch, Who, constant
from pluribus.conformance.ruling import Declined, Unexercised
from pluribus.conformance.stage import Member, Sent, Stage
from pluribus.conformance.transports import ClientEnd, Target, over, transport
from pluribus.conformance.what import What
from pluribus.contract.conform import placeholders

_REACHED_S = 1.0
"""How long the kit's own message may take through a connection that lives."""


class WiredStage(Stage):
    """A run over ASGI or real sockets.

    A manager alone is handed the sockets by the kit's own endpoint, which has accepted them.
    Where the contract names an application, clients connect to its route: the application adds
    and removes them by itself, and an operation that is given a socket is not asked.
    """

    def __init__(
        self,
        adapter: Adapter,
        *,
        over: str,
        seed: int,
        ordinal: int = 0,
        watch: Watch | None = None,
    ) -> None:
        super().__init__(adapter, seed=seed, ordinal=ordinal, watch=watch)
        application = self.conform.app or ""
        self.transport = transport(over, application, loss=adapter.loss)
        arguments = ", ".join(repr(each) for each in (over, application) if each)
        if adapter.loss is not None:
            name = adapter.loss.__name__
            self.history.imports.add(f"from {adapter.loss.__module__} import {name}")
            arguments += f", loss={name}"
        self.history.imports.add("from pluribus.conformance.transports import Target, transport")
        self.history.lines.append(f"wire = transport({arguments})")
        self.history.ending += ["await wire.settle()", "await wire.close()"]

    def handed(self, peer: ClientEnd) -> Made:
        """The server's end of a connection."""
        return Made(peer.websocket, f"{peer.id}.websocket")

    async def try_join(
        self, who: Who, *, connection: object = None, peer: ClientEnd | None = None
    ) -> tuple[Member, Call]:
        """Connect a client, and let it be added."""
        if not self.transport.has_application:
            if peer is None:
                peer = await self._dialled(f"{who.name}_socket")
            elif peer.websocket is None:
                await self._dial(peer)
            return await super().try_join(who, connection=connection, peer=peer)
        if peer is not None:
            raise Declined("a client connects to the application once")
        if connection is not None and not self._tells("connection"):
            raise Declined("the application gives connections their ids")
        instance = await self.manager(who)
        if connection is None:
            connection = self.value("connection", f"{self.base}-c{'1' * len(self.members)}")
        peer = self.peer(f"{who.name}_socket")
        member = Member(who, peer, instance, connection, peer.id)
        call = await self.record(
            "add", f"{peer.id}.dial", peer.dial, [self._target(member)], {}, ""
        )
        self.members.append(member)
        return member, call

    async def try_leave(self, member: Member) -> Call:
        """Let a socket go: of an application the client hangs up."""
        if not self.transport.has_application or not member.peer.is_open:
            return await super().try_leave(member)
        member.removed = True
        call = await self.record(
            "remove", f"{member.peer.id}.hang_up", member.peer.hang_up, [], {}, ""
        )
        await member.peer.gone(self.conform.notice_s)
        await member.peer.ended(self.conform.notice_s)
        await self.settle()
        return call

    async def stranger(self, who: Who) -> Member:
        """A client that was never added to anything."""
        if self.transport.has_application:
            return await super().stranger(who)
        instance = await self.manager(who)
        peer = await self._dialled(f"{who.name}_stranger")
        connection = self.value("connection", f"{self.base}-nobody")
        return Member(who, peer, instance, connection, peer.id)

    async def arrives(self, sent: Sent, member: Member) -> bool:
        """Whether `sent` arrives in time. Silence counts only where the transport lives.

        Raises:
            Unexercised: the kit's own message does not arrive either.
        """
        if await super().arrives(sent, member):
            return True
        if member.peer.is_sound and not await member.peer.is_reached(_REACHED_S):
            raise Unexercised(
                f"nothing arrives at `{member.variable}` {over(self.transport.name)}, not even"
                " what the kit writes past the subject",
                "so nothing is known of the subject",
            )
        return self.count(sent, member) > 0

    async def settle(self) -> None:
        """Let the loop run, and all that was written arrive."""
        await super().settle()
        await self.transport.settle()
        await super().settle()

    async def perform(
        self,
        operation: BoundOperation,
        member: Member,
        *,
        target: str = "",
        what: What | None = None,
    ) -> Call:
        """Call an operation; what the application keeps to itself cannot be given."""
        if self.transport.has_application:
            for role in ("websocket", "connection"):
                if role in operation.call.takes and not self._tells(role):
                    raise Declined(
                        f"`{operation.call.name}` is given a {role}, which the application keeps"
                        " to itself"
                    )
        return await super().perform(operation, member, target=target, what=what)

    async def close(self) -> None:
        """End all connections."""
        await self.transport.close()

    async def connected(self, name: str) -> ClientEnd | None:
        """A client of the kit's own endpoint, connected."""
        return None if self.transport.has_application else await self._dialled(name)

    async def _dialled(self, name: str) -> ClientEnd:
        peer = self.peer(name)
        await self._dial(peer)
        return peer

    async def _dial(self, peer: ClientEnd) -> None:
        self.history.lines.append(f"await {peer.id}.dial()")
        await peer.dial()

    def _target(self, member: Member) -> Made:
        conform = self.conform
        roles = {**self.roles(member.who), "connection": constant(member.connection)}
        made = {
            "path": make(conform.route, roles),
            "query": make(dict(conform.query), roles),
            "headers": make(dict(conform.headers), roles),
            "says": make(list(conform.says), roles),
        }
        path, query, headers, says = (each.value for each in made.values())
        assert isinstance(query, dict)
        assert isinstance(headers, dict)
        assert isinstance(says, list)
        value = Target(str(path), _texts(query), _texts(headers), [str(each) for each in says])
        source = ", ".join(f"{name}={each.source}" for name, each in made.items())
        imports: Iterable[str] = (line for each in made.values() for line in each.imports)
        return Made(value, f"Target({source})", frozenset(imports))

    def _tells(self, role: str) -> bool:
        """Whether the application is told what plays `role` when a client connects."""
        conform = self.conform
        given = [conform.route, conform.query, conform.headers, list(conform.says)]
        return role in placeholders(given)


def _texts(table: dict[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in table.items()}
