"""Whose tokens are worth nothing any more, though they have not expired."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pluribus_unum.errors import UnumError
from pluribus_unum.identity import Bearer
from pluribus_unum.limits import Limits


class Revocation(NamedTuple):
    """Of a session, of a user, or of one session of one user."""

    user_id: str | None
    session_id: str | None
    at: float
    """Seconds since 1970. Tokens of the user that were issued later are good."""


class Revocations:
    """All that are in force, each as long as the longest token lives.

    They are only ever added to, and the later of two is the one that counts: so tables of several
    nodes can be put together in any order, and however often.
    """

    def __init__(self, limits: Limits, wall: Callable[[], float]) -> None:
        self._limits = limits
        self._wall = wall
        self._at: dict[tuple[str | None, str | None], float] = {}

    def __len__(self) -> int:
        return len(self._at)

    def must_have_room(self) -> None:
        """Rather refuse a new one than forget an old one.

        Raises:
            UnumError: there are too many.
        """
        if len(self._at) >= self._limits.revocations:
            self.sweep()
        if len(self._at) >= self._limits.revocations:
            raise UnumError(
                f"{len(self._at)} revocations are in force, and that is the most",
                hint="raise `Limits.revocations`, or let tokens live shorter",
            )

    def take(self, found: Revocation) -> bool:
        """Take one in; whether it says anything new."""
        who = (found.user_id, found.session_id)
        is_new = found.at > self._at.get(who, self._oldest())
        if is_new:
            self._at[who] = found.at
        return is_new

    def covers(self, bearer: Bearer) -> bool:
        """Whether the token by which somebody was let in is revoked. One that does not say when
        it was issued may be an old one, and so counts as one."""
        if not self._at:
            return False
        user, session = bearer.user_id, bearer.session_id
        at = self._at.get((user, None))
        if at is not None and (bearer.issued_at is None or bearer.issued_at <= at):
            return True
        if session is None:
            return False
        return (None, session) in self._at or (user, session) in self._at

    def missing_from(self, others: Sequence[Revocation]) -> list[Revocation]:
        """Those that are here and not there, or there with an earlier time."""
        there = {(each.user_id, each.session_id): each.at for each in others}
        oldest = self._oldest()
        return [
            Revocation(*who, at) for who, at in self._at.items() if at > there.get(who, oldest)
        ]

    def sweep(self) -> None:
        """Forget those that no token can outlive."""
        oldest = self._oldest()
        for who in [who for who, at in self._at.items() if at <= oldest]:
            del self._at[who]

    def _oldest(self) -> float:
        return self._wall() - self._limits.revocation_s
