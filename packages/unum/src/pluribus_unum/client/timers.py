"""Times at which something is to be done, by name."""

from __future__ import annotations

from collections.abc import Iterator


class Timers:
    """At most one a name; they go off when they are asked."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    @property
    def due(self) -> float | None:
        """When the first goes off; None when there is none."""
        return min(self._at.values(), default=None)

    def set(self, name: str, at: float) -> None:
        """Let one go off then, and not when it was to before."""
        self._at[name] = at

    def default(self, name: str, at: float) -> None:
        """Let one go off then, unless it is set already."""
        self._at.setdefault(name, at)

    def stop(self, name: str) -> None:
        """Let one not go off."""
        self._at.pop(name, None)

    def clear(self) -> None:
        """Let none go off."""
        self._at.clear()

    def gone_off(self, now: float) -> Iterator[str]:
        """Those that are due, the first first; what happens meanwhile counts."""
        while self._at:
            name = min(self._at, key=self._at.__getitem__)
            if self._at[name] > now:
                return
            del self._at[name]
            yield name
