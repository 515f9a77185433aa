"""The process of a server that is measured: `python -m bench.hub.server MODULE CORE`."""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import resource
import socket
import sys
import time
from contextlib import suppress
from typing import Any, Final

import uvloop

from bench.hub.peers.base import Peer, value
from bench.told import obey

_PAGE: Final = resource.getpagesize()


class Server:
    """Does what it is told, one thing after the other."""

    def __init__(self, peer: Peer, listener: socket.socket) -> None:
        self._peer = peer
        self._port: int = listener.getsockname()[1]
        self._number = 0

    async def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Do one thing.

        Raises:
            ValueError: it is none of those.
        """
        match asked.pop("do"):
            case "state":
                gc.collect()
                return {
                    "port": self._port,
                    "connected": self._peer.connected(),
                    "cpu_s": time.process_time(),
                    "rss": _rss(),
                }
            case "round":
                await self._send(**asked)
                return {"number": self._number}
            case "rate":
                return await self._rate(**asked)
            case "emit":
                return await self._emit(**asked)
            case other:
                raise ValueError(other)

    async def _send(self, users: int, size: int) -> None:
        """One event to each."""
        self._number += 1
        held = [value(self._number, time.monotonic(), size) for _ in range(users)]
        await self._peer.send(range(users), held)

    async def _rate(self, users: int, size: int, per_s: float, seconds: float) -> dict[str, Any]:
        """So many events a second in all, to one user after the other."""
        began = time.monotonic()
        sent = 0
        due = 0
        counts = [0] * users
        while due < per_s * seconds:
            due = min(int((time.monotonic() - began) * per_s), int(per_s * seconds))
            while sent < due:
                user = sent % users
                counts[user] += 1
                held = value(counts[user], time.monotonic(), size)
                await self._peer.send([user], [held])
                sent += 1
            await asyncio.sleep(0.001)
        self._number = max(counts)
        return {"sent": sent, "took_s": time.monotonic() - began}

    async def _emit(self, users: int, size: int, rounds: int) -> dict[str, Any]:
        """How long the call alone takes, to users who are there."""
        took_s = []
        for _ in range(rounds):
            self._number += 1
            held = [value(self._number, time.monotonic(), size) for _ in range(users)]
            began = time.perf_counter()
            await self._peer.send(range(users), held)
            took_s.append((time.perf_counter() - began) / users)
            await asyncio.sleep(0.05)
        return {"took_s": took_s}


def _rss() -> int:
    """Bytes that are resident now."""
    with open("/proc/self/statm", encoding="ascii") as found:
        return int(found.read().split()[1]) * _PAGE


async def _main(module: str) -> None:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(4096)
    listener.settimeout(0)
    peer: Peer = importlib.import_module(f"bench.hub.peers.{module}").make()
    serving = asyncio.create_task(peer.serve(listener))
    server = Server(peer, listener)
    await obey(server.answer)
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[2])})
    uvloop.run(_main(sys.argv[1]))
