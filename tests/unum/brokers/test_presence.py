"""Who is connected anywhere, also when a node is killed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pluribus_unum import BrokerDown, Hub, Limits, NoUser
from pluribus_unum.testing import FakeSocket
from tests.unum.brokers.nodes import ANN, MISSING, SERVERS, becomes, node, server_of
from tests.unum.brokers.servers import running
from tests.unum.running import Context, runs

ROOT = Path(__file__).parents[3]
LIMITS = Limits(presence_s=2)


@contextmanager
def remote(kind: str, url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A node in a process of its own, which has a connection of ann; and its name."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.unum.brokers.remote_node", kind, url, "2"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}/packages/unum/src:{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def names(hub: Hub) -> set[tuple[str, str]]:
    """Which connections ann has, by the word of a node."""
    return {(each.node_id, each.connection_id) for each in await hub.presence(ANN)}


@pytest.mark.parametrize("kind", SERVERS)
def test_the_connections_of_a_node_that_is_killed_are_gone_after_a_while(
    kind: str, tmp_path: Path
) -> None:
    if missing := MISSING[kind]:
        pytest.skip(f"needs {missing}: pip install -r requirements/dev.txt")
    with (
        running(server_of(kind, tmp_path)) as server,
        remote(kind, server.url) as (process, their_id),
    ):

        @runs
        async def test() -> None:
            async with node(server, limits=LIMITS) as here:
                before_s = time.time()
                await here.manager(ANN).add_connection(FakeSocket(), connection_id="mine")
                mine, theirs = (here.broker.node_id, "mine"), (their_id, "theirs")
                await becomes(lambda: names(here), {mine, theirs})
                since = {each.connection_id: each.since for each in await here.presence("ann")}
                process.kill()
                assert await names(here) == {mine, theirs}
                await becomes(lambda: names(here), {mine}, within_s=2 * LIMITS.presence_s)

            assert before_s <= since["mine"] <= time.time()

        test()


@pytest.mark.parametrize("kind", SERVERS)
def test_who_comes_and_goes_is_seen_on_another_node(kind: str, tmp_path: Path) -> None:
    if missing := MISSING[kind]:
        pytest.skip(f"needs {missing}: pip install -r requirements/dev.txt")
    with running(server_of(kind, tmp_path)) as server:

        @runs
        async def test() -> None:
            async with node(server) as here, node(server) as there:
                manager = there.manager(ANN)
                await manager.add_connection(FakeSocket(), connection_id="1")
                second = await manager.add_connection(FakeSocket(), connection_id="2")
                at = there.broker.node_id
                await becomes(lambda: names(here), {(at, "1"), (at, "2")})
                await manager.remove_connection(second)
                await becomes(lambda: names(here), {(at, "1")})
                server.kill()
                with pytest.raises(BrokerDown):
                    await here.presence(ANN)
                # After it began empty, the nodes say again who is there.
                await asyncio.to_thread(server.start)
                await becomes(lambda: _or_none(here), {(at, "1")})

        test()


async def _or_none(hub: Hub) -> set[tuple[str, str]] | None:
    try:
        return await names(hub)
    except BrokerDown:
        return None


@runs
async def test_a_context_is_asked_for_by_what_separates_users() -> None:
    async with Hub(key=lambda context: f"shop/{context.user_id}").lifespan() as state:
        hub = state["hub"]
        await hub.manager(ANN).add_connection(FakeSocket(), connection_id="1")

        assert [each.connection_id for each in await hub.presence(ANN)] == ["1"]
        assert [each.connection_id for each in await hub.presence("shop/ann")] == ["1"]
        assert await hub.presence("ann") == ()
        with pytest.raises(NoUser):
            await hub.presence(Context(""))
