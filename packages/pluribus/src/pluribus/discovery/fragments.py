"""Groups about the same things put together: one concept with several pieces of evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from pluribus.discovery.exclusions import GENERATED_TEXT
from pluribus.discovery.group import SUREST_FIRST, Group, lowered
from pluribus.discovery.landscape import Thing
from pluribus.discovery.naming import common_name, stem, telling, words_of
from pluribus.findings import Confidence

_TOP = 1_500
"""As many characters of a file may say that a program has written it."""
_MOST = 40
"""More things than this are no concept any more: nothing is added to them."""


class Fragment(msgspec.Struct, frozen=True, kw_only=True):
    """A concept that has several owners."""

    name: str
    things: tuple[Thing, ...]
    groups: tuple[Group, ...]
    confidence: Confidence


def merged(groups: Iterable[Group]) -> list[Fragment]:
    """Put groups together that share things, the surest first, and name what comes of it."""
    kept: list[list[Group]] = []
    by_thing: dict[Thing, list[int]] = defaultdict(list)
    by_module: dict[str, list[int]] = defaultdict(list)
    ordered = sorted(
        groups, key=lambda each: (SUREST_FIRST.index(each.confidence), -len(each.things))
    )
    for group in ordered:
        at = _home(group, kept, by_thing, by_module)
        if at is None:
            at = len(kept)
            kept.append([])
        kept[at].append(group)
        for thing in group.things:
            by_thing[thing].append(at)
            by_module[thing.module].append(at)
    by_name: dict[str, list[Group]] = {}
    for together in kept:
        name = _name(together)
        # One name of several words is one concept, whatever told of it.
        is_telling = "-" in name and not all(each.is_of_parts for each in together)
        is_telling = is_telling and _has_room(by_name.get(name, []), *together)
        key = name if is_telling else f"{name}/{len(by_name)}"
        by_name.setdefault(key, []).extend(together)
    fragments = [
        Fragment(
            name=key.partition("/")[0],
            things=_things(together),
            groups=tuple(together),
            confidence=_confidence(together),
        )
        for key, together in by_name.items()
    ]
    return [each for each in fragments if len(each.things) >= 2 or _is_many_paths(each.groups)]


def _home(
    group: Group,
    kept: list[list[Group]],
    by_thing: dict[Thing, list[int]],
    by_module: dict[str, list[int]],
) -> int | None:
    """The concept that a group is about, if there is one already."""
    same: Counter[int] = Counter(
        at for thing in group.things for at in dict.fromkeys(by_thing[thing])
    )
    beside: Counter[int] = Counter(
        at for module in sorted(group.modules) for at in dict.fromkeys(by_module[module])
    )
    words = _words(group)
    for at, count in sorted(same.items(), key=lambda item: (-item[1], item[0])):
        # A thing that two concepts share does not make them one: most of a group must be there.
        is_apart = group.is_of_parts or all(each.is_of_parts for each in kept[at])
        is_most = count > 1 if is_apart else 2 * count >= len(group.things)
        if is_most and 2 * count >= len(group.things) and _has_room(kept[at], group):
            return at
    for at, count in sorted(beside.items(), key=lambda item: (-item[1], item[0])):
        # Two modules may hold several concepts; only what is said of the modules is of all.
        is_about = any(
            words & _words(each) and (_is_of_modules(group) or _is_of_modules(each))
            for each in kept[at]
        )
        is_covered = _is_of_modules(group) and count == len(group.modules)
        is_covered |= group.is_of_parts and any(
            _is_of_modules(each) and group.modules <= each.modules for each in kept[at]
        )
        if count >= 2 and (is_about or is_covered) and _has_room(kept[at], group):
            return at
    return None


def _is_of_modules(group: Group) -> bool:
    return sum(not each.qualname for each in group.things) >= 2


def _has_room(groups: Sequence[Group], *more: Group) -> bool:
    return len({thing for each in (*groups, *more) for thing in each.things}) <= _MOST


def _words(group: Group) -> frozenset[str]:
    return frozenset(word for thing in group.things for word in telling(thing.name))


def _things(groups: Sequence[Group]) -> tuple[Thing, ...]:
    """The things of all groups; a module is left out where something in it is a thing too, and so
    is what is only a part of a module that any evidence is about."""
    whole = {thing for group in groups if not group.is_of_parts for thing in group.things}
    inside = {thing.module for thing in whole if thing.qualname}
    things = {each for each in whole if each.qualname or each.module not in inside}
    modules = {each.module for each in whole if not each.qualname}
    parts = {thing for group in groups if group.is_of_parts for thing in group.things}
    return tuple(sorted(things | {each for each in parts if each.module not in modules}))


def _is_many_paths(groups: Sequence[Group]) -> bool:
    """One thing by many paths is fragmented though it is one."""
    return any(each.ends_in for each in groups)


def _name(groups: Sequence[Group]) -> str:
    subject = groups[0].subject
    if subject:
        shortest = min(subject, key=lambda each: (each[0] == "_", len(each), each))
        return "-".join(stem(shortest) or words_of(shortest)) or "unnamed"
    return common_name(thing.name for thing in groups[0].things)


def _confidence(groups: Sequence[Group]) -> Confidence:
    """That of the surest evidence; a step more where several kinds agree."""
    surest = min((each.confidence for each in groups), key=SUREST_FIRST.index)
    firm = {each.kind for each in groups if each.confidence is not Confidence.POSSIBLE}
    kinds = {each.kind for each in groups}
    agree = len(firm) >= 2 or (len(kinds) >= 3 and firm)
    at = SUREST_FIRST.index(surest)
    return SUREST_FIRST[at - 1] if agree and at else surest


def authored(fragments: Iterable[Fragment], text: Callable[[str], str]) -> list[Fragment]:
    """Leave out what a program has written, by what stands at the top of its file."""
    kept = []
    for fragment in fragments:
        things = tuple(
            each
            for each in fragment.things
            if not GENERATED_TEXT.search(text(each.location.path)[:_TOP])
        )
        if things == fragment.things:
            kept.append(fragment)
        elif len(things) >= 2:
            kept.append(msgspec.structs.replace(fragment, things=things))
    return kept


def unused(confidence: Confidence) -> Confidence:
    """What nobody imports is no concept of the product for sure."""
    return lowered(confidence) or confidence
