"""The page for those who run a hub."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from pluribus_unum import Hub
from pluribus_unum.debug import DebugPage
from pluribus_unum.testing import FakeSocket, settle
from tests.unum.running import Context, hub, runs


async def asked(of: Hub, query: str = "", *, token: str = "operator") -> httpx.Response:
    def allows(scope: Mapping[str, Any]) -> bool:
        return (b"authorization", b"operator") in scope["headers"]

    transport = httpx.ASGITransport(DebugPage(of, allows=allows))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        return await client.get(f"/{query}", headers={"authorization": token})


@runs
async def test_who_is_furthest_behind_comes_first() -> None:
    async with hub() as made:
        stalled = FakeSocket()
        stalled.stall()
        await made.manager(Context("bob")).add_connection(FakeSocket(), connection_id="quick")
        await made.manager(Context("zoe")).add_connection(stalled, connection_id="slow")
        for who in ("bob", "zoe"):
            for number in range(3):
                await made.manager(Context(who)).emit_agent_event("x", number)
        await settle()

        state = (await asked(made, "?format=json")).json()
        stalled.resume()

    assert [each["connection"] for each in state["rows"]] == ["slow", "quick"]
    assert state["rows"][0]["lag"] >= 2
    assert (state["rows"][1]["lag"], state["rows"][1]["seq"]) == (0, 3)
    assert (state["users"], state["connections"]) == (2, 2)


@runs
async def test_names_are_shown_as_text() -> None:
    async with hub() as made:
        await made.manager(Context("<script>alert(1)</script>")).add_connection(FakeSocket())

        page = await asked(made)

    assert page.status_code == 200
    assert "&lt;script&gt;alert" in page.text
    assert "<script>" not in page.text


@runs
async def test_nobody_sees_it_who_is_not_allowed_to() -> None:
    async with hub() as made:
        await made.manager(Context("ann")).add_connection(FakeSocket())

        page = await asked(made, token="somebody")

    assert page.status_code == 403
    assert "ann" not in page.text


@runs
async def test_an_address_that_is_no_text_is_answered() -> None:
    sent = list[Any]()

    async def send(message: Any) -> None:
        sent.append(message)

    async with hub() as made:
        page = DebugPage(made, allows=lambda scope: True)
        scope = {"type": "http", "query_string": b"\xff&format=json", "headers": []}
        await page(scope, lambda: None, send)

    assert sent[0]["status"] == 200
    assert sent[1]["body"].startswith(b"{")
