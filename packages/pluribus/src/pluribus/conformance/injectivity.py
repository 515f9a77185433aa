"""Tries a factory on pairs of contexts: one instance if, and only if, the keys are equal.

It needs Hypothesis, which takes a moment to import: import it where it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from pluribus.conformance.adapter import BoundFactory
from pluribus.conformance.beside import Beside, fields_beside, key_names, with_text
from pluribus.conformance.history import Call
from pluribus.conformance.lookalikes import Asked, Key, Lookalikes, as_if_ignored
from pluribus.conformance.making import Made
from pluribus.conformance.mining import patterns_of, texts_of
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.searching import smallest
from pluribus.conformance.stage import Stage

_PATIENCE_S = 5.0
"""A factory that takes long is asked less often."""
_FEWEST = 10
_MORE_LOOKS = 4
"""At how long a call takes, where the first says that there is no time for all."""


@dataclass
class Injectivity:
    """One factory under trial."""

    stage: Stage
    factory: BoundFactory
    accepted: int = 0
    """Pairs with two keys, both of which got an instance."""

    async def judge(self) -> None:
        """Try it, and raise what came of that unless every pair was kept apart."""
        mark = self.stage.mark()
        first, examples = await self._begin()
        beside = fields_beside(self.stage.adapter, self.factory)
        found = []
        for fields in [(), beside] if beside else [()]:
            pair = await smallest(
                self._lookalikes(fields).pairs(),
                self._is_mixed_up_by_fields if fields else self._is_mixed_up,
                examples=examples,
                seed=self.stage.base,
                is_awaiting=first.was_awaited,
            )
            if pair:
                found.append(pair)
        self.stage.forget(mark)
        if found:
            await self._fail(found)
        if not self.accepted:
            raise Unexercised(
                f"`{self.factory.definition}` accepted no two of the contexts that were tried",
                "declare in `values` what it accepts",
            )
        self.stage.witness(f"`{self.factory.definition}` kept {self.accepted} pairs apart")

    async def _begin(self) -> tuple[Call, int]:
        """The first call, and how many pairs there is time for.

        One call may be slow because the machine is busy; a factory that is slow always is.
        """
        asked = Asked(self.stage.alice.user, self.stage.alice.thread)
        first, taken_s = await self._timed(asked)
        for _ in range(_MORE_LOOKS):
            if self._pairs_within(taken_s) == self.stage.conform.examples:
                break
            taken_s = min(taken_s, (await self._timed(asked))[1])
        return first, self._pairs_within(taken_s)

    async def _timed(self, asked: Asked) -> tuple[Call, float]:
        since = monotonic()
        call = await self._instance(asked)
        return call, monotonic() - since

    def _pairs_within(self, each_s: float) -> int:
        most = int(_PATIENCE_S / (2 * max(each_s, 1e-6)))
        return min(self.stage.conform.examples, max(_FEWEST, most))

    def _lookalikes(self, beside: Sequence[Beside]) -> Lookalikes:
        assert self.factory.call is not None
        target = self.factory.target
        assert callable(target)
        return Lookalikes(
            values=self.stage.conform.values,
            base=self.stage.base,
            beside=beside,
            names=key_names(self.factory.call),
            texts=texts_of(target),
            patterns=patterns_of(target),
            written=self._written,
        )

    async def _is_mixed_up(self, pair: tuple[Asked, Asked]) -> bool:
        mark = self.stage.mark()
        one, other = [await self._instance(each) for each in pair]
        self.stage.forget(mark)
        if one.result is None or other.result is None:
            return False
        keys = [self._key(each) for each in pair]
        if keys[0] == keys[1]:
            return one.result is not other.result and not _differ_beside(*pair)
        values = self.stage.conform.values
        if as_if_ignored(values, keys[0]) == as_if_ignored(values, keys[1]):
            return False
        self.accepted += 1
        return one.result is other.result

    async def _is_mixed_up_by_fields(self, pair: tuple[Asked, Asked]) -> bool:
        """Whether it is the fields beside the key that mix them up, and not the keys."""
        bare = (Asked(pair[0].user, pair[0].thread), Asked(pair[1].user, pair[1].thread))
        return await self._is_mixed_up(pair) and not await self._is_mixed_up(bare)

    async def _instance(self, asked: Asked) -> Call:
        return await self.stage.obtain(
            self.factory, Who("somebody", asked.user, asked.thread), given=self._given(asked)
        )

    def _given(self, asked: Asked) -> tuple[list[Made], dict[str, Made]]:
        assert self.factory.call is not None
        call = with_text(self.factory.call, dict(asked.texts), are_first=asked.are_first)
        return call.arguments(self.stage.roles(Who("somebody", asked.user, asked.thread)))

    def _written(self, key: Key) -> list[str]:
        positional, named = self._given(Asked(*key))
        every = [*positional, *named.values()]
        return [text for each in every for text in dict.fromkeys((str(each.value), each.source))]

    def _key(self, asked: Asked) -> Key:
        return (asked.user, asked.thread if self.stage.adapter.sharing == "thread" else None)

    async def _fail(self, found: Sequence[tuple[Asked, Asked]]) -> None:
        """Ask again, for a history that holds nothing else."""
        evidence = [each for pair in found for each in await self._shown_pair(*pair)]
        one, other = found[0]
        definition = self.factory.definition
        about = ["beside"] if any(pair[0].texts or pair[1].texts for pair in found) else []
        if self._key(one) == self._key(other):
            raise Failed(
                f"`{definition}` gives out two instances for contexts with one key",
                definition,
                "equal",
                *about,
                hint="use the values of the key themselves as the key, and nothing else",
                evidence=evidence,
            )
        raise Failed(
            f"`{definition}` gives one instance to two different keys",
            definition,
            *about,
            hint="use the values of the key themselves as the key",
            evidence=evidence,
        )

    async def _shown_pair(self, one: Asked, other: Asked) -> list[tuple[str, str]]:
        calls = [await self._instance(each) for each in (one, other)]
        are_equal = self._key(one) == self._key(other)
        return [
            ("one key", repr(self._shown(one))),
            ("one call", calls[0].source),
            ("another" if not are_equal else "the same", repr(self._shown(other))),
            ("the other call", calls[1].source),
        ]

    def _shown(self, asked: Asked) -> tuple[object, ...]:
        return tuple(each for each in self._key(asked) if each is not None)


def _differ_beside(one: Asked, other: Asked) -> bool:
    """Whether what nobody declared differs; that may rightly make another instance."""
    return (one.texts, one.are_first) != (other.texts, other.are_first)
