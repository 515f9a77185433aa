"""Uses of a name that an import binds: which can be spelled anew, and which cannot."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Alias, Script, Use, loose
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.edit import Edit
from pluribus.remedy.source import Source
from pluribus.rules.imports.legacy_string import names_a_logger


def renamed(atlas: Atlas, script: Script, alias: Alias, name: str) -> list[Edit] | str:
    """Edits of every use of what an alias binds, for a new name; or why it keeps its old one."""
    source = atlas.sources[script.path]
    old = alias.found.bound
    obstacle = next(_obstacles(atlas, script, alias, name), None)
    if obstacle is not None:
        return obstacle
    edits = []
    for use in script.uses_of.get((alias.scope, old), []):
        if not is_plain(source, use):
            return f"`{old}` is quoted in an annotation, or an f-string prints how it is spelled"
        end = use.place.start + len(old.encode())
        edits.append(Edit(use.place.start, end, name.encode()))
    return edits


def is_plain(source: Source, use: Use) -> bool:
    """Whether a use is spelled in code as one chain, not in a string or over several lines; and no
    f-string prints how it is spelled."""
    start, end = use.place.start, use.place.end
    is_spoken = any(start < until and since < end for since, until in source.spoken)
    return not is_spoken and source.text[start:end] == use.chain.encode()


def _obstacles(atlas: Atlas, script: Script, alias: Alias, name: str) -> Iterator[str]:
    old, scope = alias.found.bound, alias.scope
    if script.bound_in.get((scope, old), 0) > 1:
        yield f"the file binds `{old}` more than once"
    if any(each.name == old and each.scope != scope for each in script.bindings):
        # In the body of a class, what is read may be that or this, as the code has run so far.
        yield f"an inner scope binds `{old}` too"
    if any(each.name == name for each in script.bindings):
        yield f"the file has a `{name}` already"
    if script.is_dynamic:
        yield "the file looks names up by strings"
    source = atlas.sources[script.path]
    unbound = {each for _, each in loose(source.content).unbound}
    if name in unbound:
        yield f"the file uses another `{name}`"
    if "dir" in unbound:
        yield "the file may list its names"
    if scope:
        return
    if any(each.name == old for each in script.listed):
        yield f"`__all__` lists `{old}`"
    if is_taken(atlas, script, old):
        yield f"other files take `{old}` from here"
    if any(each.text.split(":")[0] for each in atlas.strings(f"{script.module}.{old}")):
        yield f"a string names `{script.module}.{old}`"
    if any(use.chain.startswith("sys.modules") for use in script.uses):
        yield "the file may look itself up in `sys.modules`"
    for each in atlas.strings(script.module):
        if each.text == script.module and not names_a_logger(each):
            yield f"a string names `{script.module}`, and what is taken from it is not seen"


def is_taken(atlas: Atlas, script: Script, name: str) -> bool:
    """Whether another file may take a name from this one."""
    offered = {each.name for each in script.listed}
    for each in atlas.imports_of(script.module):
        if each.site.place.path == script.path:
            continue
        if each.target.kind == "module" and each.target.name == script.module and each.name != "*":
            if _is_looked_up(atlas, each.site.place.path, script.module, name):
                return True
        elif each.canonical == script.module and (
            each.name == name or (each.name == "*" and (not offered or name in offered))
        ):
            return True
    return False


def _is_looked_up(atlas: Atlas, path: str, module: str, name: str) -> bool:
    """Whether a file that has a module by its name may ask it for another name."""
    for script in atlas.codebase.scripts([path]):
        for scope, spelled in modules_of(script, module):
            for use in script.uses:
                is_asked = f"{use.chain}.".startswith(f"{spelled}.{name}.")
                is_handed_on = use.chain in (spelled, f"{spelled}.__dict__")
                if use.home == scope and (is_asked or is_handed_on):
                    return True
    return False


def modules_of(script: Script, module: str) -> set[tuple[int, str]]:
    """The names by which a file has a module, each with the scope that binds it."""
    return {
        (each.scope, each.found.bound if each.found.name or each.asname else each.found.written)
        for each in script.aliases
        if each.found.target.kind == "module" and each.found.target.name == module
    }
