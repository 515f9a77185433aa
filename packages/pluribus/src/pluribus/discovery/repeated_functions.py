"""Modules that define the same functions again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

from pluribus.codebase import Inventoried, InventoriedClass, InventoriedFunction
from pluribus.discovery.exclusions import are_for_others, is_version_folder
from pluribus.discovery.group import Group
from pluribus.discovery.landscape import Landscape
from pluribus.discovery.naming import is_outdated, words_of
from pluribus.findings import Confidence, Evidence
from pluribus.rules.role import GENERIC_METHODS

KIND = "repeated functions"
_FEW = 8
"""A name that more modules define is a hook, or says nothing."""
_LEAST = 2
_LAYERED = 4
_ENTRY_POINTS = frozenset(
    """main run cli app setup configure create_app create_parser parse_args get_parser upgrade
    downgrade register load_ipython_extension get_logger setup_logging pytest_configure
    get_version build_parser create_engine get_db get_settings get_config handler lambda_handler
    print_header print_result""".split()
)
_Pair = tuple[Inventoried, Inventoried]


def repeated_functions(landscape: Landscape) -> Iterator[Group]:
    """Pairs of modules with two or more functions of the same names and parameters."""
    by_name: dict[str, list[tuple[Inventoried, InventoriedFunction]]] = defaultdict(list)
    for module in landscape.product:
        for each in module.functions:
            if _is_telling(each):
                by_name[each.name].append((module, each))
    shared: dict[tuple[int, int], dict[str, None]] = defaultdict(dict)
    for name, found in by_name.items():
        if 2 <= len({module.file for module, _ in found}) <= _FEW:
            for (one, mine), (other, theirs) in combinations(found, 2):
                if one.file != other.file and _takes_alike(mine, theirs):
                    shared[one.file, other.file][name] = None
    for (first, second), names in sorted(shared.items()):
        one, other = landscape.modules[first], landscape.modules[second]
        if len(names) >= _LEAST and not _are_meant(landscape, one, other, names):
            yield _group(landscape, (one, other), sorted(names))


def layered_functions(landscape: Landscape) -> Iterator[Group]:
    """Classes whose methods are functions of a module too, under one more first word."""
    by_method: dict[str, list[tuple[Inventoried, InventoriedClass]]] = defaultdict(list)
    for module in landscape.product:
        for found in module.classes:
            for method in found.methods:
                if not method.startswith("_") and len(words_of(method)) >= 2:
                    by_method[method].append((module, found))
    for module in landscape.product:
        for prefix, rests in _prefixed(module).items():
            counts = Counter(
                pair for rest in rests for pair in by_method.get(rest, []) if pair[0] is not module
            )
            for (home, found), count in counts.items():
                if count >= _LAYERED:
                    yield _layered(landscape, (module, prefix, rests), (home, found))


def _prefixed(module: Inventoried) -> dict[str, list[str]]:
    rests: dict[str, list[str]] = defaultdict(list)
    for each in module.functions:
        first, _, rest = each.name.partition("_")
        if first and rest:
            rests[first].append(rest)
    return {first: all_of for first, all_of in rests.items() if len(all_of) >= _LAYERED}


def _layered(
    landscape: Landscape,
    functions: tuple[Inventoried, str, list[str]],
    of_class: tuple[Inventoried, InventoriedClass],
) -> Group:
    module, prefix, rests = functions
    home, found = of_class
    shared = sorted(set(rests) & set(found.methods))
    thing = landscape.class_thing(home, found)
    return Group(
        kind=KIND,
        things=(thing, landscape.module_thing(module)),
        evidence=(
            Evidence(
                KIND,
                f"`{module.module}` defines as functions `{prefix}_...` what "
                f"`{thing.path}` has as {len(shared)} methods: {', '.join(shared[:6])}",
            ),
        ),
        confidence=Confidence.LIKELY,
    )


def _is_telling(each: InventoriedFunction) -> bool:
    is_named = len(words_of(each.name)) >= 2 and not is_hook(each.name)
    has_something = each.statements >= 2 or len(each.parameters) >= 2
    is_free = not each.decorators and each.name not in GENERIC_METHODS
    return is_named and is_free and has_something and each.body == "other"


def is_hook(name: str) -> bool:
    """Whether a function is called by what asks for one of that name in each module."""
    # What begins with `pytest_` is a hook of a plug-in.
    return name in _ENTRY_POINTS or name.startswith(("__", "pytest_"))


def _takes_alike(one: InventoriedFunction, other: InventoriedFunction) -> bool:
    mine, theirs = set(one.parameters), set(other.parameters)
    return one.is_async == other.is_async and (
        2 * len(mine & theirs) >= max(len(mine), len(theirs))
    )


def _are_meant(
    landscape: Landscape, one: Inventoried, other: Inventoried, names: dict[str, None]
) -> bool:
    """Whether two modules are implementations of one interface: back ends, versions, platforms."""
    if is_version_folder(one, other):
        return True
    if one.file in landscape.through(other).production or (
        other.file in landscape.through(one).production
    ):
        return False
    if _are_chosen_between(landscape, one, other):
        return True
    is_sibling = one.path.rpartition("/")[0] == other.path.rpartition("/")[0]
    mine = {each.name for each in one.functions if not each.name.startswith("_")}
    theirs = {each.name for each in other.functions if not each.name.startswith("_")}
    is_marked = is_outdated(one.module) or is_outdated(other.module)
    # Beside each other and alike in all: one a case, chosen by name.
    return is_sibling and mine == theirs and len(names) >= len(mine) and not is_marked


def _are_chosen_between(landscape: Landscape, one: Inventoried, other: Inventoried) -> bool:
    """Whether the package of both imports both, to hand on the one that fits."""
    package = landscape.by_name.get(one.module.rpartition(".")[0])
    return (
        package is not None
        and package.module == other.module.rpartition(".")[0]
        and package.file in landscape.through(one).production
        and package.file in landscape.through(other).production
    )


def _group(landscape: Landscape, pair: _Pair, names: list[str]) -> Group:
    public = [name for name in names if not name.startswith("_")]
    one, other = pair
    mine = {each.name for each in one.functions}
    theirs = {each.name for each in other.functions}
    share = len(names) / max(min(len(mine), len(theirs)), 1)
    is_sure = len(public) >= 3 and share >= 0.5
    is_likely = len(public) >= 2 and (share >= 0.2 or len(public) >= 4)
    if are_for_others(one, other):
        is_sure = is_likely = False
    listed = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    return Group(
        kind=KIND,
        things=(landscape.module_thing(one), landscape.module_thing(other)),
        evidence=(
            Evidence(
                KIND,
                f"`{one.module}` and `{other.module}` both define {len(names)} functions with the "
                f"same parameters: {listed}",
            ),
        ),
        confidence=Confidence.CERTAIN
        if is_sure
        else Confidence.LIKELY
        if is_likely
        else Confidence.POSSIBLE,
        subject=tuple(public or names),
    )
