"""How much of everything there may be: one table, told to clients when they connect."""

from __future__ import annotations

from typing import Final

import msgspec

_MAY_BE_0: Final = ("handshakes_per_s", "address_handshakes_per_s", "drain_s")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one hub. Times are in seconds, sizes in bytes of UTF-8."""

    connections_per_user: int = 10
    """On one node; one more is refused."""
    users: int = 50_000
    """How many may be connected to this node at once."""

    events_per_user: int = 512
    """How many events are kept for those who come back. Who is behind by half of them is let
    go."""
    bytes_per_user: int = 1_048_576
    """Of the events that are kept of one user."""
    age_s: float = 300.0
    """How long an event is kept."""
    bytes: int = 268_435_456
    """Of the kept events of all users; beyond it, those of whom nobody is connected go first."""

    event_bytes: int = 262_144
    """Of one event that is sent."""
    message_bytes: int = 65_536
    """Of one message that a client sends."""
    messages_per_s: float = 20.0
    """What one connection may send, on average."""
    message_burst: int = 40
    """How many of them at once."""

    handshakes_per_s: float = 5.0
    """How often one user may connect, on average; 0 for no limit."""
    handshake_burst: int = 40
    """How often at once: as often as all their tabs come back a few times."""
    address_handshakes_per_s: float = 0.0
    """The same of one network address, before anybody is authenticated; 0 for no limit, as behind
    a proxy that hides where clients are."""
    drain_s: float = 8.0
    """How long clients are given to go elsewhere when the process is told to end."""

    presence_s: float = 30.0
    """How long a node that was killed still counts as having its connections."""
    revocation_s: float = 86_400.0
    """How long a revocation is in force: at least as long as any of your tokens lives."""
    revocations: int = 100_000
    """How many may be in force at once."""

    hello_s: float = 5.0
    """How long a client that speaks `unum.v1` may take to say hello."""
    send_s: float = 5.0
    """How long a socket may take to accept one frame."""
    lag_s: float = 10.0
    """How long a connection may be behind."""
    heartbeat_s: float = 25.0
    """How often a client that speaks `unum.v1` is to say something; after three of them in silence
    it is let go. Browsers let a hidden page say something once a minute."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if not isinstance(value, int | float) or isinstance(value, bool) or value != value:
                raise ValueError(f"`Limits.{name}` is a number, and not {value!r}")
            if value < 0 or (value == 0 and name not in _MAY_BE_0):
                least = "not negative" if name in _MAY_BE_0 else "more than 0"
                raise ValueError(
                    f"`Limits.{name}` is {value}, and must be {least}; what is not to be bounded "
                    "is given a great number"
                )
