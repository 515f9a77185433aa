"""One command that was sent to a store: for whom, with which keys, and what was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pluribus.conformance.stores.acting import Acting

Layout = Callable[[Sequence[str]], Iterable[int]]
"""The words of a command to the places of its keys among them, where they are fixed."""

LISTING: Final = frozenset({"KEYS", "SCAN", "RANDOMKEY", "PUBSUB"})
"""Commands whose answer names keys or channels."""
_CHANNELS: Final = {
    "PUBLISH": 1,
    "SPUBLISH": 1,
    "SUBSCRIBE": None,
    "PSUBSCRIBE": None,
    "SSUBSCRIBE": None,
    "UNSUBSCRIBE": None,
    "PUNSUBSCRIBE": None,
    "SUNSUBSCRIBE": None,
}
"""Commands that name channels, to how many of their arguments do; None for all."""
_COUNTED: Final = {
    "EVAL": 2,
    "EVALSHA": 2,
    "EVAL_RO": 2,
    "EVALSHA_RO": 2,
    "FCALL": 2,
    "FCALL_RO": 2,
    "LMPOP": 1,
    "ZMPOP": 1,
    "BLMPOP": 2,
    "BZMPOP": 2,
    "SINTERCARD": 1,
    "ZINTERCARD": 1,
    "ZUNION": 1,
    "ZINTER": 1,
    "ZDIFF": 1,
    "ZUNIONSTORE": 2,
    "ZINTERSTORE": 2,
    "ZDIFFSTORE": 2,
}
"""Commands that say how many keys follow, to the place where they say it."""
_ALL_BUT_THE_LAST: Final = frozenset({"BLPOP", "BRPOP", "BZPOPMIN", "BZPOPMAX"})
_STREAMS: Final = frozenset({"XREAD", "XREADGROUP"})


@dataclass
class Command:
    """A command, as the store got it."""

    words: tuple[str, ...]
    by: Acting | None
    """For whom; None where it is not certain."""
    keys: tuple[str, ...] = ()
    """The keys and channels that it names."""
    replies: list[object] = field(default_factory=list)
    lost: list[tuple[str, str, str]] = field(default_factory=list)
    """Of each key that it changed: the key, and what it held before and after, as text."""
    is_queued: bool = False
    """Whether it waits for the end of a transaction, which then has its answer."""

    @property
    def name(self) -> str:
        """Of the command, in capitals."""
        return self.words[0].upper()

    @property
    def told(self) -> list[str]:
        """What was answered, flat and as text."""
        return [each for reply in self.replies for each in flat(reply)]

    def __str__(self) -> str:
        return " ".join(self.words)


def text(value: object) -> str:
    """What a store holds or says as text; bytes that are none are shown as escapes."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "backslashreplace")
    return str(value)


def flat(value: object) -> Iterator[str]:
    """The texts in an answer, however deep."""
    match value:
        case None | Exception():
            return
        case dict():
            for key, item in value.items():
                yield from flat(key)
                yield from flat(item)
        case list() | tuple() | set() | frozenset():
            for item in value:
                yield from flat(item)
        case _:
            yield text(value)


def keys_of(words: Sequence[str], layout: Layout) -> tuple[str, ...]:
    """The keys and channels that a command names."""
    name = words[0].upper()
    if name in _CHANNELS:
        last = _CHANNELS[name]
        return tuple(words[1:] if last is None else words[1 : last + 1])
    if name in _COUNTED:
        place = _COUNTED[name]
        # Of those that store, the key that is written stands before the count.
        written = words[1:2] if name.endswith("STORE") else []
        return (*written, *_following(words, place))
    if name in _ALL_BUT_THE_LAST:
        return tuple(words[1:-1])
    if name in _STREAMS:
        return tuple(_streams(words))
    return tuple(words[place] for place in layout(words) if place < len(words))


def _streams(words: Sequence[str]) -> Sequence[str]:
    upper = [each.upper() for each in words]
    if "STREAMS" not in upper:
        return ()
    named = words[upper.index("STREAMS") + 1 :]
    return named[: len(named) // 2]


def _following(words: Sequence[str], place: int) -> Sequence[str]:
    try:
        count = int(words[place])
    except (IndexError, ValueError):
        return ()
    return words[place + 1 : place + 1 + count]
