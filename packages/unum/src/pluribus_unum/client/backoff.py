"""When to come back, and whether: by the close code and by how often it has failed.

The same as `clients/typescript/src/backoff.ts`; `tests/unum/client/cases.json` holds both to it.
"""

from __future__ import annotations

from typing import Final

_FIRST_S: Final = 0.5
_MOST_S: Final = 30.0


def is_final(code: int) -> bool:
    """Whether coming back would change nothing."""
    return 4000 <= code < 4100 and code != 4001


def needs_token(code: int) -> bool:
    """Whether a new token is needed before the next try."""
    return code in (4001, 4204)


def delay_s(code: int, failures: int, chance: float) -> float:
    """Seconds to wait: next to none at first, and where the server says at once; then a random
    part of twice as long each time, so that not everybody comes at the same moment.

    Args:
        code: Of the connection that has ended.
        failures: How many in a row ended before they were welcomed.
        chance: Between 0 and 1.
    """
    if failures == 0:
        most = _FIRST_S if code >= 4200 else _FIRST_S / 2
    else:
        most = min(_MOST_S, _FIRST_S * 2 ** min(failures, 10))
    return chance * most + (1.0 if 4100 <= code < 4200 else 0.0)
