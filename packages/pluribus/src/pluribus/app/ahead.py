"""Work that goes on in another thread until its outcome is needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """The outcome of a call that was begun ahead of time.

    Worth it for work that does not hold the interpreter, such as walking a tree. Nobody waits for
    it when the program ends.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._returned: list[T] = []
        self._raised: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._returned.append(self._work())
        except BaseException as error:  # noqa: BLE001 # it is raised where it is asked for
            self._raised = error

    def outcome(self) -> T:
        """Wait for the call to end, and return or raise what it did."""
        self._thread.join()
        if self._raised is not None:
            raise self._raised
        return self._returned[0]
