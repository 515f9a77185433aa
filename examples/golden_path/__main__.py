"""Serve it: `python -m examples.golden_path [PORT]`."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress

import uvicorn

from examples.golden_path.app import application
from examples.golden_path.front import NODES, on_nodes
from tests.unum.brokers.servers import valkey_program


async def on_several(port: int) -> None:
    """Serve it on nodes that can be killed, until somebody ends it."""
    main = asyncio.current_task()
    assert main is not None
    # What it has started must not outlive it.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, main.cancel)
    async with on_nodes(port=port) as front:
        say(f"http://127.0.0.1:{front.port}/ on {NODES} nodes and Valkey (Ctrl-C ends it)")
        await asyncio.Event().wait()


def say(text: str) -> None:
    """Tell who started it."""
    print(text, flush=True)  # noqa: T201 # a program for people


if __name__ == "__main__":
    chosen = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    if valkey_program() is None:
        say("One node, which cannot be killed: there is no valkey-server or redis-server here.")
        say(f"http://127.0.0.1:{chosen}/ (Ctrl-C ends it)")
        uvicorn.run(application(), host="127.0.0.1", port=chosen, log_level="warning")
    else:
        with suppress(KeyboardInterrupt, asyncio.CancelledError):
            asyncio.run(on_several(chosen))
