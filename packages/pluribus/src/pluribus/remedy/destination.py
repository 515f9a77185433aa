"""Where an old dotted path leads to now, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from pluribus.codebase import Hop, Import, Target
from pluribus.remedy.applicability import Applicability
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.effects import binds_by_string, lost_effects
from pluribus.remedy.rebinding import rebound_by_code
from pluribus.rules import Subject
from pluribus.rules.subject import is_inside


class Origin(NamedTuple):
    """An old path, and what it reaches."""

    module: str
    """By the name that the code base gives it."""
    written: str
    """As an importer writes it, made absolute."""
    name: str
    target: Target
    chain: tuple[Hop, ...]


class Asker(NamedTuple):
    """Who takes something by the old path."""

    module: str
    is_early: bool
    """Whether it does so when it is imported itself."""
    is_guarded: bool = False
    """Whether it goes on without what it takes, if that is not there."""
    is_typing: bool = False
    """Whether only a type checker takes it."""


class Way(NamedTuple):
    """The new path."""

    module: str
    name: str
    applicability: Applicability
    """`safe` or `unsafe`."""
    reason: str
    """Why it is not safe."""
    is_other: bool = False
    """Whether another object stands there, as the contract declares."""
    is_same_module: bool = False
    """Whether both names are one module object, so that a patch of one meets the other."""

    @property
    def path(self) -> str:
        return f"{self.module}.{self.name}" if self.module else self.name


def origin_of(found: Import) -> Origin:
    """What an import takes by which path."""
    return Origin(found.canonical, found.written, found.name, found.target, found.chain)


def destination(atlas: Atlas, subject: Subject, origin: Origin, asker: Asker) -> Way | str:
    """Where a name is to be taken from; or why nobody but a person can tell."""
    declared = declared_for(subject, origin.module, origin.name) or declared_for(
        subject, origin.written, origin.name
    )
    same = atlas.codebase.same_module(origin.module) if origin.name else None
    if declared is not None:
        way = _declared(atlas, origin, asker, declared)
    elif same in subject.allowed and not origin.target.is_missing:
        way = Way(same, origin.name, "safe", "", is_same_module=True)
    elif origin.target.kind == "definition":
        way = _found(atlas, subject, origin, asker)
    elif origin.target.is_missing:
        way = _guessed(atlas, subject, origin)
    else:
        return f"what `{origin.module}.{origin.name}` is cannot be told: {origin.target.name}"
    if isinstance(way, str):
        return way
    if way.module == asker.module:
        return f"`{way.module}` is the module itself"
    return _doubted(atlas, origin, asker, way)


def declared_for(subject: Subject, module: str, name: str) -> str | None:
    """Where the contract says that a name of a module went, or the module with all its names."""
    moved = subject.concept.moved
    if not name or f"{module}:{name}" in moved:
        return moved.get(f"{module}:{name}" if name else module)
    whole = moved.get(module)
    return f"{whole}:{name}" if whole and ":" not in whole else None


def module_behind(subject: Subject, found: Import) -> str | None:
    """The module that an import binds to a name, also one that is gone and that the contract says
    has moved; None for a name of a module."""
    if found.target.kind == "module":
        return found.target.name
    if not found.name:
        return found.written
    if found.target.is_missing:
        old = {key.partition(":")[0] for key in subject.concept.moved}
        for parent in (found.canonical, found.written):
            if f"{parent}.{found.name}" in old:
                return f"{parent}.{found.name}"
    return None


def _declared(atlas: Atlas, origin: Origin, asker: Asker, declared: str) -> Way | str:
    module, _, name = declared.partition(":")
    if not name or "." in name:
        return f"`moved` says `{declared}`, which cannot be imported as one name"
    target = atlas.reach(module, name).target
    if target.is_missing:
        return f"`moved` says `{declared}`, which does not exist"
    if target.handle is not None and target.handle == origin.target.handle:
        return Way(module, name, "safe", "")
    if origin.target.is_missing and not asker.is_guarded:
        return Way(module, name, "safe", "", is_other=True)  # what fails now cannot get worse
    what = (
        f"`{origin.module}.{origin.name}` does not exist, and the file goes on without it"
        if origin.target.is_missing
        else f"`moved` says so, but `{declared}` is another object than `{origin.target.name}`"
    )
    return Way(module, name, "unsafe", what, is_other=True)


def _found(atlas: Atlas, subject: Subject, origin: Origin, asker: Asker) -> Way | str:
    """The name by which something is offered where it may be taken from."""
    for module, name in _candidates(subject, origin, asker):
        if atlas.reach(module, name).target.handle == origin.target.handle:
            return Way(module, name, "safe", "")
    home = origin.target.name.partition(":")[0]
    if _is_legacy(subject, home):
        return (
            f"`{origin.target.name}` is defined in the legacy path itself: move the definition, or"
            " say in `moved` what takes its place"
        )
    return f"`{origin.target.name}` is offered under no path that may be imported"


def _candidates(subject: Subject, origin: Origin, asker: Asker) -> Iterator[tuple[str, str]]:
    home, _, qualname = origin.target.name.partition(":")
    allowed = [*subject.concept.allowed_paths, subject.owner_module]
    # A package is not whole yet when what is in it is imported.
    allowed.sort(key=lambda module: is_inside(asker.module, module) and module != home)
    makers = {*subject.handles, *(each.handle for each in subject.factories)}
    is_own = origin.target.handle in makers
    names = [origin.name, qualname]
    if is_own:
        offered = {
            each.name
            for each in subject.offers
            if each.target.handle == origin.target.handle and each.site.module in subject.allowed
        }
        names = [origin.name, *sorted(each for each in offered if each[0] != "_"), qualname]
    paths = [(module, name) for name in names for module in allowed]
    own = [] if _is_legacy(subject, home) or "." in qualname else [(home, qualname)]
    # What is not of the concept comes from where it is defined.
    yield from [*paths, *own] if is_own or home in subject.allowed else [*own, *paths]


def _guessed(atlas: Atlas, subject: Subject, origin: Origin) -> Way | str:
    """Where a name is that its old module does not have."""
    if origin.name in ("", "*"):
        return f"`{origin.module}` does not exist, and nothing says what takes its place"
    for module in (*subject.concept.allowed_paths, subject.owner_module):
        if atlas.reach(module, origin.name).target.kind == "definition":
            reason = (
                f"`{origin.module}.{origin.name}` does not exist, so that nothing proves that"
                f" `{module}.{origin.name}` is meant"
            )
            return Way(module, origin.name, "unsafe", reason, is_other=True)
    return f"`{origin.module}.{origin.name}` does not exist, and no allowed module has that name"


def _doubted(atlas: Atlas, origin: Origin, asker: Asker, way: Way) -> Way | str:
    """The same way, unsafe where something is seen that may tell the two apart."""
    if way.applicability != "safe":
        return way
    doubts = (
        None if way.is_same_module else _is_conditional(atlas, origin, way),
        None
        if origin.target.is_missing or asker.is_typing
        else lost_effects(atlas, origin.module, way.module, asker.module),
        _runs_in_a_circle(atlas, origin, asker, way) if asker.is_early else None,
    )
    reason = next((each for each in doubts if each), "")
    return way._replace(applicability="unsafe", reason=reason) if reason else way


def _is_conditional(atlas: Atlas, origin: Origin, way: Way) -> str | None:
    home, qualname = way.module, way.name
    if origin.target.kind == "definition":
        home, _, qualname = origin.target.name.partition(":")
    bound = [(hop.module, hop.name) for hop in origin.chain if hop.kind != "served lazily"]
    bound += [(hop.module, hop.name) for hop in atlas.reach(way.module, way.name).chain]
    for module, name in bound:
        if atlas.is_doubled(module, name):
            return f"`{module}` binds `{name}` more than once, so that it may be something else"
        if module != home and binds_by_string(atlas, module):
            return f"`{module}` binds names that are put together while it runs"
    if origin.target.kind == "definition":
        handle = origin.target.handle
        if handle is not None and atlas.codebase.definition(handle).kind == "variable":
            script = atlas.script_of(home)
            counted = sum(each.name == qualname for each in script.bindings) if script else 2
            if counted > 1:
                return f"`{home}` may bind `{qualname}` anew while it runs"
    for module, name in dict.fromkeys([*bound, (home, qualname)]):
        for path, line in rebound_by_code(atlas, module, name):
            return f"{path}:{line} binds `{module}.{name}` anew"
    return None


def _runs_in_a_circle(atlas: Atlas, origin: Origin, asker: Asker, way: Way) -> str | None:
    """Whether the new module may not be whole yet when the asker takes something from it."""
    early = list(takewhile(lambda hop: hop.kind != "served lazily", origin.chain))
    run = {hop.module for hop in early}
    if origin.target.kind == "definition" and len(early) == len(origin.chain):
        run.add(origin.target.name.partition(":")[0])
    if way.is_same_module or way.module in run:
        return None  # it is imported now, too, and as early
    if asker.module in atlas.loads(way.module, asker.module):
        return f"`{way.module}` imports `{asker.module}` itself, so that it may not be whole yet"
    return None


def _is_legacy(subject: Subject, module: str) -> bool:
    return module not in subject.allowed and any(
        is_inside(module, each) for each in subject.concept.legacy_paths
    )
