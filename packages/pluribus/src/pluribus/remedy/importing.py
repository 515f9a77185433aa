"""What is to be done about one name of an import statement."""

from __future__ import annotations

from pluribus.codebase import Alias, Script, loose
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.decision import AliasDecision, Claim
from pluribus.remedy.destination import (
    Asker,
    declared_for,
    destination,
    module_behind,
    origin_of,
)
from pluribus.remedy.edit import Edit
from pluribus.remedy.effects import lost_effects
from pluribus.remedy.modules import Replaced, replaced_module
from pluribus.remedy.renaming import renamed
from pluribus.remedy.statements import Taken, spelled


def decide_import(atlas: Atlas, claim: Claim, script: Script, index: int) -> AliasDecision | str:
    """Where a name is to be taken from; or why nobody but a person can tell."""
    alias = script.aliases[index]
    found = alias.found
    if found.written != found.canonical and not found.target.is_missing:
        same = atlas.codebase.same_module(found.written)
        if same is None and not found.written.endswith(f".{found.canonical}"):
            return f"`{found.written}` is imported under another name than `{found.canonical}`"
        if same is None:
            return f"`{found.written}` is `{found.canonical}` by another root"
    asker = Asker(
        script.module,
        is_early=not found.site.in_function and not found.site.type_checking,
        is_guarded=found.site.guarded,
        is_typing=found.site.type_checking,
    )
    if found.site.fallback and found.target.is_missing:
        return (
            f"the file falls back on `{found.written}`, which does not exist: remove the fallback"
        )
    if found.name == "*":
        return _star(atlas, claim, script, index)
    if module_behind(claim.subject, found) is not None:
        replaced = replaced_module(atlas, claim.subject, script, alias, asker)
        if isinstance(replaced, str):
            return replaced
        return _module(atlas, claim, script, index, replaced)
    return _name(atlas, claim, script, index, asker)


def _name(
    atlas: Atlas, claim: Claim, script: Script, index: int, asker: Asker
) -> AliasDecision | str:
    alias = script.aliases[index]
    found = alias.found
    way = destination(atlas, claim.subject, origin_of(found), asker)
    if isinstance(way, str):
        return way
    bound = found.bound
    edits: tuple[Edit, ...] = ()
    is_renamed = way.name != found.name and not alias.asname and _is_declared(claim, alias)
    if is_renamed:
        # Where its uses cannot be spelled anew, it keeps its old name here.
        found_uses = renamed(atlas, script, alias, way.name)
        if not isinstance(found_uses, str):
            bound, edits = way.name, tuple(found_uses)
    is_lookup = found.site.in_function and not found.site.type_checking and not way.is_same_module
    return AliasDecision(
        claim=claim,
        path=script.path,
        line=found.statement.line,
        applicability=way.applicability,
        reason=way.reason,
        keys=((found.canonical, found.name),) if is_lookup else (),
        destinations=((way.module, way.name),) if is_lookup else (),
        edits=edits,
        script=script,
        index=index,
        taken=Taken(way.module, way.name, bound),
        is_other=way.is_other,
    )


def _is_declared(claim: Claim, alias: Alias) -> bool:
    found = alias.found
    modules = (found.written, found.canonical)
    return any(declared_for(claim.subject, module, found.name) for module in modules)


def _module(
    atlas: Atlas, claim: Claim, script: Script, index: int, replaced: Replaced
) -> AliasDecision:
    alias = script.aliases[index]
    found = alias.found
    edits, taken = replaced.edits, None
    if found.name:
        parent, _, name = replaced.module.rpartition(".")
        bound = found.bound
        if name != bound and not alias.asname and not edits:
            uses = renamed(atlas, script, alias, name)
            if not isinstance(uses, str):
                bound, edits = name, tuple(uses)
        taken = Taken(parent, name, bound)
    else:
        place = found.module_place
        edits = (Edit(place.start, place.end, replaced.module.encode()), *edits)
    old = module_behind(claim.subject, found) or found.written
    is_same = all(way.is_same_module for way in replaced.ways)
    doubtful = next((way for way in replaced.ways if way.applicability != "safe"), None)
    return AliasDecision(
        claim=claim,
        path=script.path,
        line=found.statement.line,
        applicability="unsafe" if doubtful or replaced.doubt else "safe",
        reason=doubtful.reason if doubtful else replaced.doubt,
        keys=() if is_same else tuple((old, name) for name in replaced.names),
        destinations=() if is_same else tuple((way.module, way.name) for way in replaced.ways),
        edits=edits,
        script=script,
        index=index,
        taken=taken,
        is_other=any(way.is_other for way in replaced.ways),
    )


def _star(atlas: Atlas, claim: Claim, script: Script, index: int) -> AliasDecision | str:
    """A star import from a module that offers the same under the same names, or more that nobody
    here calls so."""
    alias = script.aliases[index]
    found, old = alias.found, alias.found.canonical
    offered = atlas.codebase.exports(old)
    if offered is None or offered.names is None:
        return f"`{old}` does not say in `__all__` what `*` brings"
    called = {each.name for each in script.bindings}
    called |= {name for _, name in loose(atlas.sources[script.path].content).unbound}
    for module in (*claim.subject.concept.allowed_paths, claim.subject.owner_module):
        there = atlas.codebase.exports(module)
        if there is None or there.names is None or module == script.module:
            continue
        more = set(there.names) - set(offered.names)
        if not more & called and all(_is_same(atlas, old, module, name) for name in offered.names):
            place = found.module_place
            shown = spelled(module, script, found.level)
            doubt = lost_effects(atlas, old, module, script.module)
            if more and not found.site.scope and _may_be_taken(atlas, script):
                doubt = f"`*` would bring `{min(more)}` too, and others may take it from here"
            return AliasDecision(
                claim=claim,
                path=script.path,
                line=found.statement.line,
                applicability="unsafe" if doubt else "safe",
                reason=doubt or "",
                edits=(Edit(place.start, place.end, shown.encode()),),
                script=script,
                index=index,
            )
    return f"no allowed module offers all that `*` brings from `{old}`"


def _is_same(atlas: Atlas, old: str, new: str, name: str) -> bool:
    target, there = atlas.reach(old, name).target, atlas.reach(new, name).target
    is_known = target.kind in ("definition", "module")
    return is_known and (there.kind, there.name, there.handle) == (
        target.kind,
        target.name,
        target.handle,
    )


def _may_be_taken(atlas: Atlas, script: Script) -> bool:
    """Whether another file imports this one; not all files need have been read."""
    return atlas.codebase.ledger().set_aside > 0 or any(
        each.site.place.path != script.path for each in atlas.imports_of(script.module)
    )
