"""What a hub counts, as Prometheus reads it."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from pluribus_unum import Hub, Limits
from pluribus_unum.core.tally import Tally
from pluribus_unum.metrics import HubCollector
from pluribus_unum.testing import FakeSocket, settle
from tests.unum.running import ANN, BOB, hub, runs
from tests.unum.server import ByName, served, tab


def scraped(of: Hub) -> dict[tuple[str, tuple[str, ...]], float]:
    """Each sample by its name and the values of its labels."""
    registry = CollectorRegistry()
    registry.register(HubCollector(of))
    text = generate_latest(registry).decode()
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@runs
async def test_what_is_sent_and_handed_on_is_counted() -> None:
    async with hub() as made:
        for who in (ANN, ANN, BOB):
            await made.manager(who).add_connection(FakeSocket())
        for _ in range(3):
            await made.manager(ANN).emit_agent_event("agent_thinking", "hm")
        await settle()

        found = scraped(made)

    assert found["unum_connections", ()] == 3
    assert found["unum_users", ()] == 2
    assert found["unum_events_emitted_total", ("agent_thinking",)] == 3
    assert found["unum_events_delivered_total", ()] == 6
    assert found["unum_delivery_seconds_count", ()] >= 2
    assert found["unum_publish_seconds_count", ()] == 3
    assert found["unum_connection_lag_events_bucket", ("0",)] == 3
    assert found["unum_stream_bytes", ()] > 0


@runs
async def test_no_label_names_a_user() -> None:
    async with hub() as made:
        await made.manager(ANN).add_connection(FakeSocket())
        await made.manager(ANN).emit_agent_event("x", "of ann")
        await settle()

        labels = {value for _, values in scraped(made) for value in values}

    assert "x" in labels
    assert not [each for each in labels if "ann" in each]


@runs
async def test_runs_are_seen_until_they_end() -> None:
    async with hub() as made:
        async with made.manager(ANN).run(ANN):
            during = scraped(made)["unum_runs", ()]
        after = scraped(made)["unum_runs", ()]

    assert (during, after) == (1, 0)


@runs
async def test_a_connection_that_lags_is_seen() -> None:
    async with hub() as made:
        socket = FakeSocket()
        socket.stall()
        await made.manager(ANN).add_connection(socket)
        for number in range(7):
            await made.manager(ANN).emit_agent_event("x", number)
        await settle()

        found = scraped(made)

        assert found["unum_connection_lag_events_sum", ()] >= 6
        assert found["unum_connection_lag_events_bucket", ("0",)] == 0
        socket.resume()


def test_what_is_replayed_refused_and_reset_is_counted() -> None:
    @runs
    async def test() -> None:
        made = Hub(auth=ByName(), limits=Limits(events_per_user=2))
        async with served(made) as address:
            manager = made.manager(ANN)
            async with tab(address) as first:
                (welcome,) = await first.hear()
            for number in range(2):
                await manager.emit_agent_event("x", number)
            async with tab(address, resume={"epoch": welcome["epoch"], "seq": 0}) as second:
                await second.hear(3)
            async with tab(address, resume={"epoch": "forged", "seq": 0}) as third:
                await third.hear(2)
            with pytest.raises(InvalidStatus, match="401"):
                await connect(address)
            await asyncio.sleep(0.05)
            found = scraped(made)

        assert found["unum_events_replayed_total", ()] == 2
        assert found["unum_resets_total", ("epoch",)] == 1
        assert found["unum_handshakes_refused_total", ("401",)] == 1
        assert found["unum_connections_closed_total", ("1000",)] == 3

    test()


def test_more_names_than_anybody_reads_are_counted_together() -> None:
    tally = Tally()

    for number in range(1_000):
        tally.emit(f"event {number}")

    assert len(tally.emitted) == 201
    assert tally.emitted["others"] == 800
