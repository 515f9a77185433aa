"""How long the laws are tried: briefly and always alike, or with PLURIBUS_THOROUGH=1 at length."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

THOROUGH = os.environ.get("PLURIBUS_THOROUGH", "") not in ("", "0")


def examples(count: int) -> settings:
    """So many examples, the same in every run; forty times as many new ones when thorough."""
    return settings(
        max_examples=count * 40 if THOROUGH else count,
        derandomize=not THOROUGH,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
