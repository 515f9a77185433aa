"""Where names and modules are replaced while tests run, and where they are looked up then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pluribus.codebase import Import, String
from pluribus.remedy.applicability import Applicability
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.decision import AliasDecision, Decision, Key
from pluribus.remedy.naming import replaces_name
from pluribus.remedy.renaming import modules_of
from pluribus.rules.imports.legacy_string import imports_by_name, last_parts


class Spot(NamedTuple):
    """A place that stays as it is."""

    path: str
    line: int
    what: str
    weight: Applicability = "person"
    """How much it weighs against moving what has to do with it."""


def is_test_module(path: str) -> bool:
    """Whether nobody imports a file: what only pytest runs."""
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py")


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
    """Places that patch a name through the module object: `patch.object(old, "Name")`."""
    old, name = key
    for string in atlas.strings(name):
        if string.text != name or (string.position, string.index) != ("argument", 1):
            continue
        if last_parts(string.callee_path, 1) not in ("object", "setattr", "delattr"):
            continue
        place = string.site.place
        for script in atlas.codebase.scripts([place.path]):
            held = modules_of(script, old)
            if any((use.home, use.chain) in held for use in script.uses):
                what = "goes through the module object"
                yield Spot(place.path, place.line, what, "unsafe")


def injections(atlas: Atlas, module: str) -> Iterator[Spot]:
    """Places that change what `sys.modules` says of a module."""
    for string in atlas.strings(module):
        is_registry = string.callee_path.startswith("sys.modules") or (
            last_parts(string.callee_path, 1) in ("dict", "setitem", "delitem")
        )
        if string.text == module and is_registry:
            yield Spot(string.site.place.path, string.site.place.line, "")
