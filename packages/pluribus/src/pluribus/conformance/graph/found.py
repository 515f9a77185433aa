"""What a walk over the object graphs of several users found: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a shared object is, worst first."""

    LEAK = "leak"
    """Holds data of one user, and another reaches it."""
    SHAREDWRITE = "sharedwrite"
    """Written by what one user did, and another reaches it; no user's data was found in it."""
    REBOUND = "rebound"
    """A class attribute or module global that was bound anew by what one user did."""
    PARTITIONED = "partitioned"
    """A registry: every key belongs to one user, and what is under it to nobody else."""
    INFRA = "infra"
    """A lock, a logger, a loop, or what the contract allows; not looked into."""
    LATENT = "latent"
    """Could be written, and was not."""

    @property
    def is_finding(self) -> bool:
        return self in (Kind.LEAK, Kind.SHAREDWRITE, Kind.REBOUND)


@dataclass(frozen=True)
class Held:
    """Where, from the shared object on, the data of a user is: `""` is the object itself."""

    user: str
    path: str
    is_object: bool = False
    """Whether it is an object that is the user's by identity: an instance, a socket; else it is
    text or a number of theirs."""


@dataclass(frozen=True)
class Shared:
    """One object (or one name) that two users reach."""

    kind: Kind
    what: str
    """The type of the object, or of the value that a name was bound to last."""
    users: tuple[str, str]
    paths: tuple[str, str]
    """How each of the two gets there, like `ann -class shop.hub.Hub-> ._conns['c1']`."""
    writers: tuple[str, ...] = ()
    """Whose operations wrote it."""
    canaries: tuple[Held, ...] = ()
    defined: str | None = None
    """`shop/hub.py:12`, where what holds it is defined; `None` when no source says so."""
    source: tuple[str, int] | None = None
    """The same as a file of this machine and a line."""
    is_of_code: bool = False
    """Whether one gets there by code: a class attribute, a global, a default, a closure; else all
    of the way is data that instances hold."""
    is_of_library: bool = False
    """Whether it is inside an object of a library, where nobody of the project put it."""
    is_local: bool = False
    """Whether it is in a context variable or a thread-local: whoever is in another task or thread
    does not see it."""
    is_keyed: bool = False
    """Whether each key of it belongs to one user, and it is no registry nevertheless."""
    is_weak: bool = False
    """One of the paths, or the way to each mark of a user, goes through a weak reference."""
    allowed_by: str | None = None
    """The entry of `allow_shared` that it is allowed by."""


@dataclass(frozen=True)
class Overlap:
    """All that the users share, and how far that could be seen."""

    shared: tuple[Shared, ...]
    """Worst first, then by path."""
    notes: tuple[str, ...]
    """What was shared and could not be looked into, and what was cut short."""
    unused: tuple[str, ...]
    """Entries of `allow_shared` that matched nothing."""
    objects: int
    """How many objects were walked, in the largest walk."""

    @property
    def findings(self) -> tuple[Shared, ...]:
        return tuple(each for each in self.shared if each.kind.is_finding)

    def of(self, kind: Kind) -> tuple[Shared, ...]:
        return tuple(each for each in self.shared if each.kind is kind)
