"""Whether a thread waits for something, as the system sees it."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Final

_PATIENCE_S: Final = 0.05
"""Where the system does not tell, a thread that does nothing for so long counts as waiting."""


class Sleep:
    """Looks at one thread, again and again, until there is no doubt."""

    def __init__(self) -> None:
        self._seen: tuple[object, ...] = ()
        self._since_s = 0.0

    def is_certain(self, native_id: int | None, progress: int) -> bool:
        """Whether the thread has slept since the last look, and did nothing in between.

        A thread that only waits for its turn, on a processor or for Python's own lock, is woken in
        between, and each waking is counted.
        """
        state, wakings = _state(native_id)
        seen = (native_id, progress, state, wakings)
        is_same = seen == self._seen
        if not is_same:
            self._seen, self._since_s = seen, monotonic()
            return False
        if state == "":
            return monotonic() - self._since_s > _PATIENCE_S
        return state == "S"


def _state(native_id: int | None) -> tuple[str, str]:
    try:
        lines = Path(f"/proc/self/task/{native_id}/status").read_text().splitlines()
    except OSError:
        return "", ""
    fields = dict(line.partition(":")[::2] for line in lines)
    return fields.get("State", "").strip()[:1], fields.get("voluntary_ctxt_switches", "").strip()
