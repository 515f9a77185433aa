"""Pairs of contexts that are easily taken for one another, as a strategy of Hypothesis."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, TypeVar

from hypothesis import strategies
from hypothesis.errors import HypothesisException
from hypothesis.strategies import DrawFn, SearchStrategy

from pluribus.conformance.beside import Beside
from pluribus.contract.conform import Values

T = TypeVar("T")
Key = tuple[object, object]
"""A user and a thread."""
Recipe = Callable[[DrawFn], tuple[Key, Key]]

_SEPARATORS: Final = (" ", *":_-/|.,'\"{}=\\\t", "", "{}")
_WORDS: Final = ("lee", "wu", "x", "1", "'", "\u00e9")
_SAID: Final = ("None", "null", "0", "1", "default")
_SAME_NUMBER: Final = (("1", "01"), ("1", "1.0"), ("1", "\u0661"))
_SAME_LETTERS: Final = (
    ("\u00e9", "e\u0301"),
    ("\ufb01", "fi"),
    ("\u212b", "\u00c5"),
    ("\u00df", "ss"),
    ("\u00e9", "e"),
)
_SAID_AS: Final = (
    "{name}: {value}",
    "{name}={value}",
    "'{name}': '{value}'",
    "{name}='{value}'",
    '"{name}": "{value}"',
    "{name}:{value}",
)
"""How a context that is printed, or a record of a log, names a user."""
_LONG: Final = 300
_MANY: Final = 30
_SHORT: Final = 3
_FIELDS: Final = 3


@dataclass(frozen=True)
class Asked:
    """One context: who asks, and what stands beside the key."""

    user: object
    thread: object
    texts: tuple[tuple[Beside, str], ...] = ()
    are_first: bool = False
    """Whether they stand before the key, where there is a choice."""


@dataclass(frozen=True)
class Lookalikes:
    """Where contexts may differ, and of what their values are made."""

    values: Values
    base: str
    """What every id that is text begins with."""
    beside: Sequence[Beside] = ()
    names: Sequence[tuple[str, str]] = ()
    """Under which a user and a thread stand in a context: name and role."""
    texts: Sequence[str] = ()
    """What the code compares with."""
    patterns: Sequence[re.Pattern[str]] = ()
    """By which the code takes texts apart."""
    written: Callable[[Key], Sequence[str]] = lambda key: ()
    """A whole context as text, as Python writes it."""

    def pairs(self) -> SearchStrategy[tuple[Asked, Asked]]:
        """Two contexts, the simplest first."""
        recipes = self._recipes()

        @strategies.composite
        def pair(draw: DrawFn) -> tuple[Asked, Asked]:
            one, other = _one_of(draw, recipes)(draw)
            return self._asked(draw, one, other), self._asked(draw, other, one)

        return pair()

    def _recipes(self) -> list[Recipe]:
        if self.beside:
            # Keys that are alike have been tried without; now the fields are to mix them up.
            return [self._other_user, self._other_thread]
        kinds = (self.values.user, self.values.thread)
        recipes: list[Recipe] = [self._other_user, self._other_thread, self._equal]
        if kinds[0] == kinds[1]:
            recipes.append(self._swapped)
        if kinds == ("int", "int"):
            recipes.append(self._same_digits)
        if kinds[0] == "id":
            recipes += [self._same_start, self._same_letters, self._hardly_other]
        if kinds == ("id", "id"):
            recipes += [self._split_elsewhere] * 3
        return recipes

    def _other_user(self, draw: DrawFn) -> tuple[Key, Key]:
        thread, user = _one_of(draw, self._threads()), _one_of(draw, self._users())
        others = [each for each in self._users() if each != user]
        return (user, thread), (_one_of(draw, others), thread)

    def _other_thread(self, draw: DrawFn) -> tuple[Key, Key]:
        user, thread = _one_of(draw, self._users()), _one_of(draw, self._threads())
        others = [each for each in self._threads() if each != thread]
        return (user, thread), (user, _one_of(draw, others))

    def _equal(self, draw: DrawFn) -> tuple[Key, Key]:
        user = _one_of(draw, self._users())
        if self.values.user == "id":
            user = f"{user}{self._separator(draw)}"
        key = (user, _one_of(draw, self._threads()))
        return key, key

    def _swapped(self, draw: DrawFn) -> tuple[Key, Key]:
        user, thread = _one_of(draw, self._users()), _one_of(draw, self._threads())
        return (user, thread), (thread, user)

    def _same_digits(self, draw: DrawFn) -> tuple[Key, Key]:
        """`1, 12` and `11, 2`."""
        user, thread = _one_of(draw, self._users()), _one_of(draw, (112, 1213, 31))
        digits = str(thread)
        return (user, thread), (int(f"{user}{digits[0]}"), int(digits[1:]))

    def _same_start(self, draw: DrawFn) -> tuple[Key, Key]:
        """Of which a pattern or a split might take the first part alone."""
        start = f"{_one_of(draw, self._users())}{self._separators(draw)}"
        thread = _one_of(draw, self._threads())
        ends = [_one_of(draw, _WORDS), _one_of(draw, _WORDS)]
        return (f"{start}{ends[0]}", thread), (f"{start}{ends[1]}", thread)

    def _same_letters(self, draw: DrawFn) -> tuple[Key, Key]:
        user, thread = str(_one_of(draw, self._users())), _one_of(draw, self._threads())
        one, other = _one_of(draw, _SAME_LETTERS)
        return (f"{user}{one}", thread), (f"{user}{other}", thread)

    def _hardly_other(self, draw: DrawFn) -> tuple[Key, Key]:
        user, thread = str(_one_of(draw, self._users())), _one_of(draw, self._threads())
        pairs = [
            (user, user.swapcase()),
            (user, f"{user} "),
            (user, f" {user}"),
            (user, f"{user}{self._separators(draw)}"),
            (f"{user}{'n' * _LONG}1", f"{user}{'n' * _LONG}2"),
            *_SAME_NUMBER,
        ]
        one, other = _one_of(draw, pairs)
        return (one, thread), (other, thread)

    def _split_elsewhere(self, draw: DrawFn) -> tuple[Key, Key]:
        """`a:b, c` and `a, b:c`: one text when they are joined."""
        user, thread = _one_of(draw, self._users()), _one_of(draw, self._threads())
        separator = self._separator(draw)
        return (f"{user}{separator}x", thread), (user, f"x{separator}{thread}")

    def _users(self) -> list[object]:
        return self._pool(self.values.user, "")

    def _threads(self) -> list[object]:
        return self._pool(self.values.thread, "t")

    def _pool(self, kind: str, letter: str) -> list[object]:
        random = Random(f"{self.base}{letter}")
        match kind:
            case "uuid4":
                bits = [random.getrandbits(128) for _ in range(4)]
                return [str(uuid.UUID(int=each, version=4)) for each in bits]
            case "int":
                return [random.randrange(2, 99), 1, 11, 111]
            case _:
                words = [each for each in self.texts if each.isidentifier()]
                return [f"{self.base}{letter}", f"{self.base}{letter}b", *_SAID, *words]

    def _separators(self, draw: DrawFn) -> str:
        """Several: whoever takes text apart finds theirs, and the smallest case has no other."""
        one: SearchStrategy[str] = strategies.sampled_from(self._all_separators())
        found: list[str] = draw(strategies.lists(one, min_size=1, max_size=_MANY))
        return "".join(found)

    def _separator(self, draw: DrawFn) -> str:
        """One, and rather one that the code has than any."""
        own = [each for each in self.texts if len(each) <= _SHORT and not each.isalnum()]
        pools: list[Sequence[str]] = [_SEPARATORS, own or _SEPARATORS]
        return _one_of(draw, _one_of(draw, pools))

    def _all_separators(self) -> list[str]:
        return [*_SEPARATORS, *(each for each in self.texts if not each.isalnum())]

    def _asked(self, draw: DrawFn, mine: Key, other: Key) -> Asked:
        chosen = [each for each in self.beside if _one_of(draw, (False, True))]
        texts = tuple((each, self._forged(draw, other)) for each in chosen[:_FIELDS])
        return Asked(*mine, texts, bool(texts) and _one_of(draw, (False, True)))

    def _forged(self, draw: DrawFn, other: Key) -> str:
        """Text that names another."""
        name, role = _one_of(draw, [*self.names, ("user_id", "user")])
        value = other[("user", "thread").index(role)]
        said = ", ".join(each.format(name=name, value=value) for each in _SAID_AS)
        ways: list[Callable[[], str]] = [
            lambda: _one_of(draw, _SAID_AS).format(name=name, value=value),
            lambda: _one_of(draw, [str(value), said]),
            lambda: _one_of(draw, self.written(other) or [said]),
        ]
        if self.texts:
            ways.append(lambda: f"{_one_of(draw, self.texts)}{value}")
        matching = [(each, found) for each in self.patterns if (found := _matching(each))]
        if matching:
            ways.append(lambda: _matched(draw, _one_of(draw, matching), value))
        say = _one_of(draw, ways)
        return say()


def _one_of(draw: DrawFn, values: Sequence[T]) -> T:
    return draw(strategies.sampled_from(values))


def _matching(pattern: re.Pattern[str]) -> SearchStrategy[str] | None:
    """Texts that are what a pattern finds, from their beginning to their end, or code that matches
    there alone would find nothing; None where that is too much to ask."""
    letters = strategies.characters(codec="ascii", min_codepoint=32)
    try:
        found = strategies.from_regex(pattern, alphabet=letters, fullmatch=True)
        found.validate()
    except HypothesisException:
        return None
    return found


def _matched(
    draw: DrawFn, matching: tuple[re.Pattern[str], SearchStrategy[str]], value: object
) -> str:
    """What a pattern finds, with `value` for what it takes out of it."""
    pattern, texts = matching
    text = draw(texts)
    found = pattern.fullmatch(text)
    if found is None or found.start(1) < 0:
        return str(value)
    start, end = found.span(1)
    return f"{text[:start]}{value}{text[end:]}"


def as_if_ignored(values: Values, key: Key) -> Key:
    """A key without what the contract says is ignored in it."""

    def plain(value: object) -> object:
        if not isinstance(value, str):
            return value
        text = value
        if "unicode" in values.ignores:
            text = unicodedata.normalize("NFKC", text)
        if "case" in values.ignores:
            text = text.casefold()
        return text.strip() if "blanks" in values.ignores else text

    user, thread = key
    return plain(user), plain(thread)
