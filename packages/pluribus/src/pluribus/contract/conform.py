"""What a contract says of a concept at run time: `[concepts.NAME.conform]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from pluribus.contract.kinds import (
    Called,
    Definition,
    Event,
    Field,
    Identifier,
    ModulePath,
    Name,
    Reason,
    Reference,
)
from pluribus.contract.table import Conflict, Table

ROLES: Final = (
    "user",
    "thread",
    "run",
    "connection",
    "websocket",
    "event",
    "payload",
    "message",
    "text",
    "context",
    "now",
    "uuid",
    "manager",
)
"""What a template may stand for, each in braces: `"{user}"`."""

Template = dict[Identifier, Any]
Sharing = Literal["user", "thread", "shared", ""]
Case = Literal[
    "no-context", "unknown-event", "remove-twice", "remove-unknown", "limit", "other-loop"
]
Kind = Literal["any", "str", "int", "number", "bool", "list", "dict", "null"]
Properties = dict[Name, Reason]

_PLACEHOLDER = re.compile(r"\{(\w*)\}")


class Operation(Table, frozen=True, kw_only=True, omit_defaults=True):
    """How one operation is called. What is left out is found by name and type, or refused."""

    call: Identifier | None = None
    """The name of the method."""
    args: Template = {}
    """Parameter to value: a constant, or a template such as `"{user}"`."""
    audience: Literal["connection", "user", "thread", "all", ""] = ""
    """Whom it delivers to; by default what its parameters name. A thread that may be left out, or
    is a field of a model, may be there to be told alone and names nobody."""
    reports: Literal["count", "success", ""] = ""
    """What its result means: how many sockets were reached, or whether any was."""
    reports_in: Field | None = None
    """The attribute or key of the result that says so, `a.b` for one inside another; by default
    the result itself does."""
    yields: Literal["connection", ""] = ""
    """What its result is: `connection` when adding gives the connection its id."""
    returns: Literal["none", "bool", "int", "str", "dict", "list", ""] = ""
    """The type of its result."""
    awaited: bool | None = None
    """Whether its result must be awaited."""
    closes: int | None = None
    """The code with which it closes each socket; for `shutdown`."""


class Disposal(Table, frozen=True, kw_only=True, omit_defaults=True):
    """How the instance of a user is released, so that nothing of it is kept."""

    call: Called
    """The name of a method of the instance, or a function as `package.module:name`."""
    args: Template = {}
    """Parameter to value, as for an operation; `"{manager}"` is the instance."""


class Operations(Table, frozen=True, kw_only=True, omit_defaults=True):
    """The operations that are driven."""

    add: Operation | None = None
    """Takes a socket in."""
    remove: Operation | None = None
    """Lets a socket go."""
    emit: Operation | None = None
    """Sends an event to some."""
    broadcast: Operation | None = None
    """Sends a message to all."""
    connected: Operation | None = None
    """Tells whether a connection is there, or any of a user or a thread."""
    connections: Operation | None = None
    """Lists connections."""
    count: Operation | None = None
    """Counts connections."""
    dispose: Disposal | None = None
    """Releases the instance of a user."""
    shutdown: Operation | None = None
    """Lets all sockets of an instance go, and closes them."""


class Values(Table, frozen=True, kw_only=True):
    """Which values the code base accepts."""

    user: Literal["id", "uuid4", "int"] = "id"
    """Of users: short text, a random UUID as text, or a number."""
    thread: Literal["id", "uuid4", "int"] = "id"
    """Of threads."""
    connection: Literal["id", "uuid4", "int"] = "id"
    """Of connections."""
    ignores: tuple[Literal["case", "blanks", "unicode"], ...] = ()
    """Differences that make no other user or thread: in case, in outer blanks, in the normal form
    of Unicode."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The roles whose values are numbers."""
        kinds = {"user": self.user, "thread": self.thread, "connection": self.connection}
        return tuple(role for role, kind in kinds.items() if kind == "int")


class RunGrammar(Table, frozen=True, kw_only=True):
    """In which order the events of a run stand."""

    first: Event
    """The event that a run begins with."""
    last: Event
    """The event that it ends with."""
    pairs: dict[Event, Event] = {}
    """What opens something to what closes it, as `tool_executing = "tool_completed"`."""

    @property
    def events(self) -> tuple[str, ...]:
        """All that it names."""
        return (self.first, *self.pairs, *self.pairs.values(), self.last)


class Resume(Table, frozen=True, kw_only=True):
    """How a client that comes back says what it has seen, and what it may then expect."""

    field: Field
    """The field of each frame that holds its id, `a.b` for one inside another."""
    parameter: Identifier
    """The parameter of `add` that is given the id that was seen last."""
    holds: Annotated[int, Meta(ge=1, le=1_000)]
    """How many events are held for those who are away."""
    gap: dict[Field, str] = {}
    """What tells a client that some events are lost: fields of a frame, and their values."""


class Conform(Table, frozen=True, kw_only=True):
    """How `pluribus conform` drives the owner, and what is promised of it at run time."""

    imports: tuple[ModulePath, ...] = ()
    """Modules that are imported first, in their order, as the program itself does."""
    around: Definition | None = None
    """A function without arguments that gives a context manager, sync or async: it is entered
    before each run and left after it."""
    factories: tuple[Definition, ...] = ()
    """What gives out instances, as `package.module:name`; by default the concept's factories,
    else one instance of the owner."""
    context: Template = {}
    """How a context is built: `build`, a definition, and its arguments as templates."""
    sharing: Sharing = ""
    """Who has an instance of their own; by default what `context.key` says."""
    bound_context: ModulePath | None = None
    """The attribute of an instance that holds its context; by default the context's parameter."""
    values: Values = Values()
    """Which values the code base accepts."""
    payload: dict[str, Any] = {}
    """What every payload must hold besides what identifies the event."""
    ops: Operations = Operations()
    """The operations that are driven."""
    errors: dict[Case, Definition] = {}
    """Which exception is promised in which case, as `builtins:ValueError`."""
    before_connect: Literal["queue", "drop", "error", ""] = ""
    """What becomes of an event when nobody is connected."""
    allow_shared: tuple[Reference, ...] = ()
    """What may be shared by users and written: a module with all in it, a class, or a global."""
    rivals: tuple[Definition, ...] = ()
    """Classes or factories that `--rivals` drives beside those that are found in the source."""
    slow_consumer: Literal["block", "drop-oldest", "close", ""] = ""
    """What becomes of a socket that does not read: whoever sends waits, the oldest event goes, or
    it is closed."""
    slow_consumer_events: Annotated[int, Meta(ge=1, le=1_000)] | None = None
    """How many events are held for such a socket at most."""
    connection_lost: Definition | None = None
    """The exception that a socket raises when its connection is lost; by default that of the
    framework that is loaded, else the one that the subject's modules know by such a name."""
    failed_socket: Literal["remove", "close", ""] = ""
    """What becomes of a socket to which a send has failed; `close` closes it, too."""
    limit: Annotated[int, Meta(ge=1, le=1_000)] | None = None
    """How many sockets of one user are taken; one more is refused."""
    reentrant: bool = False
    """Whether a socket may call the manager while it is sent to."""
    run: RunGrammar | None = None
    """In which order the events of a run stand."""
    fields: dict[Event, dict[Field, Kind]] = {}
    """Of an event, the fields that each of its frames holds, `a.b` for one inside another, with
    their types."""
    sequence: Field | None = None
    """The field of each frame that holds its number in the sequence, `a.b` for one inside
    another."""
    resume: Resume | None = None
    """What a client that comes back may expect; without it, nothing."""
    remembers: Annotated[int, Meta(ge=0, le=100_000)] = 1_000
    """How many events or connections that are over an instance may remember."""
    app: Definition | None = None
    """The ASGI application that clients connect to over ASGI and real sockets, as
    `package.module:app`; without one the kit's own endpoint hands sockets to the manager."""
    route: str = "/"
    """The path at which they connect, with templates: `"/ws/{user}"`."""
    query: dict[str, str] = {}
    """What they ask for besides, with templates."""
    headers: dict[str, str] = {}
    """The headers that they send, with templates."""
    says: tuple[str, ...] = ()
    """What they say once they are connected, message by message, with templates."""
    notice_s: Annotated[float, Meta(gt=0)] = 2.0
    """How long it may take until a client that has left is let go; seconds."""
    stores: tuple[Literal["redis", "valkey"], ...] = ()
    """Client libraries through which the owner keeps data outside of the process: each run gives
    them an empty store inside of it, whose every command is seen."""
    shared_keys: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    """Keys and channels of a store that users share on purpose, as patterns: `"presence:*"`."""
    store_outage: Literal["error", "deliver", ""] = ""
    """What becomes of an event while the store is away: the call raises, or sockets of this
    process get it all the same."""
    declined: Properties = {}
    """Properties that are not promised, each with the reason."""
    allow: Properties = {}
    """Properties that may stay not exercised, each with the reason."""
    examples: Annotated[int, Meta(ge=1)] = 200
    """How many generated cases a property tries that generates them."""
    arrival_s: Annotated[float, Meta(gt=0)] = 2.0
    """How long an event may take to arrive; seconds."""
    timeout_s: Annotated[float, Meta(gt=0)] = 10.0
    """How long one call may take; seconds."""

    def __post_init__(self) -> None:
        for name in sorted(self.declined.keys() & self.allow.keys()):
            raise Conflict(
                "allow", f"must not hold `{name}`, which declined says is not promised at all"
            )
        for key, template in self._templates():
            for role in sorted(set(placeholders(template))):
                if role not in ROLES:
                    known = ", ".join(f"{{{each}}}" for each in ROLES)
                    raise Conflict(key, f"must hold only templates of {known}, found {{{role}}}")
        for key in self._without_app():
            raise Conflict(
                key,
                "must be declared with app, and not without: it says how clients connect to the"
                " application",
            )
        for role in ("emit", "broadcast"):
            operation = getattr(self.ops, role)
            if operation is not None and operation.reports_in and not operation.reports:
                raise Conflict(
                    f"ops.{role}.reports-in",
                    "must be declared with reports, which says what is meant by it",
                )
        if bool(self.slow_consumer) != (self.slow_consumer_events is not None):
            raise Conflict(
                "slow-consumer-events",
                "must be declared with slow-consumer, and not without: neither says what is"
                " promised alone",
            )
        for key, value in (("shared-keys", self.shared_keys), ("store-outage", self.store_outage)):
            if value and not self.stores:
                raise Conflict(key, "must be declared with stores, not without")

    def _without_app(self) -> Iterator[str]:
        """The keys that are declared and have no effect, because no application is."""
        if self.app is None:
            given = {
                "route": self.route != "/",
                "query": self.query,
                "headers": self.headers,
                "says": self.says,
            }
            yield from (key for key, is_given in given.items() if is_given)

    def _templates(self) -> Iterator[tuple[str, object]]:
        yield "context", self.context
        yield "payload", self.payload
        yield "route", self.route
        yield "query", self.query
        yield "headers", self.headers
        yield "says", self.says
        for field in self.ops.__struct_fields__:
            operation = getattr(self.ops, field)
            if operation is not None:
                yield f"ops.{field}.args", operation.args


def key_roles(keys: tuple[str, ...], template: Template) -> frozenset[str]:
    """Which roles the attributes of a context's key play: by its template, else by their names."""
    roles: set[str] = set()
    for key in keys:
        declared = template.get(key)
        if isinstance(declared, str):
            roles.update(placeholders(declared))
        elif key.split(".")[-1] in ("user_id", "user"):
            roles.add("user")
        elif key.split(".")[-1] in ("thread_id", "thread"):
            roles.add("thread")
    return frozenset(roles)


def unknown_event(conform: Conform, events: tuple[str, ...]) -> tuple[str, str] | None:
    """The key that names an event which the concept does not declare, and the event."""
    named = [("run", each) for each in (conform.run.events if conform.run else ())]
    named += [("fields", each) for each in conform.fields]
    return next(((key, each) for key, each in named if each not in events), None)


def contradiction(conform: Conform, keys: tuple[str, ...]) -> str | None:
    """Say why `sharing` and the context's key cannot both be right; None when they can."""
    if not conform.sharing or not keys:
        return None
    has_thread = "thread" in key_roles(keys, conform.context)
    named = ", ".join(keys)
    match conform.sharing, has_thread:
        case "shared", _:
            return f'must not be "shared": context.key ({named}) gives each key its own instance'
        case "thread", False:
            return f'must not be "thread": context.key ({named}) tells no threads apart'
        case "user", True:
            return f'must not be "user": context.key ({named}) tells threads apart'
        case _:
            return None


def placeholders(template: object) -> Iterator[str]:
    """The roles that a template names, at any depth."""
    match template:
        case str():
            yield from _PLACEHOLDER.findall(template)
        case dict():
            for item in template.values():
                yield from placeholders(item)
        case list() | tuple():
            for item in template:
                yield from placeholders(item)
        case _:
            pass
