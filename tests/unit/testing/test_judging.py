"""`pluribus.testing`, as tests of other people use it."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import partial
from typing import Any, Protocol

import pytest

from pluribus.conformance.mutants import good
from pluribus.conformance.properties import PROPERTIES
from pluribus.errors import ContractError, UsageError
from pluribus.testing import Outcome, Peer, judge
from pluribus.testing.judging import Transport

QUICK = {"arrival-s": 0.1, "timeout-s": 0.3}


class Fragile(good.Plain):
    """Removing twice raises."""

    def disconnect(self, websocket: Peer) -> None:
        """Let it go."""
        self.active.remove(websocket)


def test_a_good_manager_holds() -> None:
    judgement = judge(good.Plain, conform=QUICK)

    judgement.must_hold()
    assert [each.property for each in judgement.verdicts] == [each.name for each in PROPERTIES]
    assert judgement["D1"].outcome is Outcome.PASS


def test_a_broken_one_fails_with_the_report() -> None:
    judgement = judge(Fragile, properties=["E3"], conform=QUICK)

    with pytest.raises(AssertionError, match="FAIL E3 removing twice does no harm") as raised:
        judgement.must_hold()

    assert str(judgement) in str(raised.value)
    assert judgement["E3"].sequence.startswith("import asyncio\nfrom ")
    assert "manager = Fragile()" in judgement["E3"].sequence


def test_what_was_not_exercised_does_not_hold_until_it_is_allowed() -> None:
    class Mute(good.Plain):
        async def broadcast(self, message: str) -> None:
            pass

        async def send_personal_message(self, message: str, websocket: Peer) -> None:
            pass

    bare = judge(Mute, properties=["E1"], conform=QUICK)
    allowed = judge(Mute, properties=["E1"], conform={**QUICK, "allow": {"E1": "it is mute"}})

    allowed.must_hold()
    with pytest.raises(AssertionError, match="NOT_EXERCISED E1"):
        bare.must_hold()


def test_an_allowance_that_is_not_needed_does_not_hold() -> None:
    judgement = judge(good.Plain, properties=["E1"], conform={"allow": {"E1": "no reason"}})

    with pytest.raises(AssertionError, match=r"allow\.E1: not needed"):
        judgement.must_hold()


def test_each_property_gets_a_manager_of_its_own() -> None:
    made: list[good.Plain] = []

    def make() -> good.Plain:
        made.append(good.Plain())
        return made[-1]

    judge(make, properties=["D1", "E1"], conform=QUICK).must_hold()

    assert len(made) > 1
    assert len(set(map(id, made))) == len(made)


def test_a_factory_of_users_is_judged_as_one() -> None:
    (factory,) = good.make_per_user().values()
    assert callable(factory)

    judgement = judge(
        factory,
        sharing="user",
        events=["started"],
        properties=["B1", "B3", "D2"],
        conform={**QUICK, "ops": {"emit": {"awaited": False}}},
    )

    judgement.must_hold()
    assert {each.outcome for each in judgement.verdicts} == {Outcome.PASS}


def test_a_factory_that_makes_anew_is_refused() -> None:
    judgement = judge(
        good.PerUser, sharing="user", events=["started"], properties=["B1"], conform=QUICK
    )

    assert judgement["B1"].outcome is Outcome.FAIL


class Promised(Protocol):
    """What callers may do."""

    async def connect(self, websocket: Peer, room: str = "") -> None:
        """Take a socket in."""

    async def broadcast(self, message: str) -> None:
        """Send to all."""


def test_a_protocol_says_how_methods_are_called() -> None:
    judgement = judge(good.Plain, protocol=Promised, properties=["A2", "A3"], conform=QUICK)

    assert [each.outcome for each in judgement.verdicts] == [Outcome.FAIL, Outcome.FAIL]


def test_it_can_be_asked_from_a_coroutine() -> None:
    async def test() -> Outcome:
        return judge(good.Plain, properties=["D1"], conform=QUICK)["D1"].outcome

    assert asyncio.run(test()) is Outcome.PASS


def test_a_partial_and_a_lambda_give_managers_out() -> None:
    class Named(good.Plain):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    for make in (partial(Named, name="hub"), lambda: Named("hub")):
        judge(make, properties=["D1"], conform=QUICK).must_hold()


def test_a_call_that_blocks_fails_and_says_where() -> None:
    class Blocks(good.Plain):
        async def broadcast(self, message: str) -> None:
            threading.Event().wait(4)

    judgement = judge(Blocks, properties=["D1"], conform={**QUICK, "timeout-s": 0.1})

    assert judgement["D1"].outcome is Outcome.FAIL
    assert "`broadcast` did not return" in judgement["D1"].claim
    assert "Blocks.broadcast" in judgement["D1"].evidence[0].text


def test_a_task_that_is_left_running_does_not_hold_up_the_verdict() -> None:
    class Stubborn(good.Plain):
        async def connect(self, websocket: Peer) -> None:
            await super().connect(websocket)
            self.task = asyncio.ensure_future(self.stay())

        async def stay(self) -> None:
            ends_at = time.monotonic() + 8
            while time.monotonic() < ends_at:
                try:
                    await asyncio.sleep(0.05)
                except asyncio.CancelledError:
                    continue

    began = time.monotonic()
    judge(Stubborn, properties=["D1"], conform=QUICK).must_hold()

    assert time.monotonic() - began < 6


@pytest.mark.parametrize("transport", ["asgi", "sockets"])
def test_a_manager_is_judged_over_a_transport(transport: Transport) -> None:
    asked = ["D1", "E3", "G5", "H5"]

    whole = judge(good.Plain, properties=asked, conform=QUICK, transport=transport)
    broken = judge(Fragile, properties=asked, conform=QUICK, transport=transport)

    whole.must_hold()
    assert {each.property: each.outcome for each in whole.verdicts} == {
        "D1": Outcome.PASS,
        "E3": Outcome.PASS,
        "G5": Outcome.PASS if transport == "sockets" else Outcome.DECLINED,
        "H5": Outcome.DECLINED,
    }
    assert broken["E3"].outcome is Outcome.FAIL
    assert f"wire = transport('{transport}" in broken["E3"].sequence
    assert "sockets of the kit's own endpoint" in str(whole)


def test_a_factory_of_users_is_judged_over_each_implementation_with_users_of_its_own() -> None:
    made: dict[str, good.PerUser] = {}

    def manager_of(user_id: str) -> good.PerUser:
        return made.setdefault(user_id, good.PerUser(user_id))

    judgement = judge(
        manager_of,
        properties=["D1", "E1"],
        sharing="user",
        events=["message"],
        conform=QUICK,
        transport="sockets",
    )

    judgement.must_hold()
    assert len(made) >= 3


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"properties": ["D99"]}, UsageError, "no property `D99`"),
        ({"transport": "tcp"}, UsageError, "no transport `tcp`"),
        ({"conform": {"sharing": "user"}}, UsageError, "`sharing`, which is an argument"),
        ({"conform": {"arrival": 1}}, ContractError, "arrival"),
        ({"conform": {"allow": {"Z1": "why"}}}, ContractError, "`Z1`, which is no property"),
        ({"sharing": "user"}, ContractError, "is given no user"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    given: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        judge(good.Plain, **given)


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be called"):
        judge(good.Plain())  # type: ignore[arg-type]  # what is under test
