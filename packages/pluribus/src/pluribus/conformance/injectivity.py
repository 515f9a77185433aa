"""Tries a factory on pairs of contexts: one instance if, and only if, the keys are equal.

It needs Hypothesis, which takes a moment to import: import it where it is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from pluribus.conformance.adapter import BoundFactory
from pluribus.conformance.beside import fields_beside, key_names, with_text
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
        since = monotonic()
        first = await self._instance(Asked(self.stage.alice.user, self.stage.alice.thread))
        each_s = max(monotonic() - since, 1e-6)
        examples = min(self.stage.conform.examples, max(_FEWEST, int(_PATIENCE_S / (2 * each_s))))
        found = await smallest(
            self._lookalikes().pairs(),
            self._is_mixed_up,
            examples=examples,
            seed=self.stage.base,
            is_awaiting=first.was_awaited,
        )
        self.stage.forget(mark)
        if found is not None:
            await self._fail(*found)
        if not self.accepted:
            raise Unexercised(
                f"`{self.factory.definition}` accepted no two of the contexts that were tried",
                "declare in `values` what it accepts",
            )
        self.stage.witness(f"`{self.factory.definition}` kept {self.accepted} pairs apart")

    def _lookalikes(self) -> Lookalikes:
        assert self.factory.call is not None
        target = self.factory.target
        assert callable(target)
        return Lookalikes(
            values=self.stage.conform.values,
            base=self.stage.base,
            beside=fields_beside(self.stage.adapter, self.factory),
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

    async def _fail(self, one: Asked, other: Asked) -> None:
        """Ask again, for a history that holds nothing else."""
        calls = [await self._instance(each) for each in (one, other)]
        are_equal = self._key(one) == self._key(other)
        definition = self.factory.definition
        evidence = [
            ("one key", repr(self._shown(one))),
            ("one call", calls[0].source),
            ("another" if not are_equal else "the same", repr(self._shown(other))),
            ("the other call", calls[1].source),
        ]
        if are_equal:
            raise Failed(
                f"`{definition}` gives out two instances for contexts with one key",
                definition,
                "equal",
                hint="use the values of the key themselves as the key, and nothing else",
                evidence=evidence,
            )
        raise Failed(
            f"`{definition}` gives one instance to two different keys",
            definition,
            hint="use the values of the key themselves as the key",
            evidence=evidence,
        )

    def _shown(self, asked: Asked) -> tuple[object, ...]:
        return tuple(each for each in self._key(asked) if each is not None)


def _differ_beside(one: Asked, other: Asked) -> bool:
    """Whether what nobody declared differs; that may rightly make another instance."""
    return (one.texts, one.are_first) != (other.texts, other.are_first)
