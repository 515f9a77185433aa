"""Modules whose names differ only in words such as `unified`, `v2` or `legacy`."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from pluribus.codebase import Inventoried
from pluribus.discovery.exclusions import last_name
from pluribus.discovery.group import Group
from pluribus.discovery.landscape import Landscape
from pluribus.discovery.naming import LEFT_BEHIND, PARTS, is_outdated, is_quality, stem, words_of
from pluribus.findings import Confidence, Evidence
from pluribus.rules.role import GENERIC_WORDS

KIND = "module families"
_VERSION = re.compile(r"(^|_)v\d+|[a-z]\d$")
"""`manager_v2` and `manager2` are versions; `utf_16` is none."""
_MANY = 12
"""A stem that more modules have is a habit of naming."""


def module_families(landscape: Landscape) -> Iterator[Group]:
    """Modules of one stem that define some of the same, or hand each other on."""
    by_stem: dict[tuple[str, ...], list[Inventoried]] = defaultdict(list)
    for module in landscape.product:
        words = _called(module)
        if words and not _last(module).startswith("__"):
            by_stem[_place(module, words)].append(module)
    for where, modules in sorted(by_stem.items()):
        marked = [each for each in modules if _is_marked(each)]
        if marked and 2 <= len(modules) <= _MANY and len({_last(each) for each in modules}) >= 2:
            yield from _group(landscape, "_".join(where[1:]), modules)
    yield from _left_behind(landscape)


def _left_behind(landscape: Landscape) -> Iterator[Group]:
    """Modules that stand again in a folder such as `legacy`, with a path that else is equal."""
    for module in landscape.product:
        *folders, name = module.module.split(".")
        current = ".".join([*(each for each in folders if each not in LEFT_BEHIND), name])
        if current != module.module and current in landscape.by_name and not module.is_package:
            yield from _group(landscape, name, [landscape.by_name[current], module])


def _last(module: Inventoried) -> str:
    return module.module.rpartition(".")[2]


def _called(module: Inventoried) -> tuple[str, ...]:
    """The stem of a module's name; with its package's where it says nothing alone."""
    words = stem(_last(module))
    package = module.module.split(".")[-2:-1]
    if words and package and all(word in GENERIC_WORDS for word in words):
        return (*stem(package[0]), *words)
    return words


def _is_marked(module: Inventoried) -> bool:
    words = [word for word in words_of(_last(module)) if not word.isdigit()]
    return any(is_quality(word) for word in words) or _VERSION.search(_last(module)) is not None


def _place(module: Inventoried, words: tuple[str, ...]) -> tuple[str, ...]:
    """A stem of common words tells modules of one folder; a telling one, of a package."""
    is_telling = len(words) >= 2 and any(word not in GENERIC_WORDS for word in words)
    package = module.module.rpartition(".")[0]
    return (package.partition(".")[0] if is_telling else package, *words)


def _group(landscape: Landscape, name: str, modules: list[Inventoried]) -> Iterator[Group]:
    tied = _tied(landscape, [each for each in modules if not _builds_on_another(each, modules)])
    if len(tied) < 2:
        return
    shared = sorted(_shared(tied))
    both = _importers_of_two(landscape, tied)
    is_marked = any(
        is_quality(word) and word not in PARTS for each in tied for word in words_of(_last(each))
    )
    is_left = any(not LEFT_BEHIND.isdisjoint(each.module.split(".")) for each in tied)
    is_outdated_one = any(is_outdated(_last(each)) for each in tied) and bool(shared or both)
    is_sure = len(shared) >= 2 or is_left or is_outdated_one
    # `task_v1` beside `task_v2` says that both are served; `task` beside `task_v2` does not.
    are_versions = all(_VERSION.search(_last(each)) for each in tied)
    if not (is_sure or is_marked):
        return  # `checker` and `checker_shared` are parts of one thing
    things = tuple(landscape.module_thing(each) for each in tied)
    named = ", ".join(f"`{each.module}`" for each in things)
    said = f"{named} are `{name}` but for a word"
    said += f"; several of them define {', '.join(shared[:5])}" if shared else ""
    said += f"; {both} files import from two of them" if both >= 2 else ""
    yield Group(
        kind=KIND,
        things=things,
        evidence=(Evidence(KIND, said),),
        subject=(name,),
        confidence=Confidence.LIKELY
        if (is_sure or (is_marked and both >= 2)) and not are_versions
        else Confidence.POSSIBLE,
    )


def _builds_on_another(module: Inventoried, modules: list[Inventoried]) -> bool:
    """Whether a class of a module inherits from one that another of them defines: `real_browser`
    from the protocol of `browser`, `simple_table` from the base of `table`."""
    bases = {
        each.name for other in modules if other.file in module.takes_from for each in other.classes
    }
    return not is_outdated(_last(module)) and any(
        last_name(base) in bases for each in module.classes for base in each.bases
    )


def _importers_of_two(landscape: Landscape, modules: list[Inventoried]) -> int:
    """Files that use two modules of a family side by side, each other apart."""
    numbers = {each.file for each in modules}
    times: Counter[int] = Counter()
    for each in modules:
        importers = landscape.through(each)
        times.update((importers.production | importers.tests) - numbers)
    return sum(count >= 2 for count in times.values())


def _tied(landscape: Landscape, modules: list[Inventoried]) -> list[Inventoried]:
    """Those that have something in common with another: a definition, or an import."""
    shared = _shared(modules)
    numbers = {each.file for each in modules}
    linked: set[int] = set()
    for each in modules:
        importers = landscape.through(each).production & numbers
        linked |= {each.file, *importers} if importers else set()
    return [each for each in modules if each.file in linked or shared & _defined(each)]


def _shared(modules: list[Inventoried]) -> set[str]:
    seen: dict[str, int] = defaultdict(int)
    for module in modules:
        for name in _defined(module):
            seen[name] += 1
    return {name for name, count in seen.items() if count >= 2}


def _defined(module: Inventoried) -> set[str]:
    """What a module defines, without the words that only tell copies apart."""
    classes = {"_".join(stem(each.name)) for each in module.classes if len(stem(each.name)) >= 2}
    functions = {
        each.name
        for each in module.functions
        if len(words_of(each.name)) >= 2 and not each.name.startswith("_")
    }
    return classes | functions
