"""Who may bind the names of a module anew, from outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pluribus.codebase import Import, Script, rebindings
from pluribus.errors import FactsError
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.renaming import modules_of
from pluribus.rules.subject import is_inside


class Rebound(NamedTuple):
    """A place that may bind a name of a module anew."""

    path: str
    line: int
    kind: str
    """See `Rebinding`."""
    name: str


def is_test_module(path: str) -> bool:
    """Whether nobody imports a file: what only pytest runs."""
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py")


def rebound_in(atlas: Atlas, module: str) -> list[Rebound]:
    """Every such place of a code base, by path and line."""
    return atlas.once(("rebound", module), lambda: sorted(set(_rebound(atlas, module))))


def rebound_by_code(atlas: Atlas, module: str, name: str) -> Iterator[tuple[str, int]]:
    """Where code that is no test binds that very name: for others it may be this or that, as they
    come before or after."""
    for each in rebound_in(atlas, module):
        if (each.kind, each.name) == ("name", name) and not is_test_module(each.path):
            yield each.path, each.line


def _rebound(atlas: Atlas, module: str) -> Iterator[Rebound]:
    spelled = {each.site.place.path for each in atlas.strings(module)}
    for path in sorted(spelled | _in_hand(atlas, module)):
        script = atlas.known(path)
        held = held_as(atlas, script, module) if script is not None else set()
        content = atlas.peek(path) if held or path in spelled else None
        if content is None or (script is not None and script.module == module):
            continue
        try:
            found = rebindings(content, held, [module])
        except FactsError:
            continue  # nothing can run it
        for each in found:
            if each.kind != "modules" or path in spelled:
                yield Rebound(path, each.line, each.kind, each.name)


def _in_hand(atlas: Atlas, module: str) -> set[str]:
    """The files that may have the module object."""
    found = {each.site.place.path for each in _holders(atlas, module)}
    parent, _, name = module.rpartition(".")
    if parent:
        found |= {each.site.place.path for each in _holders(atlas, parent)}
        found |= set(atlas.codebase.chaining([f"{parent.rpartition('.')[2]}.{name}"]))
    for holder in _holders(atlas, module):
        if not holder.site.scope:
            found |= {each.site.place.path for each in _holders(atlas, holder.site.module)}
    return found


def _holders(atlas: Atlas, module: str) -> list[Import]:
    """Imports that give the module object to a file."""
    return [
        each
        for each in atlas.imports_of(module)
        if each.target.kind == "module" and each.target.name == module
    ]


def paths_through(atlas: Atlas, module: str) -> list[str]:
    """The dotted paths by which other modules that have a module lead to it."""
    holders = [each for each in _holders(atlas, module) if not each.site.scope]
    return sorted({f"{each.site.module}.{spelled_by(each)}" for each in holders})


def held_as(atlas: Atlas, script: Script, module: str) -> set[str]:
    """The dotted names that a file has for a module: its own, through the packages around it, and
    through other modules that have it."""
    held = {spelled for _, spelled in modules_of(script, module)} | held_through(script, module)
    for holder in _holders(atlas, module):
        if not holder.site.scope and holder.site.module != script.module:
            inner = spelled_by(holder)
            outer = modules_of(script, holder.site.module)
            held |= {f"{spelled}.{inner}" for _, spelled in outer}
    return held


def held_through(script: Script, module: str) -> set[str]:
    """The dotted names that a file has for a module because it has a package around it."""
    parts = module.split(".")
    held = set()
    for count in range(1, len(parts)):
        rest = ".".join(parts[count:])
        above = modules_of(script, ".".join(parts[:count]))
        held |= {f"{spelled}.{rest}" for _, spelled in above}
    if any(
        not each.found.name and not each.asname and each.found.bound == parts[0]
        for each in script.aliases
    ):
        held.add(module)  # `import a.b` binds `a`, whatever else is asked of it
    return held


def spelled_by(holder: Import) -> str:
    """How an import spells the module that it gives."""
    is_plain = not holder.name and holder.bound == holder.written.partition(".")[0]
    return holder.written if is_plain else holder.bound


def asked_through(atlas: Atlas, holder: str, spelled: str) -> Iterator[tuple[str, int]]:
    """Where a file that has a module asks it for what that has under a dotted name."""
    for path in sorted({each.site.place.path for each in _holders(atlas, holder)}):
        script = atlas.known(path)
        for _, outer in modules_of(script, holder) if script else ():
            for use in script.uses if script else ():
                if f"{use.chain}.".startswith(f"{outer}.{spelled}."):
                    yield path, use.place.line


def used_through(atlas: Atlas, module: str) -> list[tuple[str, int, str]]:
    """Where a module is asked for through a package around it, by files that do not import it:
    path, line and module of each. They count on others to have imported it."""
    return atlas.once(("through", module), lambda: sorted(set(_used_through(atlas, module))))


def _loads(script: Script, module: str) -> bool:
    """Whether a file imports a module itself, or something inside of it."""
    paths = [(each.found.path, each.found.canonical) for each in script.aliases]
    return any(is_inside(path, module) for both in paths for path in both)


def _used_through(atlas: Atlas, module: str) -> Iterator[tuple[str, int, str]]:
    parent, _, name = module.rpartition(".")
    if not parent:
        return
    asked = {each.site.place.path for each in _holders(atlas, parent)}
    asked |= set(atlas.codebase.chaining([f"{parent.rpartition('.')[2]}.{name}"]))
    for path in sorted(asked):
        script = atlas.known(path)
        if script is None or script.module == module or _loads(script, module):
            continue
        held = held_through(script, module)
        for use in script.uses if held else ():
            if any(f"{use.chain}.".startswith(f"{spelled}.") for spelled in held):
                yield path, use.place.line, script.module
