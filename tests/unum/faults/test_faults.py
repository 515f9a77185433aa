"""Faults, with little of everything; `make faults` tries all, with more."""

from __future__ import annotations

import asyncio

import pytest

from tests.unum.brokers.servers import valkey_program
from tests.unum.faults.every import FAULTS
from tests.unum.faults.scale import SMALL, Fault

QUICK = [each for each in FAULTS if not each.takes_long]


@pytest.mark.parametrize("fault", QUICK, ids=lambda each: each.name)
def test_the_promise_holds(fault: Fault) -> None:
    if fault.needs_broker and valkey_program() is None:
        pytest.skip("needs a valkey-server or redis-server")

    async def bounded() -> None:
        async with asyncio.timeout(90):
            assert await fault.run(SMALL)

    asyncio.run(bounded())
