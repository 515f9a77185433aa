"""One of the nodes of the demo: `python -m examples.golden_path.node URL SECRET PAUSE_S`."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from bench.told import obey
from examples.golden_path.app import agents, pull_the_plug
from pluribus_unum import Limits
from pluribus_unum.brokers.valkey import ValkeyBroker

LIMITS = Limits(presence_s=1)
"""So that nobody waits for a minute until the run of a node that was killed is ended."""


async def main(url: str, secret: str, pause_s: float) -> None:
    """Serve the sockets of users, and do what the front says, until it goes."""
    hub = agents(secret, pause_s=pause_s, broker=ValkeyBroker(url, limits=LIMITS), limits=LIMITS)
    listener = socket.create_server(("127.0.0.1", 0))

    async def answer(asked: dict[str, Any]) -> dict[str, Any]:
        user = asked.get("user", "")
        if asked["do"] == "plug":
            await pull_the_plug(hub, user)
        return {"port": listener.getsockname()[1], "serves": bool(hub.connected.of(user))}

    application = Starlette(routes=[WebSocketRoute("/ws", hub.endpoint)], lifespan=hub.lifespan)
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    await obey(answer)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
