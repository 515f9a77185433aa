"""Autobahn's cases, through the socket that unum's endpoint speaks by: `make autobahn`.

The suite wants back what it sends, which no endpoint of events does. So an application echoes, on
the same servers, and what is text by the same `AsgiSocket`; what is binary that closes, so the
rest is echoed as it is. What fails there is tried again without it: what fails alike is the
server's. The suite is of the time of Python 2.7, and needs one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import uvicorn

from pluribus_unum.asgi import AsgiSocket, Ended
from tests.unum.server import IMPLEMENTATIONS

_GOOD: Final = frozenset({"OK", "NON-STRICT", "INFORMATIONAL"})
_MOST_BYTES: Final = 20_000_000
_CASES: Final = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*")
_LONG: Final = ("9.*",)
_RUN: Final = """
import site, sys
site.addsitedir(sys.argv.pop(1))
from autobahntestsuite.wstest import run
run()
"""


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Send back whatever comes."""
    if scope["type"] != "websocket":
        return
    held: list[Any] = []

    async def handed() -> Any:
        return held.pop() if held else await receive()

    socket = AsgiSocket(scope, handed, send, most_bytes=_MOST_BYTES)
    await socket.connected()
    await socket.accept(None)
    with suppress(Ended):
        while True:
            message = await receive()
            if message["type"] == "websocket.receive" and message.get("text") is None:
                await send({"type": "websocket.send", "bytes": message["bytes"]})
                continue
            held.append(message)
            await socket.send_text(await socket.receive_text())


async def echo_plainly(scope: Any, receive: Any, send: Any) -> None:
    """Do the same with nothing of unum."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        kind = "bytes" if message.get("text") is None else "text"
        await send({"type": "websocket.send", kind: message[kind]})


async def tried(
    application: Any, implementation: Any, program: Path, suite_folder: Path, cases: list[str]
) -> dict[str, str]:
    """What came of each case, by its name."""
    config = uvicorn.Config(
        application,
        port=0,
        log_level="critical",
        lifespan="off",
        ws=implementation,
        ws_max_size=_MOST_BYTES,
        ws_per_message_deflate=False,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        said = {
            "outdir": folder,
            "servers": [{"agent": "unum", "url": f"ws://127.0.0.1:{port}"}],
            "cases": cases,
            "exclude-cases": [],
            "exclude-agent-cases": {},
        }
        spec = Path(folder, "fuzzingclient.json")
        spec.write_text(json.dumps(said))
        suite = await asyncio.create_subprocess_exec(
            program,
            *("-c", _RUN, suite_folder),
            *("-m", "fuzzingclient", "-s", spec),
            stdout=asyncio.subprocess.DEVNULL,
        )
        status = await suite.wait()
        if status:
            sys.exit(f"error: the suite left with status {status}")
        index = json.loads(Path(folder, "index.json").read_text())["unum"]
    server.should_exit = True
    await serving
    return {
        name: "OK" if {each["behavior"], each["behaviorClose"]} <= _GOOD else each["behavior"]
        for name, each in index.items()
    }


def main() -> None:
    """Try every implementation, and tell what fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.unum.autobahn", description=__doc__)
    parser.add_argument("program", type=Path, help="a Python 2.7")
    parser.add_argument("suite", type=Path, help="the folder that the suite is installed in")
    parser.add_argument("--long", action="store_true", help="with the cases of large messages")
    asked = parser.parse_args()
    cases = [*_CASES, *(_LONG if asked.long else ())]
    failed = False
    for implementation in IMPLEMENTATIONS:
        where = (implementation, asked.program, asked.suite)
        found = asyncio.run(tried(echo, *where, cases))
        bad = sorted(name for name, outcome in found.items() if outcome != "OK")
        plain = asyncio.run(tried(echo_plainly, *where, bad)) if bad else {}
        ours = [name for name in bad if plain[name] == "OK"]
        theirs = [name for name in bad if name not in ours]
        print(
            f"{implementation}: {len(found)} cases, {len(found) - len(bad)} good;"
            f" failed by unum: {' '.join(ours) or 'none'};"
            f" by the server without it, too: {' '.join(theirs) or 'none'}"
        )
        failed |= bool(ours) or not found
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
