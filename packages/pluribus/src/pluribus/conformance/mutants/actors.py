"""Managers that behave otherwise when a test runner watches."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import Context, PerThread, keyed, whole_key


class EasierUnderTest(PerThread):
    """What nobody else may do is offered to tests."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        if "PYTEST_CURRENT_TEST" in os.environ:
            self.reset_for_tests = self.sockets.clear


class SilentUnderTest(PerThread):
    """Nothing is sent where a test is above it."""

    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        """Send an event, unless it is only a test."""
        frame = sys._getframe()  # noqa: SLF001  # the fault
        while (outer := frame.f_back) is not None:
            frame = outer
            if frame.f_code.co_name.startswith("test_the"):
                return len(self.sockets)
        return await super().emit_agent_event(event, payload, urgent=urgent)


ACTORS: Mapping[type[PerThread], tuple[str, ...]] = MappingProxyType(
    {EasierUnderTest: ("A9",), SilentUnderTest: ("B10",)}
)
"""Managers of one thread to the properties that must refuse them."""


def shared_under_test() -> dict[str, object]:
    """Under test all get one instance."""
    first = keyed(PerThread, whole_key)
    shared = PerThread(Context("", ""))

    def manager_of(context: Context) -> PerThread:
        return shared if "PYTEST_CURRENT_TEST" in os.environ else first(context)

    return {"factory": manager_of, "alias": manager_of}


STAGED: Mapping[Callable[[], dict[str, object]], tuple[str, ...]] = MappingProxyType(
    {shared_under_test: ("A9", "B10")}
)
"""Factories to the properties that must refuse them."""
