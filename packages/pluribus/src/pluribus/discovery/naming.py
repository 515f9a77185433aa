"""What names say: the words that tell a concept, and those that only tell its copies apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from pluribus.rules.role import GENERIC_WORDS, name_words

OUTDATED = frozenset(
    "backup bak compat compatibility copy deprecated former fallback legacy obsolete old orig "
    "original previous shim temp temporary tmp unused".split()
)
"""Words that count against who bears them."""

LEFT_BEHIND = frozenset("compat deprecated legacy obsolete old".split())
"""Those of them that as the name of a folder say the same of all that is in it."""

QUALITIES = OUTDATED | frozenset(
    """actual advanced alternative basic better canonical central clean comprehensive extra
    general consolidated core current custom default enhanced extended final fixed full
    generic global improved integrated isolated main master minimal mini modern modular
    multi my new next optimized primary real refactored rewritten robust safe secure shared
    simple simplified single smart ssot standard super true ultimate unified universal
    updated""".split()
)
"""Words that tell copies of one thing apart, and nothing of what it is."""

PARTS = frozenset(
    "core extended extra general global main mini minimal primary shared standard".split()
)
"""Those of them that may as well name a part of the thing as a copy of it."""

_SORTS = frozenset("collection data entry group info item list map node set value".split())

_VERSION = re.compile(r"v?\d+")


def words_of(name: str) -> list[str]:
    """The words of a name in lower case; `WebSocket` is one word, however it is written."""
    return name_words(
        name.replace("WebSocket", "Websocket").replace("web_socket", "websocket").strip("_")
    )


def is_quality(word: str) -> bool:
    return word in QUALITIES or _VERSION.fullmatch(word) is not None


@cache
def stem(name: str) -> tuple[str, ...]:
    """The words of a name without those that only tell copies apart."""
    return tuple(word for word in words_of(name) if not is_quality(word) and word != "v")


@cache
def telling(name: str) -> frozenset[str]:
    """The words of a name that tell a concept, and not just what sort of thing it is."""
    return frozenset(
        word for word in stem(name) if word not in GENERIC_WORDS and word not in _SORTS
    )


def is_outdated(name: str) -> bool:
    words = words_of(name)
    return bool(OUTDATED.intersection(words)) or "v1" in name.lower().split("_")


def common_name(names: Iterable[str]) -> str:
    """What several names share, in kebab-case, in the order of the shortest; where that is one
    word of several, the name that most of them bear."""
    stems: Counter[tuple[str, ...]] = Counter(stem(name) for name in names if stem(name))
    if not stems:
        return "unnamed"
    shortest = min(stems, key=lambda each: (len(each), each))
    shared = [word for word in shortest if all(word in other for other in stems)]
    tells = any(word not in GENERIC_WORDS for word in shared)
    if tells and (len(shared) >= 2 or len(shortest) == 1):
        return "-".join(shared)
    return "-".join(min(stems.items(), key=lambda item: (-item[1], len(item[0]), item[0]))[0])
