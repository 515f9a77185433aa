"""Managers that share by design; loaded anew for each test, as the toy application is."""

from __future__ import annotations

import enum
import functools
import logging
import threading
from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType

from tests.unit.conformance.graph.toy import Own


class Mode(enum.Enum):
    FAST = "fast"
    SAFE = "safe"


@dataclass(frozen=True)
class Settings:
    limit: int = 10
    names: tuple[str, ...] = ("started", "completed")


LOG = logging.getLogger("toy")
LOCK = threading.Lock()
SETTINGS = Settings()
LIMITS = MappingProxyType({"fast": 1})


class Tools(Own):
    """Shares a logger, a lock, an enum and settings that never change."""

    log = LOG
    lock = LOCK

    def __init__(self, user: str) -> None:
        super().__init__(user)
        self.mode = Mode.FAST
        self.settings = SETTINGS

    def add(self, connection: str, line: str) -> None:
        with LOCK:
            LOG.debug("%d of %d", LIMITS["fast"], self.settings.limit)
            self.lines.append(line)


class Keyed(Own):
    """In a registry that is keyed by user, and leads from each to its own manager alone."""

    registry: dict[str, Keyed] = {}

    def __init__(self, user: str) -> None:
        super().__init__(user)
        self.registry[user] = self


BY_USER: dict[tuple[str, str], list[str]] = {}


class NamesRegistry(Own):
    """Its methods name a registry that is keyed by user and connection."""

    def add(self, connection: str, line: str) -> None:
        BY_USER.setdefault((self.user, connection), []).append(line)

    def mine(self) -> list[str]:
        return [
            line for (user, _), lines in BY_USER.items() if user == self.user for line in lines
        ]


@functools.lru_cache
def _lines_of(user: str) -> list[str]:
    return []


class MemoByUser(Own):
    """Each user has a list of its own, remembered by name."""

    def add(self, connection: str, line: str) -> None:
        _lines_of(self.user).append(line)


DEFAULTING: defaultdict[str, list[str]] = defaultdict(list)


class Defaulting(Own):
    """In a registry that is empty before anyone has operated."""

    def add(self, connection: str, line: str) -> None:
        DEFAULTING[self.user].append(line)
