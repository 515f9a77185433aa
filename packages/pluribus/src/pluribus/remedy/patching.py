"""Where names and modules are replaced while tests run, and where they are looked up then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pluribus.codebase import Import, String
from pluribus.remedy.applicability import Applicability
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.decision import AliasDecision, Decision, Key
from pluribus.remedy.naming import replaces_name
from pluribus.remedy.rebinding import is_test_module, paths_through, rebound_in
from pluribus.remedy.renaming import modules_of
from pluribus.rules.imports.legacy_string import imports_by_name, last_parts, names_a_logger
from pluribus.rules.subject import is_inside

__all__ = ["Spot", "injections", "is_test_module", "object_patches", "spelled_elsewhere"]

_TELLING = ("print", "debug", "info", "warning", "warn", "error", "exception", "critical", "fail")
"""Calls that tell people what they are handed, and do nothing else with it."""


class Spot(NamedTuple):
    """A place that stays as it is."""

    path: str
    line: int
    what: str
    weight: Applicability = "person"
    """How much it weighs against moving what has to do with it."""
    verb: str = "is patched"
    """What is done there with what is moved."""


def patches_name(string: String, key: Key) -> bool:
    """Whether a string replaces that very name in that very module."""
    is_same = string.text.replace(":", ".") == ".".join(key)
    return is_same and imports_by_name(string) and replaces_name(string)


def other_lookups(atlas: Atlas, key: Key, members: Sequence[Decision]) -> list[Spot]:
    """Code that goes on to look a name up in its old module while it runs."""
    old, name = key
    decided = {each.alias.found.site.place for each in members if isinstance(each, AliasDecision)}
    spots = []
    for found in atlas.imports_of(old):
        place = found.site.place
        if place not in decided and _looks_up(atlas, found, key):
            what = f"goes on to look `{name}` up in `{old}`"
            spots.append(Spot(place.path, place.line, what))
    return spots


def _looks_up(atlas: Atlas, found: Import, key: Key) -> bool:
    old, name = key
    if found.canonical == old and found.name:
        return found.name == name and found.site.in_function and not found.site.type_checking
    if found.target.kind != "module" or found.target.name != old:
        return False
    for script in atlas.codebase.scripts([found.site.place.path]):
        for scope, spelled in modules_of(script, old):
            chain = f"{spelled}.{name}"
            if any(
                use.home == scope and f"{use.chain}.".startswith(f"{chain}.")
                for use in script.uses
            ):
                return True
    return False


def uses_itself(atlas: Atlas, module: str, name: str) -> int | None:
    script = atlas.script_of(module)
    if script is None:
        return 0
    uses = script.uses_of.get((0, name), [])
    # What is used while the module is imported is used up before anything can be patched.
    late = [use for use in uses if use.scope and use.kind != "annotation"]
    return late[0].place.line if late else None


def object_patches(atlas: Atlas, key: Key) -> Iterator[Spot]:
    """Places that patch a name through the module object, or may: `patch.object(old, "Name")`."""
    old, name = key
    for each in rebound_in(atlas, old):
        if each.kind == "name" and each.name == name:
            yield Spot(each.path, each.line, "goes through the module object", "unsafe")
        elif each.kind == "any":
            what = "has the module object, and may bind any name in it anew"
            yield Spot(each.path, each.line, what, "unsafe", "may be patched")


def spelled_elsewhere(atlas: Atlas, key: Key) -> Iterator[Spot]:
    """Strings that are the path of a name, or of its module, where it is not seen what for."""
    path, what = ".".join(key), "spells it: what reads that is not seen"
    for each in atlas.strings(key[0]):
        place = each.site.place
        if each.text.replace(":", ".") in (path, key[0]) and not _is_told(each, key[0]):
            yield Spot(place.path, place.line, what, "unsafe", "may be patched")
    yield from _through_others(atlas, key)


def _through_others(atlas: Atlas, key: Key) -> Iterator[Spot]:
    """Strings that lead to a name through a module that has its module: `user.old.Name`."""
    for through in paths_through(atlas, key[0]):
        for each in atlas.strings(f"{through}.{key[1]}"):
            place = each.site.place
            yield Spot(place.path, place.line, "goes through another module", "unsafe")


def _is_told(string: String, module: str) -> bool:
    """Whether it is known what a string that spells a path is for: it patches nothing, or it is
    among the patches that are looked at one by one."""
    return (
        imports_by_name(string)
        or names_a_logger(string)
        or string.position == "comparison"
        or last_parts(string.callee_path, 1) in _TELLING
        or is_inside(string.site.module, module)
    )


def injections(atlas: Atlas, module: str) -> Iterator[Spot]:
    """Places that change what `sys.modules` says of a module."""
    for string in atlas.strings(module):
        is_registry = string.callee_path.startswith("sys.modules") or (
            last_parts(string.callee_path, 1) in ("dict", "setitem", "delitem")
        )
        if string.text == module and is_registry:
            yield Spot(string.site.place.path, string.site.place.line, "")
    for each in rebound_in(atlas, module):
        if each.kind == "modules":
            yield Spot(each.path, each.line, "")
