"""Judges a manager in the process of a test."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from pluribus import __version__
from pluribus.app.conform import concluded
from pluribus.app.conform_notes import transport_notes
from pluribus.app.conform_options import chosen_properties, must_name_properties
from pluribus.conformance.adapter import Adapter
from pluribus.conformance.judge import verdict_of
from pluribus.conformance.making import imported
from pluribus.conformance.properties import PROPERTIES
from pluribus.conformance.transports.names import TRANSPORTS
from pluribus.conformance.transports.opening import must_be_installed
from pluribus.contract import Concept, Conform, Interface
from pluribus.contract.mistakes import mistakes_in, refuse
from pluribus.errors import UsageError
from pluribus.findings.conformance import Conformance, Verdict
from pluribus.reports import CONFORMANCE_FORMATS, RenderOptions
from pluribus.testing.threads import in_a_thread

Sharing = Literal["shared", "user", "thread"]
Transport = Literal["memory", "asgi", "sockets"]

_OURS: Final = ("factories", "sharing")
"""Keys of the table that the arguments of `judge` give."""


@dataclass(frozen=True)
class Judgement:
    """The verdicts on one manager. As text it is the report of `pluribus conform`."""

    conformance: Conformance

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One a property, in the order of the reference."""
        return self.conformance.concepts[0].verdicts

    def __getitem__(self, name: str) -> Verdict:
        """The verdict on a property.

        Raises:
            KeyError: it was not judged.
        """
        found = {each.property: each for each in self.verdicts}
        return found[name]

    def __str__(self) -> str:
        return CONFORMANCE_FORMATS["text"](self.conformance, RenderOptions())

    def must_hold(self) -> None:
        """Pass where nothing fails and all was judged that must be.

        Raises:
            AssertionError: a property FAILs, is an ERROR, or is NOT_EXERCISED without being
                allowed; or an allowance is not needed. The text says which, and shows programs.
        """
        __tracebackhide__ = True
        if self.conformance.has_failed or not self.conformance.is_whole:
            raise AssertionError(f"\n\n{self}")


def judge(
    manager: Callable[..., object],
    *,
    properties: Iterable[str] = (),
    sharing: Sharing = "shared",
    events: Iterable[str] = (),
    protocol: type | None = None,
    conform: Mapping[str, Any] | None = None,
    seed: int = 0,
    transport: Transport = "memory",
) -> Judgement:
    """Drive a manager as `pluribus conform` does, but here: in this process, without a contract.

    Each property gets a manager of its own and an event loop of its own, in a thread, so that it
    can be called from any test, one that is a coroutine included. A call that does not return
    fails; where it blocks, its thread is left behind.

    Args:
        manager: A class, or a function, that gives out a manager. By default it is called once
            for each property, and has to give a new one each time.
        properties: Their names; all by default. What the arguments do not promise is DECLINED.
        sharing: Who has a manager of their own. With `user` or `thread`, `manager` is the factory
            that all ask, and what it promises is judged, too (B).
        events: The names of events, where sending takes one.
        protocol: A `Protocol` or base class that says how the methods are called.
        conform: What else the table `[concepts.NAME.conform]` may hold, with its keys as in TOML:
            `{"ops": {"emit": {"call": "push"}}, "arrival-s": 0.2}`.
        seed: Whence the ids of users, threads and connections come.
        transport: What sockets are, as with `pluribus conform --transport`: objects in memory,
            ASGI, or real ones on loopback, of each of uvicorn's implementations.

    Raises:
        ContractError: it cannot be told how the manager is to be driven; the text says what to
            declare in `conform`.
        UsageError: there is no such property or transport, a library that the transport stands on
            is missing, or `conform` holds `stores` or a key that is an argument here.
    """
    if transport not in TRANSPORTS:
        listed = ", ".join(TRANSPORTS)
        raise UsageError(f"there is no transport `{transport}`", hint=f"there are {listed}")
    must_be_installed(transport)
    names = chosen_properties(tuple(properties))
    concept = _concept(manager, sharing, tuple(events), protocol, dict(conform or {}))
    must_name_properties(concept)
    resolve = _resolve(concept, _callable(manager), protocol)
    chosen = [each for each in PROPERTIES if each.name in names]

    verdicts = []
    for prop in chosen:
        adapter = Adapter(concept, resolve=resolve)
        run = in_a_thread(prop, adapter, seed=seed, over=transport)
        verdicts.append(verdict_of(prop, concept.name, run, Path.cwd()))
    notes = transport_notes(concept.conform or Conform(), transport)
    told = concluded(concept, verdicts, notes, over=transport)
    return Judgement(Conformance(tool_version=__version__, seed=seed, concepts=(told,)))


def _concept(
    manager: Callable[..., object],
    sharing: Sharing,
    events: tuple[str, ...],
    protocol: type | None,
    table: dict[str, Any],
) -> Concept:
    for key in _OURS:
        if key in table:
            raise UsageError(f"`conform` holds `{key}`, which is an argument of `judge`")
    if "stores" in table:
        raise UsageError(
            "`conform` holds `stores`, and what stands in for a store must be there before the"
            " manager is imported",
            hint="ask `pluribus conform`, or give the manager a store of your own",
        )
    refuse(mistakes_in(table, Conform, file="conform"))
    settings = msgspec.convert(table, Conform)
    definition = _definition(manager)
    is_shared = sharing == "shared"
    return Concept(
        name="manager",
        # Without a factory the kit calls the owner, once for each run.
        owner=definition,
        factories=() if is_shared else (definition,),
        events=events,
        interface=None if protocol is None else Interface(protocol=_definition(protocol)),
        conform=settings if is_shared else msgspec.structs.replace(settings, sharing=sharing),
    )


def _definition(target: object) -> str:
    """How a program that repeats a run imports it; what is local has no such name."""
    qualname = getattr(target, "__qualname__", "make_manager")
    module = getattr(target, "__module__", "__main__")
    return f"{module}:{'make_manager' if '<' in qualname else qualname}"


def _callable(manager: Callable[..., object]) -> Callable[..., object]:
    """A class or function; an object that can be called is no manager, but gives one out."""
    if not callable(manager):
        raise UsageError(f"`manager` is {manager!r}, which cannot be called")
    if isinstance(manager, type) or inspect.isroutine(manager):
        return manager

    def made(*positional: object, **named: object) -> object:
        return manager(*positional, **named)

    made.__signature__ = inspect.signature(manager)  # type: ignore[attr-defined]  # PEP 362
    return made


def _resolve(
    concept: Concept, manager: Callable[..., object], protocol: type | None
) -> Callable[[str], object]:
    """What is given here is what a definition names; anything else is imported."""
    given: dict[str, object] = {concept.owner: manager}
    if protocol is not None:
        given[_definition(protocol)] = protocol

    def resolve(definition: str) -> object:
        return given[definition] if definition in given else imported(definition)

    return resolve
