"""How far the findings of each rule can be mended by a machine."""

from __future__ import annotations

from typing import Final, Literal

Applicability = Literal["safe", "unsafe", "person"]
"""`safe`: the code means the same afterwards, which is proven for each edit. `unsafe`: it can be
written down, but not proven. `person`: it needs a decision."""

BY_RULE: Final[dict[str, Applicability]] = {
    "dual-import": "safe",
    "legacy-import": "safe",
    "fragmented-path": "safe",
    "legacy-string": "safe",
    "unresolved-import": "unsafe",
    "facade": "unsafe",
}
"""The best that `pluribus fix` can do for a rule; all others are a person's work. A single finding
may still be left to a person: `fix` says which, and why."""


def applicability(rule: str) -> Applicability:
    """The best that can be done by a machine about findings of a rule."""
    return BY_RULE.get(rule, "person")
