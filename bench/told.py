"""A process that does what it is told, by lines of JSON on its input, and answers each by one."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

_LONGEST: Final = 1 << 26
"""Of a line, in bytes."""


class EndedError(Exception):
    """The process ended without an answer."""


class Told:
    """The near end of such a process."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.process = process

    async def ask(self, do: str, **given: Any) -> dict[str, Any]:
        """Have something done.

        Raises:
            EndedError: there is no answer, because the process is gone.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps({"do": do, **given}).encode() + b"\n")
            line = await self.process.stdout.readline()
        except ConnectionError as error:
            raise EndedError(f"{self.name} ended") from error
        if not line:
            raise EndedError(f"{self.name} ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def told(name: str, module: str, *arguments: str) -> AsyncIterator[Told]:
    """Start `python -m MODULE ARGUMENTS`, and kill it in the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # What this process can import, that one can.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        limit=_LONGEST,
    )
    try:
        yield Told(name, process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def obey(answer: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]) -> None:
    """The far end: one thing after the other, until there is no more to do."""
    reader = asyncio.StreamReader(limit=_LONGEST)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        print(json.dumps(await answer(json.loads(line))), flush=True)
