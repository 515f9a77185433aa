"""What of one user the commands of another's operations read, send or take away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from pluribus.conformance.stores.commands import LISTING, Command

UNUSED_KEYS: Final = "shared-keys is not needed"
"""The evidence that names an entry which allowed nothing."""
_SHORTEST: Final = 6
"""Shorter ids, which a subject may have given out itself, are found everywhere."""
_ID: Final = re.compile(r"[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,})*|\d+")


@dataclass(frozen=True)
class Owner:
    """A user, and what nothing but this user's data holds."""

    name: str
    ids: tuple[str, ...]
    secret: str
    """In all that is for this user alone."""

    def has_told(self, command: Command) -> bool:
        """Whether a command says something of this user besides its keys."""
        told = [each for each in command.words[1:] if each not in command.keys]
        return bool(_holding(told, self.marks(is_public=False)))

    def marks(self, *, is_public: bool) -> tuple[str, ...]:
        """By what this user's data is known; where ids are told to everybody, by less."""
        known = (self.secret,) if is_public else (self.secret, *self.ids)
        return tuple(each for each in known if len(each) >= _SHORTEST)


@dataclass(frozen=True)
class Mixed:
    """A command of one user's operation that has to do with another."""

    kind: str
    """`read`, `touched`, `sent` or `lost`."""
    command: Command
    owner: Owner
    key: str
    shown: str
    """What shows it: the answer, the key, or what is gone."""


class Mixing:
    """Looks for it, and knows which of the patterns that users share were needed."""

    def __init__(
        self, owners: Sequence[Owner], patterns: Sequence[str], *, is_public: bool
    ) -> None:
        self._owners = owners
        self._patterns = patterns
        self._is_public = is_public
        self._used: set[str] = set()

    @property
    def unused(self) -> list[str]:
        """Patterns that allowed nothing."""
        return [each for each in dict.fromkeys(self._patterns) if each not in self._used]

    def found(self, commands: Iterable[Command]) -> list[Mixed]:
        """All of it, in the order in which it was sent."""
        return [mixed for command in commands for mixed in self._of(command)]

    def _of(self, command: Command) -> Iterator[Mixed]:
        by = command.by
        if by is None or not by.user:
            return
        for owner in self._owners:
            if owner.name != by.user:
                yield from self._between(command, owner)

    def _between(self, command: Command, owner: Owner) -> Iterator[Mixed]:
        # Where everybody is told who comes and goes, this is done to everybody's channels.
        is_told = self._is_public and command.by is not None and command.by.role != "emit"
        foreign = [] if is_told else [each for each in command.keys if self._names(each, owner)]
        for key in foreign:
            if not self._is_allowed([key]):
                yield Mixed("touched", command, owner, key, key)
                return
        marks = owner.marks(is_public=self._is_public)
        yield from self._read(command, owner, marks)
        sent = _holding(command.words[1:], marks)
        if sent and not foreign and not self._is_allowed(command.keys):
            yield Mixed("sent", command, owner, _first(command.keys), sent)
        for key, before, after in command.lost:
            gone = next((each for each in marks if _holds(before, each)), "")
            if gone and not _holds(after, gone) and not self._is_allowed([key]):
                yield Mixed("lost", command, owner, key, before)

    def _read(self, command: Command, owner: Owner, marks: Sequence[str]) -> Iterator[Mixed]:
        if command.name in LISTING:
            told = [each for each in command.told if _holding([each], marks)]
            told = [each for each in told if not self._is_allowed([each])]
            if told:
                yield Mixed("read", command, owner, "", told[0])
        elif command.keys:
            read = _holding(command.told, marks)
            if read and not self._is_allowed(command.keys):
                yield Mixed("read", command, owner, _first(command.keys), read)

    def _names(self, key: str, owner: Owner) -> bool:
        """Whether a key is another's: one that names both is of both."""
        own = [each for each in self._owners if each.name != owner.name]
        return bool(_holding([key], owner.ids)) and not any(
            _holding([key], each.ids) for each in own
        )

    def _is_allowed(self, keys: Sequence[str]) -> bool:
        """Whether all of these keys are shared on purpose."""
        matched = [
            next((each for each in self._patterns if fnmatchcase(key, each)), None) for key in keys
        ]
        if not matched or None in matched:
            return False
        self._used.update(each for each in matched if each is not None)
        return True


def without_ids(key: str, owners: Iterable[Owner]) -> str:
    """A key without what is of one run: `user:*`."""
    for each in sorted((each for owner in owners for each in owner.ids), key=len, reverse=True):
        key = key.replace(each, "*")
    return _ID.sub("*", key)


def _first(keys: Sequence[str]) -> str:
    return keys[0] if keys else ""


def _holding(texts: Iterable[str], marks: Sequence[str]) -> str:
    """The first text that holds a mark; empty when none does."""
    return next((each for each in texts if any(_holds(each, mark) for mark in marks)), "")


def _holds(told: str, mark: str) -> bool:
    """Whether a mark is in a text; of a number not as a part of another."""
    if len(mark) < _SHORTEST:
        return False
    if not mark.isdigit():
        return mark in told
    return re.search(rf"(?<!\d){mark}(?!\d)", told) is not None
