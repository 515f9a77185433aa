"""A module that is used by its name, and the module that takes its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pluribus.codebase import Alias, Script, Use
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.destination import (
    Asker,
    Origin,
    Way,
    declared_for,
    destination,
    module_behind,
)
from pluribus.remedy.edit import Edit
from pluribus.remedy.effects import lost_effects
from pluribus.remedy.renaming import is_plain
from pluribus.rules import Subject


class Replaced(NamedTuple):
    """What takes the place of a module in one file."""

    module: str
    edits: tuple[Edit, ...]
    """Of its uses."""
    names: tuple[str, ...]
    """What is looked up in it when the code runs."""
    ways: tuple[Way, ...]
    """Where each of these leads."""
    doubt: str = ""
    """Why the file may tell the two modules apart, though every name in them is the same."""


def replaced_module(
    atlas: Atlas, subject: Subject, script: Script, alias: Alias, asker: Asker
) -> Replaced | str:
    """What a file may use in place of a module that it imports by name; or why nothing.

    Every name that the file takes from it must be the same object in the new one.
    """
    old = module_behind(subject, alias.found) or alias.found.written
    prefix = _prefix(alias)
    scope = alias.scope
    root = prefix.partition(".")[0]
    uses = [each for each in script.uses_of.get((scope, root), []) if _begins(each.chain, prefix)]
    if not uses:
        return f"`{prefix}` is imported for what it does, or for others: nothing here uses it"
    bare = [each for each in uses if each.chain == prefix]
    same = atlas.codebase.same_module(old)
    doubt = ""
    if bare:
        # Even one object by two names may be asked for its name, or compared with itself.
        doubt = f"the module `{prefix}` itself is handed on, in line {bare[0].place.line}"
        if same is None:
            return doubt
    reasons = []
    for module in _candidates(subject, old, same):
        found = _validated(
            atlas, subject, (old, module, same), script, (alias, prefix, uses), asker
        )
        if isinstance(found, Replaced):
            return found._replace(doubt=doubt)
        reasons.append(found)
    return reasons[0] if reasons else f"nothing takes the place of `{old}`"


def _prefix(alias: Alias) -> str:
    """How the file spells the module."""
    found = alias.found
    return found.bound if found.name or alias.asname else found.written


def _begins(chain: str, prefix: str) -> bool:
    return chain == prefix or chain.startswith(f"{prefix}.")


def _candidates(subject: Subject, old: str, same: str | None) -> Iterator[str]:
    declared = declared_for(subject, old, "")
    if declared is not None and ":" not in declared:
        yield declared
        return
    paths = (same, *subject.concept.allowed_paths, subject.owner_module)
    homes = [
        value.partition(":")[0]
        for key, value in subject.concept.moved.items()
        if key.partition(":")[0] == old
    ]
    yield from dict.fromkeys(path for path in (*paths, *homes) if path)


def _validated(
    atlas: Atlas,
    subject: Subject,
    modules: tuple[str, str, str | None],
    script: Script,
    used: tuple[Alias, str, Sequence[Use]],
    asker: Asker,
) -> Replaced | str:
    """What one candidate would mean; or what does not fit."""
    old, new, same = modules
    alias, prefix, uses = used
    source = atlas.sources[script.path]
    edits: list[Edit] = []
    ways: dict[str, Way] = {}
    shown = prefix if alias.found.name or alias.asname else new
    for use in uses:
        rest = use.chain.removeprefix(prefix).removeprefix(".")
        name = rest.partition(".")[0]
        if not is_plain(source, use):
            return (
                f"`{use.chain}` in line {use.place.line} is quoted, or spelled over several lines"
            )
        written = name
        if name:
            way = ways.get(name) or _way(
                atlas, subject, old, (new, name), asker, is_same=same == new
            )
            if isinstance(way, str):
                return way
            ways[name] = way
            written = way.name
        end = use.place.start + len(prefix.encode()) + (1 + len(name.encode()) if name else 0)
        text = f"{shown}.{written}" if name else shown
        edit = Edit(use.place.start, end, text.encode())
        if source.text[edit.start : edit.end] != edit.text:
            edits.append(edit)
    obstacle = None if alias.found.name or alias.asname else _hides(script, alias, new, prefix)
    if obstacle is not None:
        return obstacle
    return Replaced(new, tuple(edits), tuple(ways), tuple(ways.values()))


def _way(
    atlas: Atlas, subject: Subject, old: str, new: tuple[str, str], asker: Asker, *, is_same: bool
) -> Way | str:
    module, name = new
    found = atlas.reach(old, name)
    declared = declared_for(subject, old, name)
    if declared is not None:
        way = destination(atlas, subject, Origin(old, old, name, found.target, found.chain), asker)
        if isinstance(way, Way) and way.module != module:
            return f"what `{old}` holds went to several modules"
        return way
    there = atlas.reach(module, name).target
    if is_same and not found.target.is_missing:
        return _plain(atlas, old, Way(module, name, "safe", "", is_same_module=True), asker)
    if found.target.kind == "definition" and there.handle == found.target.handle:
        origin = Origin(old, old, name, found.target, found.chain)
        # Asked for its doubts: the module may lead to the same thing, and still not be whole.
        way = destination(atlas, subject, origin, asker)
        return way._replace(module=module, name=name) if isinstance(way, Way) else way
    if found.target.kind == "module" and there == found.target:
        return _plain(atlas, old, Way(module, name, "safe", ""), asker)
    return f"`{module}.{name}` is not what `{old}.{name}` is"


def _plain(atlas: Atlas, old: str, way: Way, asker: Asker) -> Way:
    """The same way, unsafe where importing the old module does more than that."""
    lost = None if asker.is_typing else lost_effects(atlas, old, way.module, asker.module)
    return way if lost is None else way._replace(applicability="unsafe", reason=lost)


def _hides(script: Script, alias: Alias, new: str, prefix: str) -> str | None:
    """What `import a.b` without `as` would break: it binds `a`, and others may count on it."""
    scope, root, top = alias.scope, prefix.partition(".")[0], new.partition(".")[0]
    others = [
        each
        for each in script.aliases
        if each is not alias and each.scope == scope and each.found.bound == root
    ]
    plain = [each for each in others if not each.found.name and not each.asname]
    for use in script.uses_of.get((scope, root), []):
        if not _begins(use.chain, prefix) and not any(
            _begins(use.chain, each.found.written) for each in plain
        ):
            return f"`{use.chain}` in line {use.place.line} counts on `import {prefix}`"
    if script.bound_in.get((scope, root), 0) > len(plain) + 1:
        return f"the file binds `{root}` more than once"
    if top == root:
        return None
    bound = {each.name for each in script.bindings}
    is_module = any(each.found.bound == top and not each.found.name for each in script.aliases)
    return f"the file has a `{top}` already" if top in bound and not is_module else None
