"""Connections to the database: a name like a rival's, and another role."""

from __future__ import annotations


class DatabaseConnectionManager:
    """Lends connections and takes them back."""

    def __init__(self, url: str, size: int) -> None:
        self.url = url
        self._free = list(range(size))

    def acquire(self) -> int:
        return self._free.pop()

    def release(self, connection: int) -> None:
        self._free.append(connection)
