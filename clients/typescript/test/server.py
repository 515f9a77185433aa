"""A hub for the tests of the client: counts, and cuts its connections meanwhile."""

from __future__ import annotations

import asyncio

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from pluribus_unum import Credentials, Hub, Identity, Manager, Message
from pluribus_unum.agui import AgUiEndpoint, last_user_message
from pluribus_unum.auth.base import unauthenticated


class ByName:
    """Takes whoever says a name for who they say they are."""

    async def identify(self, credentials: Credentials) -> Identity:
        """Say who it is."""
        token = credentials.token or ""
        if not token.startswith("user:"):
            raise unauthenticated("no such user")
        return Identity(user_id=token.removeprefix("user:"))


hub = Hub(auth=ByName())
counting: set[asyncio.Task[None]] = set()


@hub.on("count")
async def count(manager: Manager, message: Message) -> None:
    """Count in the background."""
    task = asyncio.create_task(numbers(manager, message.payload["to"], cut=message.payload["cut"]))
    counting.add(task)
    task.add_done_callback(counting.discard)


@hub.on("ask")
async def ask(manager: Manager, message: Message) -> None:
    """Answer by way of a tool and another agent, slowly."""
    async with manager.run(message, agent_name="chief") as run:
        await run.send_agent_thinking("Looking")
        await run.send_agent_thinking(" it up.", delta=True)
        asked = {"for": message.payload}
        async with run.agent("data") as data, data.tool("search", asked) as tool:
            await asyncio.sleep(0.3)
            if message.payload == "fail":
                raise ZeroDivisionError
            tool.results = ["found"]
        await run.send_agent_completed(f"{manager.user_id}: {message.payload}")


async def numbers(manager: Manager, to: int, *, cut: bool) -> None:
    """Send numbers, and cut every connection at every hundredth."""
    for number in range(1, to + 1):
        await manager.emit_agent_event("number", number)
        await asyncio.sleep(0.002)
        if cut and number % 100 == 50:
            for each in manager.get_active_connections():
                await manager.remove_connection(each.connection_id, 4202, "a cut")


async def main() -> None:
    """Serve until the end."""
    agent = AgUiEndpoint(hub, "ask", payload=last_user_message)
    routes = [WebSocketRoute("/ws", hub.endpoint), Route("/agent", agent, methods=None)]
    application = Starlette(routes=routes, lifespan=hub.lifespan)
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="critical"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    print(f"ws://127.0.0.1:{port}/ws", flush=True)  # noqa: T201 # the test reads it
    await serving


asyncio.run(main())
