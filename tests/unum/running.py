"""What tests of the hub share: contexts, a hub that runs, and loops that end."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from pluribus_unum import Hub
from pluribus_unum.testing import FakeClock


@dataclasses.dataclass(frozen=True)
class Context:
    user_id: Any
    thread_id: str | None = None
    run_id: str | None = None


ANN, BOB = Context("ann"), Context("bob")


@asynccontextmanager
async def hub(**given: Any) -> AsyncIterator[Hub]:
    made = Hub(clock=FakeClock(), **given)
    async with made.lifespan():
        yield made


def runs(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Run a test in a loop of its own, for no longer than ten seconds."""

    def run() -> None:
        async def bounded() -> None:
            async with asyncio.timeout(10):
                await test()

        asyncio.run(bounded())

    run.__name__ = test.__name__
    run.__doc__ = test.__doc__
    return run
