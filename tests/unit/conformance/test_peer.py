from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable

import pytest

from pluribus.conformance import Peer, PeerLacks


@pytest.mark.parametrize(
    ("send", "text"),
    [
        (lambda peer: peer.send_json({"a": "ü"}), '{"a": "ü"}'),
        (lambda peer: peer.send_text("a"), "a"),
        (lambda peer: peer.send_str("a"), "a"),
        (lambda peer: peer.send_bytes(b"a\xff"), "a\\xff"),
        (lambda peer: peer.send("a"), "a"),
        (lambda peer: peer.send(b"a"), "a"),
        (lambda peer: peer.send({"type": "websocket.send", "text": "a"}), "a"),
        (lambda peer: peer.send({"type": "websocket.send", "bytes": b"a"}), "a"),
    ],
)
def test_every_way_to_send_is_recorded(send: Callable[[Peer], Awaitable[None]], text: str) -> None:
    peer = Peer()

    asyncio.run(_do(send, peer))

    assert [frame.text for frame in peer.frames] == [text]
    assert peer.refusals == []


def test_a_frame_does_not_change_with_what_was_sent() -> None:
    peer, data = Peer(), {"a": [1]}

    async def send() -> None:
        await peer.send_json(data)
        data["a"].append(2)

    asyncio.run(send())

    assert peer.frames[0].text == '{"a": [1]}'


def test_nothing_is_sent_before_it_is_awaited() -> None:
    peer = Peer()

    coroutine = peer.send_text("a")
    coroutine.close()

    assert peer.frames == []


@pytest.mark.parametrize(
    ("send", "error"),
    [
        (lambda peer: peer.send_json(object()), TypeError),
        (lambda peer: peer.send_text(b"a"), TypeError),
        (lambda peer: peer.send_bytes("a"), TypeError),
        (lambda peer: peer.send(1), TypeError),
    ],
)
def test_what_no_socket_takes_is_refused_and_remembered(
    send: Callable[[Peer], Awaitable[None]], error: type[Exception]
) -> None:
    peer = Peer()

    with pytest.raises(error):
        asyncio.run(_do(send, peer))

    assert len(peer.refusals) == 1
    assert peer.frames == []


def test_a_closed_socket_takes_nothing() -> None:
    peer = Peer()

    async def close_and_send() -> None:
        await peer.close(code=1001)
        await peer.send_text("late")

    with pytest.raises(RuntimeError):
        asyncio.run(close_and_send())

    assert (peer.is_open, peer.close_code, peer.frames) == (False, 1001, [])


def test_a_socket_is_accepted_once() -> None:
    peer = Peer()

    async def twice() -> None:
        await peer.accept()
        await peer.accept()

    with pytest.raises(RuntimeError):
        asyncio.run(twice())


def test_what_is_not_offered_is_remembered_even_if_the_subject_swallows_it() -> None:
    peer = Peer()

    asked = hasattr(peer, "send_pigeon")

    assert not asked
    assert peer.lacks == ["send_pigeon"]
    with pytest.raises(PeerLacks, match="peer lacks `fly`"):
        _ = peer.fly


def test_what_python_itself_looks_for_is_no_lack() -> None:
    peer = Peer()

    copy.copy(peer)

    assert peer.lacks == []


def test_the_states_are_those_that_starlette_names() -> None:
    peer = Peer()

    before = str(peer.client_state)
    asyncio.run(peer.close())

    assert before.endswith("CONNECTED")
    assert str(peer.application_state).endswith("DISCONNECTED")


async def _do(send: Callable[[Peer], Awaitable[None]], peer: Peer) -> None:
    await send(peer)


def test_json_may_be_written_by_a_writer_of_the_callers() -> None:
    """As aiohttp has it; what json alone cannot write is no failure then."""
    peer = Peer()

    asyncio.run(peer.send_json({"a": {1}}, dumps=lambda data: json.dumps(data, default=list)))

    assert [frame.text for frame in peer.frames] == ['{"a": [1]}']
    assert peer.refusals == []
