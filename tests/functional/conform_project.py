"""A code base with a connection manager, for `pluribus conform`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.functional.cli_project import Project

MANAGER = """\
import asyncio


class ConnectionManager:
    def __init__(self):
        self.active = []

    async def connect(self, websocket):
        await websocket.accept()
        self.active.append(websocket)

    def disconnect(self, websocket):
        if websocket in self.active:
            self.active.remove(websocket)

    async def broadcast(self, message: str):
        sockets = list(self.active)
        sends = (self.send(socket, message) for socket in sockets)
        await asyncio.gather(*sends)

    async def send(self, socket, message):
        try:
            await socket.send_text(message)
        except (OSError, RuntimeError):
            self.disconnect(socket)
"""
CONTRACT = '[concepts.chat]\nowner = "app.chat:ConnectionManager"\n\n[concepts.chat.conform]\n'
QUICK = "arrival-s = 0.1\ntimeout-s = 1\n"


def project(root: Path, *, manager: str = MANAGER, more: str = QUICK) -> Project:
    return Project.made(
        root,
        {"pluribus.toml": CONTRACT + more, "app/__init__.py": "", "app/chat.py": manager},
    )


def verdicts(done: Any) -> Mapping[str, Mapping[str, Any]]:
    (concept,) = json.loads(done.stdout)["concepts"]
    return {each["property"]: each for each in concept["verdicts"]}
