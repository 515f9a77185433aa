"""Which imports have to take something else before what they take now can go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from pluribus.codebase import Import, Place
from pluribus.findings import Finding
from pluribus.rules import Subject
from pluribus.rules.imports.legacy_import import legacy_import
from pluribus.rules.subject import is_inside


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """An import, and what it is to take instead."""

    file: str
    module: str
    """Of the file."""
    line: int
    through: str
    """The module that it goes through now."""
    taken: str
    """`package.module:Name`, or a module."""
    reaches: str
    """What it really is, `package.module:Name` or a module; or why that is not known."""
    to: str
    """What it is to take; empty when it has no home yet."""
    at_top: bool
    """Whether it runs when its file is imported."""
    is_module: bool = False
    """Whether it takes a module as a whole."""
    takes_rival: bool = False
    """Whether it takes what plays the owner's role: a person has to fit the uses."""
    is_use: bool = False
    """Whether it has to move for the sake of that alone, and not of the path."""


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What of a concept is to go, from what was found and what is declared."""

    modules: dict[str, str]
    """Each module that goes as a whole, and the declared path or facade that it goes with."""
    names: dict[str, Finding]
    """Dotted paths to the owner that go while their module stays."""
    definitions: dict[str, Finding]
    """Rivals, and classes and functions that only forward, as `package.module:Name`."""
    kept: tuple[str, ...]
    """What was declared to go and cannot, and why."""
    silenced: frozenset[tuple[str, str, int]]
    """Legacy imports that are right as they are: file, legacy path, and the byte they begin at."""

    def goes(self, module: str) -> bool:
        return module in self.modules


def leaving(subject: Subject, findings: Sequence[Finding]) -> Leaving:
    """What goes.

    Args:
        subject: The concept.
        findings: Those of this concept that nothing silenced.
    """
    # By places, because of two imports that are alike a comment may stand behind one.
    reported = {each.location for each in findings if each.rule == legacy_import.name}
    places = [
        (each.key[2], each.place or each.site.place) for each in legacy_import.check(subject)
    ]
    silenced = frozenset(
        (place.path, legacy, place.start)
        for legacy, place in places
        if place.location() not in reported
    )
    modules: dict[str, str] = {}
    names: dict[str, Finding] = {}
    definitions: dict[str, Finding] = {}
    kept: list[str] = []
    staying: set[str] = set()
    inside = [each.module for each in subject.codebase.files()]
    for path in subject.concept.legacy_paths:
        reason = _why_kept(subject, path, silenced)
        members = [each for each in inside if is_inside(each, path)]
        if members and reason:
            kept.append(f"`{path}` stays: {reason}")
            staying.update(members)
        else:
            modules |= dict.fromkeys(members, path)
    modules = {each: path for each, path in modules.items() if each not in staying}
    for each in findings:
        match each.rule, each.key:
            case "facade", ("module", name) if name not in staying:
                modules.setdefault(name, name)
            case "facade", ("class" | "function", path):
                definitions[path] = each
            case "fragmented-path", (path, _) if path.rpartition(".")[0] not in staying:
                names[path] = each
            case "rival", (path, _) if ":" in path:
                definitions[path] = each
            case _:
                pass
    return Leaving(
        modules=modules,
        names={
            path: each for path, each in names.items() if path.rpartition(".")[0] not in modules
        },
        definitions={
            path: each
            for path, each in definitions.items()
            if path.partition(":")[0] not in modules
        },
        kept=tuple(kept),
        silenced=silenced,
    )


def _why_kept(
    subject: Subject, path: str, silenced: Collection[tuple[str, str, int]]
) -> str | None:
    if is_inside(subject.owner_module, path):
        return f"the owner `{subject.keep}` is in it; move that first"
    keepers = sorted({file for file, legacy, _ in silenced if legacy == path})
    if keepers:
        return f"the contract or a comment lets {_files(keepers)} import it"
    return None


def _files(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"`{paths[0]}`{more}"


def moves_of(subject: Subject, going: Leaving, dual: Collection[str]) -> list[Move]:
    """Imports of the concept that go through what is to go; `dual` are files that import it
    through several modules."""
    rivals = _handles(subject, going)
    facades = [each for each in going.modules if each == going.modules[each]]
    others = (
        subject.codebase.imports(modules=facades, handles=sorted(rivals))
        if (facades or rivals)
        else []
    )
    found: dict[Place, Move] = {}
    homes: dict[int, str] = {}
    for each in (*subject.imports, *others):
        if _has_to_move(subject, going, each, dual, rivals):
            home = _home(subject, going, each, rivals)
            found[each.site.place] = _move(each, home, going, rivals)
            if each.target.handle is not None and going.goes(_definer(each)):
                homes[each.target.handle] = home
    # Who takes the same from a module that only hands it on would import the owner by a new path.
    for each in subject.codebase.imports(handles=sorted(homes)) if homes else ():
        to = homes.get(-1 if each.target.handle is None else each.target.handle)
        if to is None or each.site.place in found or going.goes(each.site.module):
            continue
        is_fine = each.canonical in subject.allowed or each.site.module == to.partition(":")[0]
        if not (is_fine or _is_silenced(subject, going, each)):
            found[each.site.place] = _move(each, to, going, rivals)
    return [found[key] for key in sorted(found)]


def _move(each: Import, to: str, going: Leaving, rivals: Collection[int]) -> Move:
    return Move(
        file=each.site.place.path,
        module=each.site.module,
        line=each.site.place.line,
        through=each.canonical,
        taken=f"{each.canonical}:{each.name}" if each.name else each.canonical,
        reaches=each.target.name,
        to=to,
        at_top=not (each.site.in_function or each.site.type_checking),
        is_module=each.target.kind == "module",
        takes_rival=each.target.handle in rivals,
        is_use=each.target.name in going.definitions,
    )


def _definer(each: Import) -> str:
    return each.target.name.partition(":")[0]


def _handles(subject: Subject, going: Leaving) -> set[int]:
    handles = (subject.codebase.handle(*path.split(":", 1)) for path in sorted(going.definitions))
    # A rival inside what goes as a whole is one too: who imports it needs the owner.
    inside = (
        each.found.definition.handle
        for each in subject.rivals
        if going.goes(each.found.definition.site.module)
    )
    return {each for each in (*handles, *inside) if each is not None}


def _has_to_move(
    subject: Subject,
    going: Leaving,
    each: Import,
    dual: Collection[str],
    rivals: Collection[int],
) -> bool:
    home = each.site.module
    if going.goes(home) and going.modules[home] == going.modules.get(_module(each)):
        return False  # they go together
    if each.target.handle in rivals:
        definition = subject.codebase.definition(each.target.handle or 0)
        return definition.site.module != home and not _is_silenced(subject, going, each)
    legacy = subject.legacy_path_of(each)
    if legacy is not None:
        is_own = is_inside(home, legacy) or (
            is_inside(subject.owner_module, legacy) and home in subject.allowed
        )
        return not is_own and not _is_silenced(subject, going, each)
    if going.goes(_module(each)):
        return True
    if subject.path_of(each) in (None, *subject.allowed):
        return False
    return f"{each.canonical}.{each.name}" in going.names or (
        each.site.place.path in dual and subject.reaches_owner(each)
    )


def _module(each: Import) -> str:
    """The module that an import needs to be there."""
    named = each.target.kind == "module" and each.name not in ("", "*")
    return each.target.name if named else each.canonical


def _is_silenced(subject: Subject, going: Leaving, each: Import) -> bool:
    statement, path = each.statement, subject.legacy_path_of(each)
    return any(
        file == statement.path and legacy == path and statement.start <= start < statement.end
        for file, legacy, start in going.silenced
    )


def _home(subject: Subject, going: Leaving, each: Import, rivals: Collection[int]) -> str:
    """What an import is to take; empty when nothing of the kind is offered where it should be."""
    concept = subject.concept
    moved = concept.moved.get(f"{each.written}:{each.name}")
    if moved is not None:
        return moved
    if each.name == "*":
        return ""
    if subject.reaches_owner(each) or each.target.handle in rivals:
        return next(_owners_names(subject), "")
    is_old = _is_old(subject, going, _definer(each))
    if not each.name or (each.target.kind == "module" and is_old):
        return concept.allowed_paths[0]
    for module in (*concept.allowed_paths, subject.owner_module):
        handle = subject.codebase.handle(module, each.name)
        # What it only hands on from an old place is not there any more when that is gone.
        if handle is not None and not _is_old(
            subject, going, subject.codebase.definition(handle).site.module
        ):
            return f"{module}:{each.name}"
    is_known = each.target.kind in ("definition", "module")
    return each.target.name if is_known and not is_old else ""


def _is_old(subject: Subject, going: Leaving, module: str) -> bool:
    old = subject.concept.legacy_paths
    is_owner = module == subject.owner_module
    return going.goes(module) or (not is_owner and any(is_inside(module, path) for path in old))


def _owners_names(subject: Subject) -> Iterator[str]:
    """The ways to import the owner, the best first."""
    if subject.owner is None:
        yield subject.concept.allowed_paths[0]
        return
    names = (subject.owner.qualname, *subject.public_names)
    for module in (*subject.concept.allowed_paths, subject.owner_module):
        # A private owner may be offered under a name that is not.
        for name in sorted(dict.fromkeys(names), key=lambda each: each.startswith("_")):
            if subject.codebase.handle(module, name) == subject.owner.handle:
                yield f"{module}:{name}"
