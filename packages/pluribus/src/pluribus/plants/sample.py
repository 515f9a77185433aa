"""What a plant puts into a code base, before anyone says where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from pluribus.plants.ground import Ground

MARK = "# planted"
"""Stands at the end of each line at which the rule must report a violation."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a file that is there."""

    path: str
    line: int
    """Which line is meant, as the file is now, from 1."""
    before: str = ""
    """Lines that go before it."""
    instead: str | None = None
    """What the whole line becomes; None to leave it."""
    suffix: str = ""
    """What is put at its end."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One violation of a rule, or one near miss.

    Texts name each other as `PLANTED.local`, which becomes the dotted path of the module that was
    made of `texts["local"]`.
    """

    name: str
    """In a few words, what kind of violation or near miss it is."""
    texts: Mapping[str, str] = {}
    """New modules by local name."""
    edits: tuple[Edit, ...] = ()
    factories: tuple[str, ...] = ()
    """What is declared as a factory beside those of the contract, as `PLANTED.local:name`."""
    events: tuple[str, ...] = ()
    """What is declared as an event beside those of the contract."""
    methods: tuple[str, ...] = ()
    """What is declared as a method of the interface beside those of the contract."""
    also: frozenset[str] = frozenset()
    """Other rules that are rightly violated by the same files."""
    alone: str = ""
    """Samples of one concept with the same word here spoil each other and are judged apart."""


Samples = Callable[[Ground], Iterator[Sample]]
Obstacle = Callable[[Ground], str | None]


class Plant(msgspec.Struct, frozen=True, kw_only=True):
    """How a rule is violated on purpose, and how nearly."""

    rule: str
    obstacle: Obstacle
    """Why a contract gives nothing to plant; None when it does."""
    violations: Samples
    """The plainest first: that is the one that the self-test takes."""
    near_misses: Samples
