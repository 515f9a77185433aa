"""What only NATS can do to its streams: nothing is lost without a word of it either."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import nats
import pytest
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from pluribus_unum import BrokerDown, Limits, Position, UnumError
from pluribus_unum.brokers.nats import NatsBroker
from tests.unum.brokers.nodes import ANN, MISSING, Follower, becomes, emitted, node
from tests.unum.brokers.servers import Nats, Server, running
from tests.unum.running import runs

pytestmark = pytest.mark.skipif(MISSING["nats"] is not None, reason="needs a nats-server")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(Nats(tmp_path)) as found:
        yield found


@asynccontextmanager
async def administrator(server: Server) -> AsyncIterator[JetStreamContext]:
    """Somebody who may do anything."""
    client = await nats.connect(server.url)
    try:
        yield client.jetstream()
    finally:
        await client.close()


@pytest.mark.parametrize("does", ["purges it", "purges the user", "deletes it"])
def test_who_empties_a_stream_is_noticed_by_those_who_are_there_and_those_who_come_back(
    does: str, server: Server
) -> None:
    @runs
    async def test() -> None:
        async with (
            node(server) as here,
            node(server) as there,
            administrator(server) as admin,
        ):
            ann, back = Follower(), Follower()
            await here.manager(ANN).add_connection(ann.socket)
            for number in range(3):
                await emitted(there, number)
            await ann.hears(2)
            match does:
                case "purges it":
                    await admin.purge_stream("unum_events")
                case "purges the user":
                    await admin.purge_stream("unum_events", subject="unum.events.>")
                case _:
                    await admin.delete_stream("unum_events")
            back.client.cursor.begin(Position(ann.client.epoch, 1))
            await emitted(there, 3)
            await there.manager(ANN).add_connection(
                back.socket, resume=Position(back.client.epoch, 1)
            )
            await ann.is_reset()
            await back.is_reset()
            await emitted(there, 4)
            await ann.hears(4)
            await back.hears(4)

    test()


def test_a_node_that_starts_later_with_other_limits_takes_nothing_away(server: Server) -> None:
    @runs
    async def test() -> None:
        async with node(server) as here:
            ann = Follower()
            await here.manager(ANN).add_connection(ann.socket)
            await emitted(here, 1)
            async with node(server, limits=Limits(events_per_user=7)) as later:
                await emitted(later, 2)
                await ann.hears(2)

        assert ann.client.resets == []

    test()


def test_no_number_is_given_twice_though_the_stream_is_deleted_again_and_again(
    server: Server,
) -> None:
    @runs
    async def test() -> None:
        positions: list[tuple[str, int]] = []
        brokers = [NatsBroker(server.url, timeout_s=4) for _ in range(3)]
        for each in brokers:
            await each.start(lambda key, text: None)

        async def send(broker: NatsBroker) -> None:
            for _ in range(30):
                found = await broker.publish("ann", "{}", thread=None, idempotency=None)
                positions.append(found.position)

        async def delete() -> None:
            async with administrator(server) as admin:
                for _ in range(5):
                    await asyncio.sleep(0.03)
                    with suppress(NotFoundError):
                        await admin.delete_stream("unum_events")

        await asyncio.gather(delete(), *map(send, brokers))
        for each in brokers:
            await each.stop()

        assert len(positions) == 90
        assert len(set(positions)) == 90

    test()


def test_whoever_listens_while_the_stream_is_purged_misses_nothing_untold(server: Server) -> None:
    @runs
    async def test() -> None:
        async with (
            node(server) as here,
            node(server) as there,
            administrator(server) as admin,
        ):
            ann = Follower()
            await here.manager(ANN).add_connection(ann.socket)
            for number in range(60):
                await emitted([here, there][number % 2], number)
                if number % 20 == 10:
                    await admin.purge_stream("unum_events")
                ann.hear()  # which checks each number
            # A reset may stand for the last of them, too, and one for several purges.
            await ann.is_reset()
            last = await emitted(there, 60)
            stream = await here.broker.join("ann")
            await becomes(lambda: stream.position, Position(last.epoch, last.seq))
            await emitted(there, "end")
            await ann.hears("end")

        assert len(ann.client.resets) <= 3

    test()


def test_what_others_write_there_is_no_event(server: Server) -> None:
    @runs
    async def test() -> None:
        async with node(server) as here, administrator(server) as admin:
            ann = Follower()
            await here.manager(ANN).add_connection(ann.socket)
            await emitted(here, 1)
            await ann.hears(1)
            found = await admin.get_msg("unum_events", subject="unum.events.*", seq=1, next=True)
            await admin.publish(found.subject or "", b"\xff nonsense")
            await emitted(here, 2)
            await ann.is_reset()
            await emitted(here, 3)
            await ann.hears(3)

        assert {payload for _, _, payload in ann.client.seen} <= {1, 2, 3}

    test()


def test_an_event_that_is_sent_again_when_it_is_not_kept_any_more_is_still_the_same(
    server: Server,
) -> None:
    @runs
    async def test() -> None:
        broker = NatsBroker(server.url, limits=Limits(events_per_user=2), timeout_s=4)
        await broker.start(lambda key, text: None)
        first = await broker.publish("ann", "{}", thread=None, idempotency="k")
        for _ in range(19):
            await broker.publish("ann", "{}", thread=None, idempotency=None)
        last = await broker.publish("ann", "{}", thread=None, idempotency=None)
        again = await broker.publish("ann", "{}", thread=None, idempotency="k")
        await broker.stop()

        assert again.is_duplicate
        assert first.position.seq <= again.position.seq < last.position.seq

    test()


def test_an_event_of_many_lines_of_a_thread_of_any_name_comes_as_it_is(server: Server) -> None:
    @runs
    async def test() -> None:
        body, thread = '{"text":"\\n\\u0000 ü"}', "a\r\nNats-Msg-Id: x ü"
        broker = NatsBroker(server.url, timeout_s=4)
        await broker.start(lambda key, text: None)
        key = "a user\n.*>" * 100
        stream = await broker.join(key)
        await broker.publish(key, body, thread=thread, idempotency="a\r\nb")
        await becomes(lambda: stream.seq, 1)
        entry = stream.entry(1)
        await broker.stop()

        assert entry is not None
        assert (entry.body, entry.thread) == (body, thread)

    test()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"limits": Limits(event_bytes=2_000_000)}, "max_payload"),
        ({"trusts_disk": True}, "other settings"),
        ({"replicas": 3}, "does not take"),
    ],
    ids=["events too big", "memory before", "no cluster"],
)
def test_a_server_that_cannot_do_it_is_an_error_that_says_so(
    given: dict[str, object], says: str, server: Server
) -> None:
    @runs
    async def test() -> None:
        if "trusts_disk" in given:
            before = NatsBroker(server.url)
            await before.start(lambda key, text: None)
            await before.stop()
        broker = NatsBroker(server.url, timeout_s=4, **given)  # type: ignore[arg-type]  # by row
        with pytest.raises(UnumError, match=says):
            await broker.start(lambda key, text: None)

    test()


class Plain(Nats):
    """One without JetStream."""

    def command(self) -> list[str]:
        """How it is started."""
        return [each for each in super().command() if each != "-js"]


def test_a_server_without_jetstream_is_an_error_that_says_so(tmp_path: Path) -> None:
    with running(Plain(tmp_path)) as server:

        @runs
        async def test() -> None:
            with pytest.raises(BrokerDown, match="-js"):
                await NatsBroker(server.url).start(lambda key, text: None)

        test()


def test_a_prefix_that_is_no_part_of_a_subject_is_refused() -> None:
    with pytest.raises(ValueError, match="prefix"):
        NatsBroker("nats://localhost", prefix="a.b")
