"""Nobody waits for what cannot come, and everybody for what can."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic

import pytest

from pluribus.conformance import Peer
from pluribus.conformance.idle import is_idle

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="whether a loop is idle is known on Linux"
)
ALONE = "test_all_of_this_holds_where_no_other_test_has_left_a_thread"


@pytest.fixture(autouse=True)
def one_thread(request: pytest.FixtureRequest) -> None:
    if request.node.name != ALONE and len(os.listdir("/proc/self/task")) > 1:
        pytest.skip(f"needs a process of one thread, which {ALONE} gives it")


def test_all_of_this_holds_where_no_other_test_has_left_a_thread() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", __file__, "-k", f"not {ALONE}"],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


def _ask(begin: Callable[[], Awaitable[object]]) -> bool:
    async def ask() -> bool:
        await begin()
        return is_idle()

    return asyncio.run(ask())


async def _nothing() -> None: ...


async def _timer() -> None:
    asyncio.get_running_loop().call_later(60, print)


async def _cancelled_timer() -> None:
    asyncio.get_running_loop().call_later(60, print).cancel()


async def _callback() -> None:
    asyncio.get_running_loop().call_soon(id, None)


async def _stuck_task() -> None:
    asyncio.current_task().stuck = asyncio.ensure_future(asyncio.Event().wait())  # type: ignore[union-attr]  # kept alive
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("begin", "expected"),
    [
        (_nothing, True),
        (_timer, False),
        (_cancelled_timer, True),
        (_callback, False),
        (_stuck_task, True),
    ],
)
def test_a_loop_is_idle_when_nothing_is_planned(
    begin: Callable[[], Awaitable[object]], *, expected: bool
) -> None:
    assert _ask(begin) is expected


def test_a_loop_that_watches_a_socket_is_not_idle() -> None:
    first, second = socket.socketpair()

    async def watch() -> None:
        asyncio.get_running_loop().add_reader(first, print)

    try:
        assert not _ask(watch)
    finally:
        first.close()
        second.close()


def test_a_process_with_a_thread_is_not_idle() -> None:
    ends = threading.Event()
    thread = threading.Thread(target=ends.wait)

    async def start() -> None:
        thread.start()

    try:
        assert not _ask(start)
    finally:
        ends.set()
        thread.join()


def test_silence_of_an_idle_loop_takes_no_time() -> None:
    before = monotonic()

    has_news = asyncio.run(Peer().news(60))

    assert not has_news
    assert monotonic() - before < 30


def test_what_a_timer_sends_is_waited_for() -> None:
    async def wait() -> bool:
        peer = Peer()
        sends: list[asyncio.Future[None]] = []
        asyncio.get_running_loop().call_later(
            0.02, lambda: sends.append(asyncio.ensure_future(peer.send_text("a")))
        )
        return await peer.news(30)

    assert asyncio.run(wait())
