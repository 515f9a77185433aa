"""Who is talking, and in which thread."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UserContext:
    """Scopes all that happens on behalf of one user in one thread."""

    user_id: str
    thread_id: str
