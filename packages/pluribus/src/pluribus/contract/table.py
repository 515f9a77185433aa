"""What every table of a contract is."""

from __future__ import annotations

import msgspec


class Conflict(ValueError):
    """Keys that are right one by one and wrong together: `key` is the one to change."""

    def __init__(self, key: str | None, problem: str) -> None:
        super().__init__(problem)
        self.key = key
        self.problem = problem


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A table of the contract, closed: a key that is not here is a mistake."""
