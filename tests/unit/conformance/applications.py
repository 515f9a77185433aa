"""ASGI applications with a manager of their own, each in one of the ways that are met."""

from __future__ import annotations

import asyncio
import json

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


class Rooms:
    """Sockets by user, several each, in their order."""

    def __init__(self) -> None:
        self.users: dict[str, dict[WebSocket, None]] = {}

    async def connect(self, websocket: WebSocket, user_id: str) -> None:
        self.users.setdefault(user_id, {})[websocket] = None

    def disconnect(self, websocket: WebSocket, user_id: str) -> None:
        self.users.get(user_id, {}).pop(websocket, None)

    async def emit_event(self, user_id: str, payload: dict[str, object]) -> None:
        sends = (each.send_text(json.dumps(payload)) for each in self.users.get(user_id, ()))
        await asyncio.gather(*sends, return_exceptions=True)

    async def broadcast(self, message: dict[str, object]) -> None:
        await asyncio.gather(*(self.emit_event(each, message) for each in list(self.users)))


class FragileRooms(Rooms):
    """Sends to one after the other, and the first that fails keeps the event from all others."""

    async def emit_event(self, user_id: str, payload: dict[str, object]) -> None:
        for each in list(self.users.get(user_id, ())):
            await each.send_text(json.dumps(payload))

    async def broadcast(self, message: dict[str, object]) -> None:
        for each in list(self.users):
            await self.emit_event(each, message)


async def _listen(rooms: Rooms, websocket: WebSocket, user: str) -> None:
    await rooms.connect(websocket, user)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        rooms.disconnect(websocket, user)


LISTENING = Rooms()
FRAGILE = FragileRooms()
PUSHING = Rooms()
ASKING = Rooms()


async def _listening(websocket: WebSocket) -> None:
    """Takes the user from the path, and notices when the client leaves."""
    await websocket.accept()
    await _listen(LISTENING, websocket, websocket.path_params["user"])


async def _fragile(websocket: WebSocket) -> None:
    await websocket.accept()
    await _listen(FRAGILE, websocket, websocket.path_params["user"])


async def _pushing(websocket: WebSocket) -> None:
    """Never listens, and so never notices."""
    await websocket.accept()
    await PUSHING.connect(websocket, websocket.path_params["user"])
    await asyncio.get_running_loop().create_future()


async def _asking(websocket: WebSocket) -> None:
    """Accepts, and adds nobody before they have said who they are."""
    await websocket.accept()
    told = json.loads(await websocket.receive_text())
    if told.get("type") != "auth" or websocket.headers.get("x-key") != "secret":
        await websocket.close(4001, "who are you?")
        return
    await _listen(ASKING, websocket, told["user"])


async def _refusing(websocket: WebSocket) -> None:
    await websocket.close(1008)


APP = Starlette(
    routes=[
        WebSocketRoute("/listening/{user}", _listening),
        WebSocketRoute("/fragile/{user}", _fragile),
        WebSocketRoute("/pushing/{user}", _pushing),
        WebSocketRoute("/asking", _asking),
        WebSocketRoute("/refusing", _refusing),
    ]
)
