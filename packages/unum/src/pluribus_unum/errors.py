"""Every exception that is raised on purpose."""

from __future__ import annotations


class UnumError(Exception):
    """Something that the caller can do something about.

    Args:
        message: What is wrong, with the value.
        hint: What to do about it.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message}\n\nhint: {hint}" if hint else message)
        self.message = message
        self.hint = hint


class NoUser(UnumError, ValueError):
    """A context without a user: there is no default one."""


class NoHub(UnumError, RuntimeError):
    """There is no hub here."""


class Refused(UnumError):
    """A connection that is not taken.

    Args:
        message: Why, for people.
        code: The WebSocket close code.
        status: The HTTP status, where no WebSocket has been accepted yet.
    """

    def __init__(self, message: str, *, code: int, status: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.status = status


class EventRefused(UnumError, ValueError):
    """An event that cannot be sent: it is too big, is no JSON, or its name is reserved."""


class RunOver(UnumError, RuntimeError):
    """An event of a run that has ended, or in an order that no client could follow."""


class BrokerDown(UnumError, ConnectionError):
    """The broker does not answer: the event was not sent."""


class HubClosed(UnumError, RuntimeError):
    """The hub is shut down."""


class Closed(UnumError, ConnectionError):
    """A client has ended for good.

    Args:
        code: The close code; 1000 where the client itself has ended it.
    """

    def __init__(self, code: int, *, hint: str = "") -> None:
        super().__init__(f"the connection has ended with {code}", hint=hint)
        self.code = code


class NotHandled(UnumError, RuntimeError):
    """A message of a client that was not handled, or of which nobody knows.

    Args:
        code: What the server said, such as `failed` or `unknown_type`.
    """

    def __init__(self, code: str, *, hint: str = "") -> None:
        super().__init__(f"the message was not handled: {code}", hint=hint)
        self.code = code
