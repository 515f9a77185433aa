"""What a client does not send, and does not write down."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from pluribus_unum import Hub, Limits, Manager, Message
from pluribus_unum.client import NotHandled
from tests.unum.client.test_following import following
from tests.unum.running import runs
from tests.unum.server import ByName, served


@runs
async def test_a_message_that_nobody_would_take_fails_and_the_next_one_is_handled() -> None:
    hub, handled = Hub(auth=ByName(), limits=Limits(message_bytes=1_000)), list[Any]()

    @hub.on("say")
    async def say(manager: Manager, message: Message) -> None:
        handled.append(message.payload)

    async with served(hub) as url, following(url) as client:
        early = asyncio.create_task(client.send("say", "x" * 1_000))
        with pytest.raises(NotHandled, match="too_big"):
            await early
        with pytest.raises(NotHandled, match="too_big"):
            await client.send("say", "x" * 1_000)
        with pytest.raises(NotHandled, match="reserved"):
            await client.send("ping")
        await client.send("say", "small")

    assert handled == ["small"]
    assert set(hub.tally.closed) <= {1000}


def test_no_log_holds_what_an_address_does_to_let_somebody_in(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @runs
    async def test() -> None:
        async with served(Hub(auth=ByName())) as url:
            secret = url.replace("ws://", "ws://ann:pass-word@") + "?ticket=once-only"
            for address in (secret, secret.replace("/ws", "/nowhere")):
                async with following(address, token="nobody") as client:
                    while not caplog.records:
                        await asyncio.sleep(0.01)
                    await client.close()

    with caplog.at_level(logging.DEBUG, "unum"):
        test()

    assert "127.0.0.1" in caplog.text
    assert not any(each in caplog.text for each in ("pass-word", "once-only", "nobody"))
