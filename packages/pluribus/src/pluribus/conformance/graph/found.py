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
