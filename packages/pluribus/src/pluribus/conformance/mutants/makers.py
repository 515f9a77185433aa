"""Factories that make good managers in a bad way."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pluribus.conformance.mutants.good import Context, Factory, PerThread, keyed, whole_key


def _alone(factory: Factory) -> dict[str, object]:
    return {"factory": factory, "alias": factory}


class Prepared(PerThread):
    """A manager that is made in two steps."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.prepare()

    def prepare(self) -> None:
        """Do what may fail."""
        self.is_ready = True


def falls_back_when_it_fails() -> dict[str, object]:
    """Who cannot have an instance gets that of nobody in particular."""
    first = keyed(Prepared, whole_key)

    def manager_of(context: Context) -> PerThread:
        try:
            return first(context)
        except RuntimeError:
            return PerThread(Context("fallback_user", "fallback_thread"))

    return _alone(manager_of)


def returns_nothing_when_it_fails() -> dict[str, object]:
    """Who cannot have an instance gets None."""
    first = keyed(Prepared, whole_key)

    def manager_of(context: Context) -> PerThread:
        with contextlib.suppress(RuntimeError):
            return first(context)
        return None  # type: ignore[return-value]  # the fault

    return _alone(manager_of)


def keeps_the_half_made() -> dict[str, object]:
    """An instance is kept before it is made."""
    instances: dict[object, PerThread] = {}

    def manager_of(context: Context) -> PerThread:
        place = whole_key(context)
        if place not in instances:
            instances[place] = Prepared.__new__(Prepared)
            instances[place].__init__(context)  # type: ignore[misc]  # the fault
        return instances[place]

    return _alone(manager_of)


def stays_busy_when_it_fails() -> dict[str, object]:
    """A place that is being made stays taken when that fails."""
    first = keyed(Prepared, whole_key)
    being_made: set[object] = set()

    def manager_of(context: Context) -> PerThread:
        place = whole_key(context)
        if place in being_made:
            raise RuntimeError("it is being made")
        being_made.add(place)
        manager = first(context)
        being_made.discard(place)
        return manager

    return _alone(manager_of)


def blocks() -> dict[str, object]:
    """Every new instance waits for something, and the loop with it."""
    first = keyed(PerThread, whole_key)
    known: set[object] = set()

    def manager_of(context: Context) -> PerThread:
        if whole_key(context) not in known:
            known.add(whole_key(context))
            threading.Event().wait(0.08)
        return first(context)

    return _alone(manager_of)


def needs_a_loop() -> dict[str, object]:
    """Without a running loop there is no instance."""
    first = keyed(PerThread, whole_key)

    def manager_of(context: Context) -> PerThread:
        asyncio.get_running_loop()
        return first(context)

    return _alone(manager_of)


def one_a_thread() -> dict[str, object]:
    """Each thread of the process has instances of its own."""
    local = threading.local()

    def manager_of(context: Context) -> PerThread:
        if not hasattr(local, "first"):
            local.first = keyed(PerThread, whole_key)
        manager: PerThread = local.first(context)
        return manager

    return _alone(manager_of)


def drops_a_coroutine() -> dict[str, object]:
    """What should be awaited when an instance is made is not."""
    first = keyed(PerThread, whole_key)

    async def warm_up() -> None:
        """Do nothing yet."""

    def manager_of(context: Context) -> PerThread:
        warm_up()  # type: ignore[unused-coroutine]  # the fault
        return first(context)

    return _alone(manager_of)


def runs_a_loop() -> dict[str, object]:
    """What should be awaited is run in a loop of its own."""
    first = keyed(PerThread, whole_key)

    async def warm_up() -> None:
        """Do nothing yet."""

    def manager_of(context: Context) -> PerThread:
        waiting = warm_up()
        try:
            asyncio.run(waiting)
        finally:
            waiting.close()
        return first(context)

    return _alone(manager_of)


MAKERS: Mapping[Callable[[], dict[str, object]], tuple[str, ...]] = MappingProxyType(
    {
        falls_back_when_it_fails: ("B8",),
        returns_nothing_when_it_fails: ("B8",),
        keeps_the_half_made: ("B8",),
        stays_busy_when_it_fails: ("B8",),
        blocks: ("B13",),
        needs_a_loop: ("B14",),
        one_a_thread: ("B14",),
        drops_a_coroutine: ("B14",),
        runs_a_loop: ("B14",),
    }
)
"""Factories to the properties that must refuse them."""

SLOW: frozenset[object] = frozenset({blocks})
"""Those that take so long that only these properties are asked of them."""
