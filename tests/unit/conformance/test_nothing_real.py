"""Of a mock, of None and of what does nothing, no property passes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, MagicMock, create_autospec

import pytest

from pluribus.conformance.mutants.good import PerUser
from pluribus.conformance.peer import Peer
from pluribus.conformance.properties import PROPERTIES, Property
from pluribus.contract import Disposal, Operation, Operations
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of


def kept(make: Callable[[], object]) -> Callable[[str], object]:
    instances: dict[str, object] = {}

    def manager_of(user_id: str) -> object:
        if not isinstance(user_id, str):
            raise TypeError("a user is a text")
        return instances.setdefault(user_id, make())

    return manager_of


def with_mocks() -> object:
    return SimpleNamespace(
        connect=AsyncMock(), disconnect=AsyncMock(), emit_event=AsyncMock(), close=MagicMock()
    )


UNREAL: dict[str, Callable[[str], object]] = {
    "a mock": kept(MagicMock),
    "an awaited mock": kept(AsyncMock),
    "a mock of the owner": kept(lambda: create_autospec(PerUser, instance=True)),
    "an object of mocks": kept(with_mocks),
    "None": lambda user_id: None,
}


def run(prop: Property, factory: Callable[[str], object], sharing: str) -> Any:
    ops = Operations(
        emit=Operation(call="emit_event", reports="success"), dispose=Disposal(call="close")
    )
    conform = {"sharing": sharing, "before_connect": "drop", "ops": ops, "examples": 5}
    made = {"factory": factory, "alias": factory, "owner": PerUser}
    return run_of(prop.name, adapter_of(made, events=("started",), conform=conform))


@pytest.mark.parametrize("sharing", ["user", "shared"])
@pytest.mark.parametrize("name", UNREAL)
@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda each: each.name)
def test_what_is_not_real_passes_nothing(prop: Property, name: str, sharing: str) -> None:
    found = run(prop, UNREAL[name], sharing)

    assert found.outcome is not Outcome.PASS, found
    assert found.outcome is not Outcome.ERROR, found


class Idle:
    """A manager that returns and does nothing."""

    async def connect(self, websocket: Peer) -> None: ...

    async def disconnect(self, websocket: Peer) -> None: ...

    async def emit_event(self, event: str, payload: dict[str, object]) -> bool:
        return True

    def close(self) -> None: ...


@pytest.mark.parametrize(
    "prop",
    [each for each in PROPERTIES if each.judge_delivery or each.name[0] in "DEFG"],
    ids=lambda each: each.name,
)
def test_what_does_nothing_passes_nothing_that_is_about_delivery(prop: Property) -> None:
    found = run(prop, kept(Idle), "user")

    assert found.outcome is not Outcome.PASS, found
