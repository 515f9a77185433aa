"""Samples of one text each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pluribus.plants import Ground, Sample

Samples = Callable[[Ground], Iterator[Sample]]


def texts(kinds: Mapping[str, str], also: frozenset[str] = frozenset()) -> Iterator[Sample]:
    """A sample for each text, by what it is called; `also` are rules that it rightly violates too."""
    for kind, text in kinds.items():
        yield Sample(name=kind, texts={"main": text}, also=also)
