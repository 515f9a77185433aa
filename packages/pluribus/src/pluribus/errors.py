"""Every exception that pluribus raises on purpose; anything else is a bug in pluribus."""

from __future__ import annotations

from collections.abc import Sequence


class PluribusError(Exception):
    """Base class: `message` says what is wrong, `hint` what to do next."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(PluribusError):
    """What was asked on the command line cannot be done."""


class ContractError(PluribusError):
    """The contract is missing, malformed, or names things that do not exist."""


class OwnerNotFoundError(ContractError):
    """The contract names a definition that the code base does not hold."""

    def __init__(self, concept: str, owner: str, *, role: str, nearest: Sequence[str]) -> None:
        super().__init__(
            f"concept `{concept}`: {role} `{owner}` is not defined in the code base",
            hint="did you mean " + " or ".join(f"`{name}`" for name in nearest) + "?"
            if nearest
            else "write it as `package.module:Qualname`, or `package.module` for a whole module",
        )
        self.concept = concept
        self.owner = owner
        self.nearest = tuple(nearest)


class OwnerNotReadError(ContractError):
    """The contract names a definition in a file that could not be read, or not whole."""

    def __init__(self, concept: str, owner: str, *, role: str, path: str, reason: str) -> None:
        super().__init__(
            f"concept `{concept}`: {role} `{owner}` cannot be looked for: `{path}` {reason}",
            hint="mend that file, or name what can be read",
        )
        self.concept = concept
        self.owner = owner
        self.path = path
        self.reason = reason


class BaselineError(PluribusError):
    """The baseline is not there, cannot be read, or is malformed."""


class FactsError(PluribusError):
    """The source tree could not be read at all. A single bad file is a fact, not this error."""


class OutputError(PluribusError):
    """The report could not be written."""


class GitError(PluribusError):
    """git is missing, this is no repository, or it does not know the revision."""


class SubjectError(PluribusError):
    """What is to be driven cannot be: it does not import, or its process ended."""
