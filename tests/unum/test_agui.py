"""The endpoint for clients of AG-UI; its public client tries it in clients/typescript."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from pluribus_unum import Hub, Limits, Manager, Message
from pluribus_unum.agui import CAPABILITIES, AgUiEndpoint, as_agui, last_user_message
from pluribus_unum.client import connect
from tests.unum.agui import RUNS, every_way, recorded
from tests.unum.running import Context, runs
from tests.unum.server import ByName, served

ASKED = {"threadId": "t", "runId": "r", "messages": [{"id": "1", "role": "user", "content": "hi"}]}
ANN = {"Authorization": "Bearer user:ann"}


@asynccontextmanager
async def agent(hub: Hub, **given: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Serve an agent that the handler of `ask` answers; gives a client of the user ann."""
    endpoint = AgUiEndpoint(hub, "ask", **{"begin_s": 0.2} | given)
    route = Route("/agent", endpoint, methods=["GET", "POST", "PUT"])
    async with served(hub, routes=[route]) as address:
        url = address.replace("ws:", "http:").removesuffix("/ws")
        async with httpx.AsyncClient(base_url=url, headers=ANN, timeout=8) as client:
            yield client


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


def kinds(text: str) -> list[str]:
    return [each["type"] for each in events(text)]


async def ask(client: httpx.AsyncClient, **more: Any) -> str:
    answer = await client.post("/agent", json=ASKED | more)
    assert answer.status_code == 200, answer.text
    return answer.text


def slow(hub: Hub, gate: asyncio.Event, count: list[str]) -> None:
    """An agent that waits in the middle of a tool."""

    @hub.on("ask")
    async def _(manager: Manager, message: Message) -> None:
        count.append(manager.user_id)
        async with manager.run(message, agent_name="chief") as run, run.tool("wait") as tool:
            await gate.wait()
            tool.results = f"for {manager.user_id}"


@runs
async def test_a_handler_gets_what_was_asked_for_and_answers() -> None:
    hub, got = Hub(auth=ByName()), []

    @hub.on("ask")
    async def _(manager: Manager, message: Message) -> None:
        got.append((message.thread_id, message.run_id, message.payload))
        async with manager.run(message) as run:
            await run.send_agent_completed("hello")

    async with agent(hub) as client:
        await ask(client)
    async with agent(hub := Hub(auth=ByName()), payload=last_user_message) as client:
        hub.on("ask")(_)
        text = await ask(client)

    assert got == [("t", "r", ASKED), ("t", "r", "hi")]
    assert kinds(text)[0] == "RUN_STARTED"
    assert events(text)[0] | {"timestamp": 0} == {
        "type": "RUN_STARTED",
        "threadId": "t",
        "runId": "r",
        "timestamp": 0,
    }
    assert kinds(text)[-1] == "RUN_FINISHED"


@runs
async def test_a_run_goes_on_when_its_client_goes_and_is_begun_once() -> None:
    hub, gate, count = Hub(auth=ByName()), asyncio.Event(), list[str]()
    slow(hub, gate, count)
    async with agent(hub) as client:
        # Which only speaks of the run.
        await hub.manager(Context("ann")).emit_agent_event("note", {"run_id": "r"})
        position = ""
        async with client.stream("POST", "/agent", json=ASKED) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("id: "):
                    position = line[4:]
                if "TOOL_CALL_END" in line:
                    break
        back = asyncio.create_task(
            client.post("/agent", json=ASKED, headers={"Last-Event-ID": position})
        )
        again = asyncio.create_task(client.post("/agent", json=ASKED))
        other = asyncio.create_task(
            client.post("/agent", json=ASKED, headers={"Authorization": "Bearer user:bob"})
        )
        while hub.counts()["connections"] < 3:
            await asyncio.sleep(0.01)
        gate.set()
        texts = [(await each).text for each in (back, again, other)]
        late = await client.post("/agent", json=ASKED, headers={"Last-Event-ID": position})
        last = [line[4:] for line in late.text.splitlines() if line.startswith("id: ")][-1]
        seen = await client.post("/agent", json=ASKED, headers={"Last-Event-ID": last})
        while hub.counts()["connections"]:
            await asyncio.sleep(0.01)

    tool = [f"TOOL_CALL_{each}" for each in ("START", "ARGS", "END", "RESULT")]
    whole = ["RUN_STARTED", *tool, "RUN_FINISHED"]
    assert [kinds(each) for each in texts] == [whole] * 3
    assert kinds(late.text) == whole
    assert kinds(seen.text) == ["RUN_STARTED", "RUN_FINISHED"], "its end is told again"
    assert sorted(count) == ["ann", "bob"]
    assert ["for bob" in each for each in texts] == [False, False, True]


@runs
async def test_what_is_missing_for_ever_is_told() -> None:
    hub = Hub(auth=ByName(), limits=Limits(events_per_user=4))

    @hub.on("ask")
    async def _(manager: Manager, message: Message) -> None:
        async with manager.run(message) as run:
            for number in range(9):
                await run.send_agent_thinking(str(number))

    async with agent(hub) as client:
        manager = hub.manager(Context("ann"))  # so that its stream is kept
        await ask(client)
        again = await client.post("/agent", json=ASKED)
        forged = await client.post("/agent", json=ASKED, headers={"Last-Event-ID": "another:1"})
        nonsense = await client.post("/agent", json=ASKED, headers={"Last-Event-ID": "x"})
        assert manager.user_id == "ann"

    for each, code in ((again, "trimmed"), (forged, "epoch"), (nonsense, "epoch")):
        assert kinds(each.text) == ["RUN_STARTED", "RUN_ERROR"]
        assert events(each.text)[-1]["code"] == code


@runs
async def test_a_handler_that_fails_or_says_nothing_is_an_end_too() -> None:
    hub = Hub(auth=ByName())

    @hub.on("ask")
    async def _(manager: Manager, message: Message) -> None:
        match message.payload:
            case "fail":
                raise ZeroDivisionError("secret")
            case "fail inside":
                async with manager.run(message):
                    raise ZeroDivisionError("secret")
            case "begin and fail":
                begun = {"agent_name": "chief"}
                await manager.emit_agent_event("agent_started", begun, run_id=message.run_id)
                raise ZeroDivisionError("secret")

    async with agent(hub, payload=lambda asked: asked["runId"]) as client:
        texts = {each: await ask(client, runId=each) for each in ("fail", "fail inside")}
        texts["begin and fail"] = await ask(client, runId="begin and fail")
        texts["nothing"] = await ask(client, runId="nothing")
    async with agent(Hub(auth=ByName())) as client:
        texts["no handler"] = await ask(client)

    ends = {name: events(each)[-1].get("code") for name, each in texts.items()}
    assert ends == {
        "fail": "failed",
        "fail inside": "failed",
        "begin and fail": "failed",
        "nothing": "no_run",
        "no handler": "unknown_type",
    }
    assert all(kinds(each)[0] == "RUN_STARTED" for each in texts.values())
    assert not [each for each in texts.values() if "secret" in each]


@runs
async def test_a_server_that_stops_does_not_end_a_run_as_if_it_were_whole() -> None:
    hub, gate, count = Hub(auth=ByName()), asyncio.Event(), list[str]()
    slow(hub, gate, count)
    async with agent(hub) as client:
        asking = asyncio.create_task(ask(client))
        while not count:
            await asyncio.sleep(0.01)
        await hub.drain(0.1)
        text = await asking
        refused = await client.post("/agent", json=ASKED)
        gate.set()

    assert (kinds(text)[-1], events(text)[-1]["code"]) == ("RUN_ERROR", "4200")
    assert refused.status_code == 503
    assert refused.headers["retry-after"]


@runs
async def test_an_event_that_nobody_can_read_is_no_end_of_a_run() -> None:
    hub, gate = Hub(auth=ByName()), asyncio.Event()
    slow(hub, gate, [])
    async with agent(hub) as client:
        asking = asyncio.create_task(ask(client))
        while not hub.counts()["connections"]:
            await asyncio.sleep(0.01)
        await hub.publish("ann", '{"v":1,"type":7}', thread=None, idempotency=None)
        text = await asking
        gate.set()

    assert events(text)[-1]["code"] == "1011"


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("POST", {"Authorization": "Bearer nobody"}, b"{}", 401),
        ("POST", ANN | {"Origin": "https://evil.example"}, b"{}", 403),
        ("PUT", ANN, b"{}", 405),
        ("POST", ANN, b"no json", 400),
        ("POST", ANN, b"[]", 400),
        ("POST", ANN, b'{"threadId": "t"}', 400),
        ("POST", ANN, b'{"threadId": "t", "runId": 7}', 400),
        ("POST", ANN, b"\xff", 400),
        ("POST", ANN, b"[" * 20_000, 400),
        ("POST", ANN, b" " * 3_000 + b"{}", 413),
    ],
)
def test_what_is_no_request_of_a_user_is_refused(
    method: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    @runs
    async def test() -> None:
        async with agent(Hub(auth=ByName()), most_bytes=30_000 if b"[[" in body else 2_000) as it:
            answer = await it.request(method, "/agent", headers=headers, content=body)
        assert answer.status_code == status
        assert answer.json()["error"]

    test()


@runs
async def test_the_connections_of_agents_count_and_capabilities_are_told() -> None:
    hub, gate = Hub(auth=ByName(), limits=Limits(connections_per_user=1)), asyncio.Event()
    slow(hub, gate, [])
    async with agent(hub) as client:
        asking = asyncio.create_task(ask(client))
        while not hub.counts()["connections"]:
            await asyncio.sleep(0.01)
        refused = await client.post("/agent", json=ASKED)
        gate.set()
        await asking
        told = await client.get("/agent")

    assert refused.status_code == 429
    assert told.json() == CAPABILITIES


@runs
async def test_who_is_revoked_is_not_answered_any_more_and_asks_for_nothing() -> None:
    hub, gate, count = Hub(auth=ByName()), asyncio.Event(), list[str]()
    slow(hub, gate, count)
    async with agent(hub) as client:
        asking = asyncio.create_task(ask(client))
        while not count:
            await asyncio.sleep(0.01)
        await hub.revoke(user_id="ann")
        text = await asking
        refused = await client.post("/agent", json=ASKED | {"runId": "another"})
        gate.set()

    assert events(text)[-1] | {"message": ""} == {
        "type": "RUN_ERROR",
        "code": "4004",
        "message": "",
    }
    assert (refused.status_code, count) == (401, ["ann"])


@runs
async def test_a_client_in_python_maps_what_it_sees() -> None:
    hub = Hub(auth=ByName())
    async with served(hub) as url, connect(url, token="user:ann") as client:

        @hub.on("ask")
        async def _(manager: Manager, message: Message) -> None:
            async with manager.run(message) as run:
                await run.send_agent_completed("hello")

        asking = asyncio.create_task(client.send("ask", run_id="r", thread_id="t"))
        seen = [each["type"] async for each in as_agui(client, "r")]
        await asking

    text = ["TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END"]
    assert seen == ["RUN_STARTED", *text, "RUN_FINISHED"]


@pytest.mark.parametrize("name", RUNS)
def test_whoever_comes_back_sees_the_rest_as_those_who_stayed(name: str) -> None:
    """Apart from what is told anew of what is open, the end of both is the same."""
    ways = every_way(asyncio.run(recorded(RUNS[name])))
    whole = ways["from its beginning"]
    for way, part in ways.items():
        assert part[0]["type"] == "RUN_STARTED"
        if "nothing" not in way:
            opened = {"TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "STEP_STARTED"}
            opened |= {"RUN_STARTED", "REASONING_START", "REASONING_MESSAGE_START"}
            rest = [each for each in part if each["type"] not in opened]
            assert rest == [each for each in whole if each["type"] not in opened][-len(rest) :]
