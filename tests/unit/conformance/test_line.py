"""What happens at the client's end of a socket."""

from __future__ import annotations

import asyncio
import gc
import sys
import weakref
from collections.abc import Coroutine

import pytest
import starlette.websockets
import websockets.exceptions

from pluribus.conformance import Peer
from pluribus.conformance.loss import loss_named_in, loss_of


def _run(doing: Coroutine[object, object, None]) -> None:
    asyncio.run(doing)


def test_after_a_reset_the_first_send_returns_and_later_ones_raise() -> None:
    peer = Peer(loss=ConnectionResetError)
    raised: list[str] = []

    async def send_three_times() -> None:
        peer.reset()
        for _ in range(3):
            try:
                await peer.send_text("a")
            except (OSError, RuntimeError) as error:
                raised.append(type(error).__name__)

    _run(send_three_times())

    assert raised == ["ConnectionResetError", "RuntimeError"]
    assert (peer.frames, peer.failures, peer.tried) == ([], 2, ["a"] * 3)
    assert peer.closed


def test_to_one_who_has_vanished_everything_seems_well() -> None:
    peer = Peer()

    async def send() -> None:
        peer.vanish()
        await peer.send_text("a")

    _run(send())

    assert (peer.frames, peer.failures, peer.tried) == ([], 0, ["a"])
    assert peer.open


def test_a_send_waits_for_a_client_that_does_not_read_and_arrives_in_order() -> None:
    peer = Peer()
    waited: list[bool] = []

    async def send_and_resume() -> None:
        peer.stall()
        sends = [asyncio.ensure_future(peer.send_text(text)) for text in "ab"]
        await asyncio.sleep(0)
        waited.append(not any(each.done() for each in sends))
        peer.resume()
        await peer.send_text("c")
        await asyncio.gather(*sends)

    _run(send_and_resume())

    assert waited == [True]
    assert [frame.text for frame in peer.frames] == ["a", "b", "c"]


def test_what_was_written_arrives_even_if_nobody_waits_for_it() -> None:
    peer = Peer()

    async def lose_patience() -> None:
        peer.stall()
        send = asyncio.ensure_future(peer.send_text("a"))
        await asyncio.sleep(0)
        send.cancel()
        await asyncio.wait({send})
        peer.resume()

    _run(lose_patience())

    assert [frame.text for frame in peer.frames] == ["a"]


@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_send_that_waits_ends_with_its_connection(how: str) -> None:
    peer = Peer()
    ended: list[bool] = []

    async def end() -> None:
        peer.stall()
        send = asyncio.ensure_future(peer.send_text("a"))
        await asyncio.sleep(0)
        if how == "close":
            await peer.close(1013)
        else:
            peer.reset()
        done, _ = await asyncio.wait({send}, timeout=5)
        ended.append(bool(done))
        if how == "close":
            assert isinstance(send.exception(), RuntimeError)

    _run(end())

    assert ended == [True]
    assert peer.frames == []


def test_whoever_reads_is_told_of_a_reset() -> None:
    peer = Peer(loss=ConnectionResetError)
    told: list[object] = []

    async def read() -> None:
        reading = asyncio.ensure_future(peer.receive())
        await asyncio.sleep(0)
        peer.reset()
        told.append((await reading)["type"])
        with pytest.raises(ConnectionResetError):
            await peer.receive_text()

    _run(read())

    assert told == ["websocket.disconnect"]


def test_text_that_no_wire_can_carry_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        _run(Peer().send_text("\ud800"))


def test_a_socket_is_freed_without_the_collector() -> None:
    gc.disable()
    try:
        peer = Peer()
        _run(peer.send_text("a"))
        seen = weakref.ref(peer)
        del peer

        assert seen() is None
    finally:
        gc.enable()


class GoneAway(Exception):
    """A socket of somebody's own raises it."""


def test_of_a_framework_that_is_loaded_its_own_exceptions_are_raised() -> None:
    loss = loss_of(None)

    first, second = loss("send_text", 1), loss("send_text", 2)
    plain = loss("send", 1)

    assert isinstance(first, starlette.websockets.WebSocketDisconnect)
    assert first.code == 1006
    assert isinstance(second, RuntimeError)
    assert isinstance(plain, websockets.exceptions.ConnectionClosedError)
    assert str(plain)


def test_an_exception_that_wants_to_be_told_more_is_told_something() -> None:
    class LostError(Exception):
        def __init__(self, close_code: int, who: str, *, why: str = "") -> None:
            super().__init__(close_code, who, why)

    assert loss_of(LostError)("send_text", 1).args == (1006, "the connection is lost", "")


def test_every_send_raises_once_the_end_was_noticed() -> None:
    peer = Peer(loss=ConnectionResetError)

    async def send() -> None:
        peer.leaves()
        assert peer.closed
        with pytest.raises(ConnectionResetError):
            await peer.send_text("a")

    _run(send())


def test_an_exception_of_ones_own_is_raised_every_time() -> None:
    loss = loss_of(GoneAway)

    assert isinstance(loss("send_text", 1), GoneAway)
    assert isinstance(loss("send_text", 2), GoneAway)


def test_what_a_module_calls_a_lost_connection_is_found_if_there_is_one() -> None:
    assert loss_named_in(["pluribus.conformance.peer"]) is None
    assert loss_named_in(["no.such.module"]) is None


def test_no_such_name_counts_where_a_framework_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = loss_named_in([__name__])
    for each in ("starlette.websockets", "websockets.exceptions", "aiohttp"):
        monkeypatch.delitem(sys.modules, each, raising=False)

    assert loaded is None
    assert loss_named_in([__name__]) is GoneAway
