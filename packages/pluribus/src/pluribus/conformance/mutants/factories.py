"""Factories that give out good managers in a way that breaks a promise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import (
    Context,
    Factory,
    PerThread,
    keyed,
    whole_key,
)


def _leaking(key: Callable[[Context], object]) -> dict[str, object]:
    """Managers that send to every socket of all managers under one key."""
    instances: dict[object, list[PerThread]] = {}

    class Leaks(PerThread):
        async def emit_agent_event(
            self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
        ) -> int:
            for manager in instances.get(key(self.context), []):
                await PerThread.emit_agent_event(manager, event, payload)
            return len(self.sockets)

    first = keyed(Leaks, whole_key)

    def manager_of(context: Context) -> PerThread:
        manager = first(context)
        known = instances.setdefault(key(context), [])
        if manager not in known:
            known.append(manager)
        return manager

    return {"factory": manager_of, "alias": manager_of}


def leaks_to_all() -> dict[str, object]:
    """Every event reaches every user."""
    return _leaking(lambda context: "")


def leaks_to_threads() -> dict[str, object]:
    """Every event reaches every thread of its user."""
    return _leaking(lambda context: context.user_id)


def _alone(factory: Factory) -> dict[str, object]:
    return {"factory": factory, "alias": factory}


def always_new() -> dict[str, object]:
    """Every call gives out another instance."""
    return _alone(lambda context: PerThread(_real(context)))


def keyed_by_object() -> dict[str, object]:
    """Only the very same context object gets its instance again."""
    seen: list[Context] = []

    def key(context: Context) -> object:
        seen.append(_real(context))  # or its id might be given to another
        return id(context)

    return _alone(keyed(PerThread, key))


def one_for_all() -> dict[str, object]:
    """Everybody gets one instance."""
    return _alone(keyed(PerThread, lambda context: bool(_real(context).user_id)))


def keyed_by_user() -> dict[str, object]:
    """Two threads of one user get one instance."""
    return _alone(keyed(PerThread, lambda context: context.user_id))


def keyed_by_thread() -> dict[str, object]:
    """Two users get one instance if their threads are called alike."""
    return _alone(keyed(PerThread, lambda context: context.thread_id))


def joined_key() -> dict[str, object]:
    """The parts of the key are joined by what may be in them."""
    return _alone(keyed(PerThread, lambda context: f"{context.user_id}:{context.thread_id}"))


def first_word_key() -> dict[str, object]:
    """Of the user only the first word counts."""
    return _alone(
        keyed(PerThread, lambda context: (context.user_id.split(" ")[0], context.thread_id))
    )


def default_instance() -> dict[str, object]:
    """Who has no context gets an instance nevertheless."""
    first = keyed(PerThread, whole_key)
    nobody = PerThread(Context("", ""))

    def manager_of(context: Context | None) -> PerThread:
        return nobody if context is None else first(context)

    return {"factory": manager_of, "alias": manager_of}


def bound_to_another() -> dict[str, object]:
    """Instances are bound to whoever came first."""
    first = keyed(PerThread, whole_key)
    seen: list[Context] = []

    def manager_of(context: Context) -> PerThread:
        seen.append(context)
        manager = first(context)
        manager.context = seen[0]
        return manager

    return _alone(manager_of)


def two_registries() -> dict[str, object]:
    """Two factories keep their instances apart."""
    return {"factory": keyed(PerThread, whole_key), "alias": keyed(PerThread, whole_key)}


def gives_nothing() -> dict[str, object]:
    """The factory returns None."""

    def manager_of(context: Context) -> object:
        return None

    return {"factory": manager_of, "alias": manager_of}


def _real(context: Context) -> Context:
    if not isinstance(context, Context):
        raise TypeError("a context is required")
    return context


FACTORIES: Mapping[Callable[[], dict[str, object]], tuple[str, ...]] = MappingProxyType(
    {
        leaks_to_all: ("D2", "D11"),
        leaks_to_threads: ("D3",),
        always_new: ("B1", "B2"),
        keyed_by_object: ("B2",),
        one_for_all: ("B3", "B4", "D2"),
        keyed_by_user: ("B4", "D3"),
        keyed_by_thread: ("B5",),
        joined_key: ("B5",),
        first_word_key: ("B5",),
        default_instance: ("B6",),
        bound_to_another: ("B7",),
        two_registries: ("B9",),
        gives_nothing: ("B1",),
    }
)
"""Factories of such managers to the properties that must refuse them."""
