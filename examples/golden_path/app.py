"""A small agent behind unum, and the page that shows it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from pluribus_unum import Hub, Manager, Message
from pluribus_unum.auth.jwt import JWTAuth

HERE = Path(__file__).parent
CLIENT = HERE.parents[1] / "clients" / "typescript" / "dist" / "unum.min.js"
USERS = ("ann", "bob")


Told = Callable[[str], Awaitable[None]]
"""Does something about a user."""


def application(*, pause_s: float = 0.6) -> Starlette:
    """Make the demo as one node; the agent waits so long between two events."""
    secret = secrets.token_hex(32)
    hub = agents(secret, pause_s=pause_s)
    pages = page(secret, pull_the_plug=lambda user: pull_the_plug(hub, user))
    return Starlette(
        routes=[*pages, WebSocketRoute("/ws", hub.endpoint)],
        lifespan=hub.lifespan,
    )


def agents(secret: str, *, pause_s: float, **given: Any) -> Hub:
    """A hub on which an agent answers; `given` is handed to it."""
    hub = Hub(auth=JWTAuth(secret, algorithms=["HS256"]), **given)
    working: set[asyncio.Task[None]] = set()

    @hub.on("ask")
    async def ask(manager: Manager, message: Message) -> None:
        task = asyncio.create_task(answer(manager, message, pause_s))
        working.add(task)
        task.add_done_callback(working.discard)

    return hub


async def pull_the_plug(hub: Hub, user: str) -> None:
    """End the connections of a user as a broken network does."""
    for each in hub.connected.of(user):
        await each.close(4202, "somebody pulled the plug")


def page(secret: str, *, pull_the_plug: Told, kill_the_node: Told | None = None) -> list[Route]:
    """The page and what it asks for; without nodes that can be killed it says so."""

    async def token(request: Request) -> Response:
        """Anybody is who they say: it is a demo."""
        user = request.query_params.get("user", "")
        if user not in USERS:
            return JSONResponse({"error": "no such user"}, 404)
        claims = {"sub": user, "exp": time.time() + 3600}
        return JSONResponse({"token": jwt.encode(claims, secret, "HS256")})

    def about_user(does: Told) -> Callable[[Request], Awaitable[Response]]:
        async def told(request: Request) -> Response:
            user = request.query_params.get("user", "")
            if user in USERS:
                await does(user)
            return JSONResponse({})

        return told

    routes = [
        Route("/", lambda _: FileResponse(HERE / "page.html")),
        Route("/unum.js", lambda _: FileResponse(CLIENT, media_type="text/javascript")),
        Route("/token", token),
        Route("/plug", about_user(pull_the_plug), methods=["POST"]),
        Route("/nodes", lambda _: JSONResponse({"can_be_killed": kill_the_node is not None})),
    ]
    if kill_the_node is not None:
        routes.append(Route("/kill", about_user(kill_the_node), methods=["POST"]))
    return routes


async def answer(manager: Manager, message: Message, pause_s: float) -> None:
    """Work on a question, as an agent does."""
    async with manager.run(message, agent_name="supervisor") as run:
        await asyncio.sleep(pause_s)
        await run.send_agent_thinking("Who might know that? I ask the data agent.")
        await asyncio.sleep(pause_s)
        async with run.tool("search", {"query": message.payload}) as tool:
            await asyncio.sleep(pause_s)
            tool.results = [f"what is known of {message.payload!r}"]
        await asyncio.sleep(pause_s)
        await run.send_agent_completed(
            final_response=f"{manager.user_id}, here is what I found: {tool.results[0]}."
        )
