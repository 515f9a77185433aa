"""Two users of whom nothing of the one can be mistaken for something of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pluribus.conformance.adapter import BoundOperation
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Unexercised
from pluribus.conformance.stage import Member, Sent, Stage
from pluribus.conformance.transports import ClientEnd

_WORDS = (("alice", "amber", "topaz", "quartz", "ruby"), ("bob", "birch", "onyx", "flint", "jade"))
"""Name, user, thread, secret and connections: none is a part of another."""
SOCKETS = 3


@dataclass
class Stranger:
    """A user, and all by which that user's data is known wherever it turns up."""

    who: Who
    secret: str
    """In every payload that is for this user alone."""
    peers: list[ClientEnd]
    """Made so far."""
    connections: tuple[object, ...]
    """As many as they may have sockets."""
    members: list[Member] = field(default_factory=list)

    @property
    def ids(self) -> list[object]:
        """The user and the thread; numbers as text, too."""
        return _with_text([self.who.user, self.who.thread])

    @property
    def canaries(self) -> list[object]:
        """What nothing but this user's data holds."""
        given = [each.connection for each in self.members]
        known = [self.who.user, self.who.thread, *self.connections, *given]
        plain = (each for each in known if isinstance(each, str | int))
        return [*_with_text(plain), self.secret, *self.peers]


def _with_text(values: object) -> list[object]:
    assert hasattr(values, "__iter__")
    listed = list(values)
    return [*listed, *(str(each) for each in listed if isinstance(each, int))]


def strangers(stage: Stage, *, sockets: int = 0) -> tuple[Stranger, Stranger]:
    """The two; neither has joined. So many sockets are made at once, so that they are canaries
    before they are used."""
    first, second = (_stranger(stage, *words) for words in _WORDS)
    for each in (first, second):
        each.peers += [_peer(stage, each) for _ in range(sockets)]
    return first, second


def _peer(stage: Stage, stranger: Stranger) -> ClientEnd:
    return stage.peer(f"{stranger.who.name}_socket")


def _stranger(
    stage: Stage, name: str, user: str, thread: str, secret: str, connection: str
) -> Stranger:
    who = Who(
        name,
        stage.value("user", f"{stage.base}-{user}"),
        stage.value("thread", f"{stage.base}-{thread}"),
    )
    return Stranger(
        who,
        f"{stage.base}-{secret}",
        [],
        tuple(
            stage.value("connection", f"{stage.base}-{connection}{number}")
            for number in range(1, SOCKETS + 1)
        ),
    )


async def joined(stage: Stage, stranger: Stranger) -> Member:
    """Hand the next socket of a user over.

    Raises:
        Unexercised: that is not possible.
    """
    number = len(stranger.members)
    if number == len(stranger.peers):
        stranger.peers.append(_peer(stage, stranger))
    member = await stage.join(
        stranger.who, connection=stranger.connections[number], peer=stranger.peers[number]
    )
    stranger.members.append(member)
    return member


async def told(
    stage: Stage, deliveries: Sequence[BoundOperation], stranger: Stranger
) -> list[Sent]:
    """Send one event by each operation to the last socket of a user, which must arrive. What is
    for everybody holds no secret.

    Raises:
        Unexercised: it cannot be sent, or does not arrive.
    """
    member = stranger.members[-1]
    every = []
    for delivery in deliveries:
        is_private = delivery.audience != "all"
        payload = {"secret": stranger.secret} if is_private else None
        sent = await stage.send(delivery, member, payload=payload)
        if not await stage.arrives(sent, member):
            raise Unexercised(
                f"no event of `{delivery.call.name}` arrived", "D1 says more about it"
            )
        every.append(sent)
    await stage.settle()
    return every
