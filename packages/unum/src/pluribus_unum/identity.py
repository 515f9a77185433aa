"""Whose events: what is asked of a context, and the key that separates users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable
from uuid import UUID

from pluribus_unum.errors import NoUser


@runtime_checkable
class UserContext(Protocol):
    """Who is asking. `thread_id` and `run_id` are looked for, and need not be there."""

    @property
    def user_id(self) -> str:
        """The user; never empty."""


class Bearer(Protocol):
    """Somebody who was let in, and by what: by this it can be revoked."""

    @property
    def user_id(self) -> str:
        """The user."""

    @property
    def session_id(self) -> str | None:
        """The session of the token; None where it has none."""

    @property
    def issued_at(self) -> float | None:
        """When the token was issued, in seconds since 1970; None where it does not say."""

    @property
    def expires_at(self) -> float | None:
        """When they must have said anew who they are, in seconds since 1970; None for never."""


IsolationKey = Callable[[UserContext], str]
"""What separates one stream from another; by default the user."""


def user_of(context: UserContext) -> str:
    """The user of a context.

    Raises:
        NoUser: there is none, or it is no text with anything in it, or text that cannot be
            written. There is no default user.
    """
    user = getattr(context, "user_id", None)
    if not isinstance(user, str) or not user.strip():
        # What it is is not repeated: it may be anything, and errors are logged.
        raise NoUser(
            f"`user_id` must be text that is not empty, and is {type(user).__name__}",
            hint="authenticate first; an unknown user has no manager",
        )
    if not user.isascii() and any("\ud800" <= each <= "\udfff" for each in user):
        raise NoUser(
            "`user_id` holds half of a character, which nothing that is sent can hold",
            hint="it was cut in the middle, or read from bytes that were no UTF-8",
        )
    return user


def key_of(isolation_key: IsolationKey, context: UserContext) -> str:
    """The isolation key of a context.

    Raises:
        NoUser: it is no text with anything in it. To have none would be to be everybody.
    """
    key: object = isolation_key(context)
    if not isinstance(key, str) or not key.strip():
        raise NoUser(
            f"the isolation key must be text that is not empty, and is {type(key).__name__}",
            hint="let `Hub(key=...)` give one for every context that may be asked with",
        )
    return key


def label(context: object, name: str) -> str | None:
    """The thread or the run of a context; None where it has none. Numbers and UUIDs, as databases
    have them, are taken for their text."""
    return as_label(getattr(context, name, None))


def as_label(found: object) -> str | None:
    """The name of a thread or a run as text; None for what is none."""
    if found is None:
        return None
    if isinstance(found, str):
        return found or None
    return str(found) if isinstance(found, UUID) or type(found) is int else None
