"""What the project itself puts around each run: its set-up, and afterwards its tear-down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pluribus.conformance.history import described
from pluribus.conformance.making import import_of
from pluribus.conformance.recording import Recorder
from pluribus.errors import ContractError


@asynccontextmanager
async def surrounded(stage: Recorder) -> AsyncIterator[None]:
    """Enter what `around` of the contract gives, and leave it in the end, whatever happens.

    Raises:
        ContractError: it gives no context manager, or raises, or does not come to an end.
    """
    definition = stage.conform.around
    if definition is None:
        yield
        return
    surrounding = _Surrounding(stage, definition)
    await surrounding.enter()
    try:
        yield
    finally:
        await surrounding.leave()


class _Surrounding:
    def __init__(self, stage: Recorder, definition: str) -> None:
        self._stage = stage
        self._definition = definition
        self._manager: Any = None

    async def enter(self) -> None:
        function = self._stage.adapter.resolve(self._definition)
        if not callable(function):
            raise ContractError(f"`{self._definition}`, named by `around`, is no function")
        try:
            self._manager = function()
        except Exception as error:
            raise self._failed("before", error) from error
        kind = type(self._manager)
        if not hasattr(kind, "__aenter__") and not hasattr(kind, "__enter__"):
            raise ContractError(
                f"`{self._definition}` gives out no context manager",
                hint="decorate it with `contextlib.contextmanager` or `asynccontextmanager`",
            )
        self._note()
        await self._do("before", "enter")

    async def leave(self) -> None:
        await self._do("after", "exit", None, None, None)

    async def _do(self, when: str, what: str, *arguments: object) -> None:
        try:
            if hasattr(type(self._manager), "__aenter__"):
                async with asyncio.timeout(self._stage.conform.timeout_s):
                    await getattr(self._manager, f"__a{what}__")(*arguments)
            else:
                getattr(self._manager, f"__{what}__")(*arguments)
        except Exception as error:
            raise self._failed(when, error) from error

    def _failed(self, when: str, error: Exception) -> ContractError:
        return ContractError(
            f"`{self._definition}` raised {described(error)} {when} a run",
            hint="it is the project's own set-up; see `around`",
        )

    def _note(self) -> None:
        """Let the program of a failure begin with it."""
        history = self._stage.history
        line, name = import_of(self._definition)
        history.imports.add(line)
        is_async = hasattr(type(self._manager), "__aenter__")
        entering = "await around.__aenter__()" if is_async else "around.__enter__()"
        history.lines += [f"around = {name}()", entering]
