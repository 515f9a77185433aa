"""Django Channels with its layer in memory: a group for each user."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import django
from django.conf import settings
from starlette.applications import Starlette
from starlette.routing import Mount

from bench.hub.peers.base import Peer, serve_asgi, text, user_of


class _Channels:
    def __init__(self) -> None:
        settings.configure(
            CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
        )
        django.setup()
        self._there: set[int] = set()
        self._layer: Any = None

    async def serve(self, listener: socket.socket) -> None:
        # Only now there are settings for it to read.
        from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: PLC0415
        from channels.layers import get_channel_layer  # noqa: PLC0415

        self._layer = get_channel_layer()
        there = self._there

        class Consumer(AsyncWebsocketConsumer):
            async def connect(self) -> None:
                self.user = user_of(self.scope["query_string"])
                await self.channel_layer.group_add(f"user-{self.user}", self.channel_name)
                await self.accept()
                there.add(self.user)

            async def disconnect(self, code: int) -> None:
                there.discard(self.user)

            async def event(self, message: dict[str, Any]) -> None:
                await self.send(text_data=message["text"])

        await serve_asgi(Starlette(routes=[Mount("/", Consumer.as_asgi())]), listener)

    def connected(self) -> int:
        return len(self._there)

    async def send(self, users: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        for user, held in zip(users, values, strict=True):
            message = {"type": "event", "text": text(held)}
            await self._layer.group_send(f"user-{user}", message)


def make() -> Peer:
    """A server that is not running yet."""
    return _Channels()
