"""The protocol `unum.v1`: what clients and servers say to each other, as JSON text."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final, Literal

import msgspec

from pluribus_unum.core.stream import Gap

SUBPROTOCOL: Final = "unum.v1"


class CloseCode(IntEnum):
    """Why a server ends a connection. From 4000: do not come back; from 4100: later; from 4200:
    at once."""

    GOING_AWAY = 1001
    """Said by servers that stop in a hurry."""
    TOO_BIG = 1009
    """A message of the client is bigger than `message_bytes`."""
    FAILED = 1011
    """A frame could not be sent."""
    PROTOCOL = 4000
    """What the client said is no message, or comes at the wrong time."""
    UNAUTHENTICATED = 4001
    """There is no valid token: come back with one."""
    FORBIDDEN = 4003
    """The page, or the new token, is not this user's."""
    REVOKED = 4004
    """The user may not be here any more."""
    TOO_MANY_CONNECTIONS = 4009
    """The user has `connections_per_user` already."""
    OVER_CAPACITY = 4100
    """The server is full, or the events cannot be reached."""
    RATE_LIMITED = 4101
    """The client goes on sending more than it may."""
    DRAIN = 4200
    """The server stops, or another socket took the place of this one."""
    SILENT = 4201
    """The client has said nothing for three heartbeats."""
    SLOW_CONSUMER = 4202
    """The client does not read, or not fast enough."""
    TOKEN_EXPIRED = 4204
    """The token has expired: come back with another."""


class Close(msgspec.Struct, frozen=True):
    """The end of a connection."""

    code: int
    reason: str
    """For people; it never holds what a client sent."""


# What clients say.


class Resume(msgspec.Struct, frozen=True):
    """The last event that the client has seen, and of which epoch."""

    epoch: str
    seq: int


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag="hello", tag_field="type"):
    """The first word of a client."""

    resume: Resume | None = None
    threads: tuple[str, ...] | None = None
    """Only events of these threads, and those of none; all when left out."""
    client: str = ""


class Ack(msgspec.Struct, frozen=True, kw_only=True, tag="ack", tag_field="type"):
    """Everything up to this event has been dealt with."""

    seq: int


class Auth(msgspec.Struct, frozen=True, kw_only=True, tag="auth", tag_field="type"):
    """A new token in place of one that is about to expire."""

    token: str


class Ping(msgspec.Struct, frozen=True, kw_only=True, tag="ping", tag_field="type"):
    """Is anybody there?"""

    t: float = 0


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Anything else: for the application."""

    type: str
    id: str | None = None
    """Made by the client: the same message is handled once, however often it is sent."""
    thread_id: str | None = None
    run_id: str | None = None
    payload: Any = None


Said = Hello | Ack | Auth | Ping | Message

_CONTROL: Final = {"hello": Hello, "ack": Ack, "auth": Auth, "ping": Ping}
SAID_BY_CLIENTS: Final = tuple(_CONTROL)
"""Words of the protocol: no message for the application has such a type."""


class _Kind(msgspec.Struct, frozen=True):
    type: str


_KIND: Final = msgspec.json.Decoder(_Kind)
_DECODERS: Final = {
    **{name: msgspec.json.Decoder(kind) for name, kind in _CONTROL.items()},
    "": msgspec.json.Decoder(Message),
}


class BadMessage(ValueError):
    """What a client said is none of the protocol; the text says why and quotes nothing."""


def parse(text: str) -> Said:
    """Read what a client said.

    Raises:
        BadMessage: it is no JSON object with a type, or its fields are of other types.
    """
    try:
        kind = _KIND.decode(text).type
        said: Said = _DECODERS.get(kind, _DECODERS[""]).decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadMessage("not a message of this protocol") from error
    return said


# What servers say.


class Welcome(msgspec.Struct, frozen=True, kw_only=True, tag="welcome", tag_field="type"):
    """The first word of a server: `replay` events follow the position `seq` that is gone on
    from."""

    connection_id: str
    epoch: str
    seq: int
    recovered: bool
    """Whether nothing is missing since what the client had seen."""
    replay: int
    heartbeat: float
    """Seconds in which the client is to say something."""
    limits: dict[str, float]


class Reset(msgspec.Struct, frozen=True, kw_only=True, tag="reset", tag_field="type"):
    """Something is missing for ever: the client loads its state anew, and goes on from here."""

    epoch: str
    seq: int
    reason: Gap


class Pong(msgspec.Struct, frozen=True, kw_only=True, tag="pong", tag_field="type"):
    """Somebody is."""

    t: float
    """What was asked with."""


class Accepted(msgspec.Struct, frozen=True, kw_only=True, tag="ack", tag_field="type"):
    """A message of the client has been handled, or had been before."""

    id: str


class AuthOk(msgspec.Struct, frozen=True, kw_only=True, tag="auth_ok", tag_field="type"):
    """The new token is good."""

    exp: float | None
    """When the token expires, in seconds since 1970."""


class Drain(msgspec.Struct, frozen=True, kw_only=True, tag="drain", tag_field="type"):
    """The server is about to stop: the client is to come back within so many seconds."""

    within: float


Code = Literal["bad_message", "rate_limited", "unauthenticated", "failed", "unknown_type"]


class Problem(msgspec.Struct, frozen=True, kw_only=True, tag="error", tag_field="type"):
    """Something was not done."""

    code: Code
    ref: str | None = None
    """The id of the message that it is about."""
    retry_after: float | None = None


Control = Welcome | Reset | Pong | Accepted | AuthOk | Drain | Problem


def control(frame: Control) -> str:
    """Write a frame that is no event."""
    return msgspec.json.encode(frame).decode()


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event. `seq` and `id`, and `prev` where numbers are skipped on purpose, are put before
    the rest when it has its place in the stream; without `seq` it is sent to those who are there,
    and never again."""

    v: int
    type: str
    id: str = ""
    """Its place, as `epoch:seq`: what is handed back to go on after it. Without `seq`, a random
    name."""
    timestamp: float
    """Seconds since 1970."""
    user_id: str = ""
    """Empty in what is for everybody."""
    thread_id: str | None = None
    run_id: str | None = None
    agent_name: str | None = None
    meta: dict[str, str] | None = None
    """A `traceparent`, where sending is traced; where a run begins, the `node` that it is on."""
    payload: Any


class Event(Envelope, frozen=True, kw_only=True, omit_defaults=True):
    """An event as a client gets it."""

    seq: int | None = None
    """Its place in the stream, from 1; None in what is sent once and kept nowhere."""
    prev: int | None = None
    """The number before, where that is not one less."""

    @property
    def ends_run(self) -> bool:
        """Whether it is the last event of its run, and not of an agent inside of one."""
        if self.type == "agent_completed":
            return not (isinstance(self.payload, dict) and self.payload.get("depth"))
        return self.type == "agent_error"
