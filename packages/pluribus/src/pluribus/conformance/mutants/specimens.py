"""Every manager that the kit is tried on, with its contract and what must come of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import replace

from pluribus.conformance.adapter import Adapter
from pluribus.conformance.making import imported
from pluribus.conformance.mutants import (
    actors,
    broken,
    concurrent,
    departing,
    factories,
    faulty,
    fleeting,
    good,
    hoarding,
    keepers,
    leaving,
    liars,
    makers,
    mixers,
    muddled,
    reaching,
    registered,
    resumable,
    sharing,
    stored,
)
from pluribus.conformance.stores import Stores
from pluribus.contract import Concept, Conform, Context, Disposal, Interface, Operation, Operations
from pluribus.contract.conform import Resume, RunGrammar

_BY_STYLE: dict[type, tuple[str, ...]] = {
    **broken.OTHERS,
    **faulty.FAULTY,
    **fleeting.FLEETING,
    **muddled.MUDDLED,
    **departing.DEPARTING,
    **hoarding.HOARDING,
    **resumable.RESUMING,
    **stored.STORED,
}
_OTHERWISE_OVER = {
    # A network cannot close either what it cannot write to, so there the kit's client reads on.
    "WaitsForTheSlow": (("sockets", "E11"),),
}
_ARRIVAL_S = 0.2
"""Nothing here takes any time; as much as a busy machine may need for a few turns of a loop."""
_TIMEOUT_S = 2.0
_REMEMBERS = 100
_BROKEN_ARRIVAL_S = 0.03
_BROKEN_TIMEOUT_S = 0.1
_BROKEN_EXAMPLES = 10
"""Of those whose keys are right."""
"""Of the broken ones nothing is expected to arrive, and to wait for it takes time."""
_EVENTS = good.PerThread.EVENTS
_HERE = "specimen"
_HOMES: dict[str, Any] = {
    resumable.Resumable.__name__: resumable,
    stored.Stored.__name__: stored,
}
"""Styles to the modules that they are in, unless that is the one of good managers."""
_KINDS = {**broken.PER_THREAD, **liars.LIARS, **actors.ACTORS, **concurrent.PER_THREAD}
_FACTORIES = {
    **factories.FACTORIES,
    **makers.MAKERS,
    **keepers.KEEPERS,
    **liars.COPIES,
    **actors.STAGED,
    **concurrent.FACTORIES,
}


_ONE_SEND_AT_A_TIME: Final = (("sockets", "D6"), ("sockets", "G4"))
"""With uvicorn's `websockets` a second send raises while a first one has to wait."""


@dataclass(frozen=True)
class Specimen:
    """One manager."""

    name: str
    about: str
    """What is wrong with it; empty for a good one."""
    concept: Concept
    make: Callable[[], dict[str, object]]
    """Fresh factories, or the owner, by name."""
    refused_by: tuple[str, ...] = ()
    """Properties that must fail it; of a good one none may."""
    only: tuple[str, ...] = ()
    """The properties that are asked of it, where it takes long; by default all."""
    otherwise_over: tuple[tuple[str, str], ...] = ()
    """Transport and property: what is judged otherwise there, because of what a server does."""

    @property
    def stores(self) -> tuple[str, ...]:
        """The libraries of the stores that it keeps data in."""
        return self.concept.conform.stores if self.concept.conform else ()

    def adapter(self, *, arrival_s: float = 0, stores: Stores | None = None) -> Adapter:
        """A fresh subject: nothing that was done to another is left in it.

        Args:
            arrival_s: how long an event may take at least; real sockets take some time.
            stores: what stands in for its stores, and is emptied.
        """
        if stores is not None:
            stores.renew()
        # Where only factories are made, the owner is the good manager that the concept is called
        # after.
        home = _HOMES.get(self.concept.name, good)
        made = {"owner": getattr(home, self.concept.name), **self.make()}
        conform = self.concept.conform
        assert conform is not None
        patient = replace(conform, arrival_s=max(arrival_s, conform.arrival_s))

        def resolve(definition: str) -> object:
            module, _, name = definition.partition(":")
            return made[name] if module == _HERE else imported(definition)

        adapter = Adapter(
            replace(self.concept, conform=patient), resolve=resolve, is_project=_is_of_kit
        )
        adapter.stores = stores
        return adapter


def _is_of_kit(module: str) -> bool:
    return module.startswith(__package__)


def _specimens() -> Iterator[Specimen]:
    yield Specimen(
        "PerThread",
        "",
        _PER_THREAD,
        good.make_per_thread,
        otherwise_over=_ONE_SEND_AT_A_TIME,
    )
    yield Specimen("PerUser", "", _PER_USER, good.make_per_user)
    yield Specimen("Shared", "", _SHARED, good.make_shared)
    yield Specimen("Plain", "", _PLAIN, good.make_plain)
    yield Specimen(
        "Registered",
        "",
        _PER_THREAD,
        registered.make_registered,
        otherwise_over=_ONE_SEND_AT_A_TIME,
    )
    yield Specimen("Resumable", "", _RESUMABLE, resumable.make_resumable)
    yield Specimen("Stored", "", _STORED, stored.make_stored)
    for kind, refused_by in _KINDS.items():
        yield _broken(kind, _PER_THREAD, broken.of_kind(kind), refused_by)
    for make, names in _FACTORIES.items():
        yield _broken(make, _PER_THREAD, make, names)
    made = (*sharing.SHARING.items(), *reaching.REACHING.items(), *leaving.LEAVING.items())
    for make, names in made:
        yield _broken(make, _PER_THREAD, make, names)
    in_module = (*sharing.SHARING_IN_MODULE.items(), *reaching.REACHING_IN_MODULE.items())
    for kind, names in (*in_module, *leaving.LEAVING_KINDS.items()):
        yield _broken(kind, _PER_THREAD, broken.of_kind(kind), names)
    for make, names in mixers.MIXERS.items():
        yield _broken(make, _BY_TABLE, make, names)
    for one, names in _BY_STYLE.items():
        yield _of_its_style(one, names)


def _of_its_style(kind: type, refused_by: tuple[str, ...]) -> Specimen:
    """A manager of the style that it derives from."""
    styles: tuple[tuple[type, Concept, Callable[[Any], dict[str, object]]], ...] = (
        (good.PerThread, _PER_THREAD, good.make_per_thread),
        (good.PerUser, _PER_USER, good.make_per_user),
        (good.Shared, _SHARED, good.make_shared),
        (good.Plain, _PLAIN, good.make_plain),
        (resumable.Resumable, _RESUMABLE, resumable.make_resumable),
        (stored.Stored, _STORED, stored.make_stored),
    )
    concept, make = next((c, m) for style, c, m in styles if issubclass(kind, style))
    return _broken(kind, concept, lambda: make(kind), refused_by)


def _broken(
    what: Callable[..., object],
    concept: Concept,
    make: Callable[[], dict[str, object]],
    refused_by: tuple[str, ...],
) -> Specimen:
    name = getattr(what, "__name__", "")
    about = (inspect.getdoc(what) or "").rstrip(".")
    hasty = _driven(
        concept,
        arrival_s=_BROKEN_ARRIVAL_S,
        timeout_s=_BROKEN_TIMEOUT_S,
        examples=Conform().examples if "B5" in refused_by else _BROKEN_EXAMPLES,
    )
    only = refused_by if what in makers.SLOW else ()
    about = about[:1].lower() + about[1:]
    otherwise = _OTHERWISE_OVER.get(name, ())
    return Specimen(name, about, hasty, make, refused_by, only, otherwise)


def _driven(concept: Concept, **keys: Any) -> Concept:
    assert concept.conform is not None
    return replace(concept, conform=replace(concept.conform, **keys))


def _concept(kind: type, **keys: Any) -> Concept:
    return Concept(name=kind.__name__, owner=f"{_HERE}:owner", events=_EVENTS, **keys)


_PER_THREAD = _concept(
    good.PerThread,
    factories=(f"{_HERE}:factory", f"{_HERE}:alias"),
    interface=Interface(protocol=f"{good.__name__}:Promised"),
    context=Context(parameter="context", key=("user_id", "thread_id")),
    conform=Conform(
        context={
            "build": f"{good.__name__}:Context",
            "user_id": "{user}",
            "thread_id": "{thread}",
            "request_id": "{uuid}",
        },
        errors={
            "unknown-event": "builtins:ValueError",
            "limit": f"{good.__name__}:TooManyError",
        },
        ops=Operations(
            emit=Operation(reports="count"),
            dispose=Disposal(call="close"),
            shutdown=Operation(call="shutdown", closes=1001),
        ),
        payload={"run": "{run}"},
        limit=good.LIMIT,
        reentrant=True,
        run=RunGrammar(
            first="started", last="completed", pairs={"tool_executing": "tool_completed"}
        ),
        fields={"started": {"type": "str", "number": "int", "data.step": "int"}},
        sequence="number",
        before_connect="drop",
        slow_consumer="block",
        slow_consumer_events=1,
        failed_socket="remove",
        remembers=_REMEMBERS,
        arrival_s=_ARRIVAL_S,
        timeout_s=_TIMEOUT_S,
    ),
)
_BY_TABLE = _driven(_PER_THREAD, context={"user_id": "{user}", "thread_id": "{thread}"})
"""Whose context is a plain dict."""
_PER_USER = _concept(
    good.PerUser,
    factories=(f"{_HERE}:factory",),
    conform=Conform(
        sharing="user",
        ops=Operations(emit=Operation(reports="success", awaited=False, returns="bool")),
        before_connect="queue",
        slow_consumer="drop-oldest",
        slow_consumer_events=good.HELD,
        failed_socket="remove",
        remembers=_REMEMBERS,
        arrival_s=_ARRIVAL_S,
        timeout_s=_TIMEOUT_S,
    ),
)
_SHARED = _concept(
    good.Shared,
    factories=(f"{_HERE}:factory",),
    conform=Conform(
        sharing="shared",
        ops=Operations(emit=Operation(reports="count", returns="int")),
        before_connect="drop",
        slow_consumer="close",
        slow_consumer_events=good.HELD,
        failed_socket="close",
        remembers=_REMEMBERS,
        arrival_s=_ARRIVAL_S,
        timeout_s=_TIMEOUT_S,
    ),
)
_RESUMABLE = _concept(
    resumable.Resumable,
    factories=(f"{_HERE}:factory",),
    conform=Conform(
        sharing="user",
        resume=Resume(field="number", parameter="last_seen", holds=good.HELD, gap={"type": "gap"}),
        remembers=_REMEMBERS,
        arrival_s=_ARRIVAL_S,
        timeout_s=_TIMEOUT_S,
    ),
)
_STORED = _concept(
    stored.Stored,
    factories=(f"{_HERE}:factory",),
    conform=Conform(
        sharing="user",
        stores=("redis",),
        shared_keys=stored.SHARED,
        store_outage="error",
        ops=Operations(emit=Operation(reports="count")),
        before_connect="drop",
        remembers=_REMEMBERS,
        arrival_s=_ARRIVAL_S,
        timeout_s=_TIMEOUT_S,
    ),
)
_PLAIN = _concept(
    good.Plain, conform=Conform(remembers=_REMEMBERS, arrival_s=_ARRIVAL_S, timeout_s=_TIMEOUT_S)
)

SPECIMENS: tuple[Specimen, ...] = tuple(_specimens())
