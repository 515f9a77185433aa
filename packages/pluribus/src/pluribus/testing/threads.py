"""Runs a property beside a test that may have an event loop of its own."""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import threading
from dataclasses import dataclass
from time import monotonic

from pluribus.conformance.adapter import Adapter
from pluribus.conformance.exploring import explored
from pluribus.conformance.judge import Run, judged_over, setting
from pluribus.conformance.properties import Property
from pluribus.conformance.recording import Watch
from pluribus.conformance.transports.names import MEMORY, parts
from pluribus.conformance.watchdog import Patience

_LOOKS_S = 0.02
_LAST_S = 1.0
"""How long tasks that the subject left running may take to end, once all is judged."""
_APART = 10_000
"""From one seed to the next, so that no two runs share an id."""


@dataclass
class _Result:
    run: Run | None = None
    error: BaseException | None = None


def in_a_thread(prop: Property, adapter: Adapter, *, seed: int, over: str = MEMORY) -> Run:
    """Judge a property over a transport, in a thread and on a loop of its own, with the context of
    who asks.

    Raises:
        ContractError: the subject cannot be driven as it is declared.
    """
    result = _Result()
    is_ready = threading.Event()

    def work() -> None:
        is_ready.wait()
        watch = Watch(patience.entered, patience.left)
        # A factory keeps what it made: no run may meet the users of another.
        seeds = itertools.count(seed, _APART)

        async def judge() -> None:
            stages = {
                part: setting(adapter, seed=next(seeds), watch=watch, part=part)
                for part in parts(over)
            }
            result.run = await judged_over(prop, stages)

        try:
            if prop.bounds is None or over != MEMORY:
                asyncio.run(judge())
            else:
                result.run = explored(
                    prop, lambda: setting(adapter, seed=next(seeds), watch=watch), seed=seed
                )
        except BaseException as error:  # noqa: BLE001  # raised again by who asked
            result.error = error

    context = contextvars.copy_context()
    thread = threading.Thread(target=lambda: context.run(work), daemon=True, name=prop.name)
    thread.start()
    assert thread.ident is not None
    patience = Patience(adapter.conform.timeout_s, thread.ident)
    is_ready.set()
    judged_at = None
    while thread.is_alive():
        thread.join(_LOOKS_S)
        overdue = patience.overdue()
        if overdue is not None:
            return overdue
        if result.run is not None:
            judged_at = judged_at or monotonic()
            if monotonic() - judged_at > _LAST_S:
                break
    if result.error is not None:
        raise result.error
    assert result.run is not None
    return result.run
