"""The words of a concept: its events, and the sets of words that its owner's module defines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pluribus.codebase import WordSet
from pluribus.rules.subject import Subject

LEAST = 3
"""Sets of fewer words than this are no vocabulary."""

LONG = 8
"""Letters that a word without parts needs to say something."""

GENERIC = frozenset(
    "active arguments attributes children complete completed connected content critical "
    "database debug default description disabled disconnected enabled error executed failed "
    "failure inactive info message metadata parameters password pending production progress "
    "properties received required response running started starting status stopped stopping "
    "success succeeded timestamp unhealthy unknown username warning degraded healthy "
    "development staging testing cancelled canceled created_at updated_at in_progress "
    "user_id thread_id run_id request_id session_id not_found user_name".split()
)
"""Words that are everywhere: that two sets share them says nothing."""


_NAME = r"[^\W\d][\w.:-]*"


def is_vocabulary(words: tuple[str, ...]) -> bool:
    """Whether a set of words tells what it is about: who has it again has copied it."""
    if not all(re.fullmatch(_NAME, word) for word in words):
        return False
    telling = [
        word
        for word in words
        if word.lower() not in GENERIC
        and (len(word) >= LONG or re.search(r"[a-z0-9][_.:-]+[a-z0-9]", word, re.IGNORECASE))
    ]
    return len(telling) >= LEAST


def owned_sets(subject: Subject) -> list[WordSet]:
    """Constants of the owner's module that are a vocabulary."""
    return [
        each
        for each in subject.codebase.sets_of(subject.owner_module)
        if is_constant(each) and is_vocabulary(each.words)
    ]


def is_constant(found: WordSet) -> bool:
    """Whether it belongs to a module or a class, and is not what Python or a tool reads there."""
    name = found.name.rpartition(".")[2]
    return not found.site.in_function and not (name.startswith("__") and name.endswith("__"))


def spelled(subject: Subject) -> Iterator[tuple[tuple[str, ...], int]]:
    """Sets of words, and how many of each a file must spell to define one of them again."""
    sets = [each.words for each in owned_sets(subject)]
    if len(subject.concept.events) >= LEAST:
        sets.append(subject.concept.events)
    for words in sets:
        runs = tuple(sorted({run for word in words for run in re.findall(r"\w+", word)}))
        yield runs, len(runs)
    for event in unspelled(subject):
        yield from (((way,), 1) for way in sorted(ways_to_spell(event)))


def unspelled(subject: Subject) -> tuple[str, ...]:
    """Declared events that no file names which was read and is no test.

    Judged are events of several parts, such as `agent_started`: of others too little is known.
    """
    ways = {each: ways_to_spell(each) for each in subject.concept.events}
    asked = sorted({way for each in ways.values() for way in each})
    found = (
        {name for row in subject.codebase.spelled(asked) for name in row.names} if asked else ()
    )
    return tuple(event for event, each in ways.items() if each and each.isdisjoint(found))


def ways_to_spell(event: str) -> frozenset[str]:
    """An event's name in every case, and all parts of it that others may be put together with.

    Empty for one that is no name of several parts.
    """
    if not re.fullmatch(r"[^\W\d_]+\w*_\w*[^\W_]+", event):
        return frozenset()
    parts = event.split("_")
    cuts = range(1, len(parts))
    return frozenset(
        (
            event,
            event.lower(),
            event.upper(),
            "".join(part[:1].upper() + part[1:] for part in parts),
            *("_".join(parts[:cut]) + "_" for cut in cuts),
            *("_" + "_".join(parts[cut:]) for cut in cuts),
        )
    )
