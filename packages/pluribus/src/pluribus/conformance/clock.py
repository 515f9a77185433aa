"""Lets time pass without waiting, by moving the clock of the loop."""

from __future__ import annotations

import asyncio

_TURNS = 10
_JUMPS = 500


async def let_pass(seconds: float) -> bool:
    """Run every timer that is due within so many seconds, each in its order and at its time, as
    far as there are not too many. False where the loop shows no timers, and nothing was done.

    From then on the clock of the loop goes ahead of the real one.
    """
    loop = asyncio.get_running_loop()
    timers = getattr(loop, "_scheduled", None)
    if timers is None:
        return False
    real = loop.time
    end = real() + seconds
    ahead = 0.0

    def now() -> float:
        return real() + ahead

    loop.time = now  # type: ignore[method-assign]  # the loop itself asks for it by this name
    for _ in range(_JUMPS):
        await _turns()
        waiting = [each.when() for each in timers if not each.cancelled()]
        due = [each for each in waiting if each <= end]
        if not due:
            break
        ahead += max(0.0, min(due) - now())
    await _turns()
    return True


async def _turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
