"""What waits for a commit is sent after it, or never."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pluribus_unum import EventRefused, Hub, Limits, Run
from pluribus_unum.testing import FakeClock
from tests.unum.running import hub, runs
from tests.unum.test_run import seen, types


@runs
async def test_what_waits_for_a_commit_is_sent_after_it_or_never() -> None:
    async def work(run: Run) -> None:
        async with run.outbox() as outbox:
            outbox.emit("saved", 1)
            outbox.emit("saved", 2)
            await run.send_agent_thinking("before the commit")
        with pytest.raises(ValueError, match="rolled back"):
            async with run.outbox() as outbox:
                outbox.emit("saved", 3)
                raise ValueError("rolled back")

    async with hub() as it:
        events = await seen(it, work)

    assert [each["payload"] for each in events if each["type"] == "saved"] == [1, 2]
    assert types(events)[1] == "agent_thinking"


@runs
async def test_what_cannot_be_sent_is_said_before_the_commit_and_the_rest_is_as_it_was() -> None:
    async def work(run: Run) -> None:
        with pytest.raises(EventRefused):
            async with run.outbox() as outbox:
                outbox.emit("saved", 1)
                outbox.emit("saved", object())
        note = {"cost": 7}
        async with run.outbox() as outbox:
            outbox.emit("saved", note)
            note["cost"] = 8

    async with hub() as it:
        events = await seen(it, work)

    assert [each["payload"] for each in events if each["type"] == "saved"] == [{"cost": 7}]


@runs
async def test_what_is_too_big_is_said_before_the_commit() -> None:
    async def work(run: Run) -> None:
        with pytest.raises(EventRefused, match="bytes"):
            async with run.outbox() as outbox:
                outbox.emit("saved", "small")
                outbox.emit("saved", "x" * 900)

    async with hub(limits=Limits(event_bytes=1_000)) as it:
        events = await seen(it, work)

    assert not [each for each in events if each["type"] == "saved"]


class _Long:
    """Tracing that says much, but to nobody of `agent_` events."""

    @contextmanager
    def sending(self, event_type: str, attributes: dict[str, Any]) -> Iterator[dict[str, str]]:
        yield {"traceparent": "0" * 400} if event_type == "saved" else {}


@runs
async def test_what_tracing_makes_too_big_takes_no_other_event_of_the_commit_with_it() -> None:
    async def work(run: Run) -> None:
        with pytest.raises(EventRefused, match="bytes"):
            async with run.outbox() as outbox:
                outbox.emit("saved", "x" * 600)
                outbox.emit("saved", "small")

    async with hub(limits=Limits(event_bytes=1_000), tracing=_Long()) as it:
        events = await seen(it, work)

    assert [each["payload"] for each in events if each["type"] == "saved"] == ["small"]


@runs
async def test_what_an_outbox_has_taken_is_sent_though_the_time_has_more_digits_by_then() -> None:
    clock = FakeClock()
    sizes = range(600, 1_000)
    refused: list[int] = []

    async def work(run: Run) -> None:
        for size in sizes:
            clock.at = float(size)
            is_taken = False
            try:
                async with run.outbox() as outbox:
                    outbox.emit("saved", "x" * size)
                    is_taken = True
                    clock.at += 0.123456
            except EventRefused:
                assert not is_taken
                refused.append(size)

    it = Hub(clock=clock, limits=Limits(event_bytes=1_000))
    async with it.lifespan():
        events = await seen(it, work)

    sent = [len(each["payload"]) for each in events if each["type"] == "saved"]
    assert sent + refused == [*sizes]
    assert len(sent) > 50
    assert len(refused) > 50
