"""What is to be done about one string that names an old path."""

from __future__ import annotations

import re
from typing import Final

from pluribus.codebase import String
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.decision import Claim, StringDecision
from pluribus.remedy.destination import Asker, Origin, declared_for, destination
from pluribus.remedy.edit import Edit
from pluribus.remedy.effects import lost_effects
from pluribus.rules.imports.legacy_string import imports_by_name, last_parts

_PLAIN = re.compile(rb"[rRuU]?('''|\"\"\"|'|\")(.*)\1", re.DOTALL)
_PATCHES: Final = ("patch", "setattr", "delattr")
"""These replace a name in what the rest of the path leads to."""
_IN_PLACE: Final = ("patch.dict", "patch.multiple")
"""These change the object itself that the path leads to."""

_SETTINGS: Final = ("settings", "config", "conf")


def replaces_name(string: String) -> bool:
    """Whether the last name of a path is replaced where it is looked up."""
    return last_parts(string.callee_path, 1) in _PATCHES


def decide_string(atlas: Atlas, claim: Claim, string: String) -> StringDecision | str:
    """What a string is to name from now on; or why nobody but a person can tell."""
    is_setting = _is_setting(string)
    if not imports_by_name(string) and not is_setting:
        return "nothing shows that what the string spells is imported or patched"
    if string.callee_path.startswith("sys.modules") or string.position in ("key", "comparison"):
        return "it stands for a module object in `sys.modules`"
    split = _split(atlas, claim, string.text)
    if split is None:
        return f"nothing is found under `{string.text}`"
    module, names = split
    asker = Asker(string.site.module, is_early=False)
    if not names and not is_setting:
        return _whole(atlas, claim, string, module)
    if not names:
        return "a setting that names a module may be the name of a logger, or of anything"
    reached = atlas.reach(module, names[0])
    origin = Origin(module, module, names[0], reached.target, reached.chain)
    way = destination(atlas, claim.subject, origin, asker)
    if isinstance(way, str):
        return way
    separator = ":" if ":" in string.text else "."
    edit = _edit(
        atlas, string, f"{module}{separator}{names[0]}", f"{way.module}{separator}{way.name}"
    )
    if edit is None:
        return "the string is spelled in parts, or with escapes"
    is_patch = replaces_name(string) and len(names) == 1 and not way.is_same_module
    decision = StringDecision(
        claim=claim,
        path=string.site.place.path,
        line=string.site.place.line,
        applicability=way.applicability,
        reason=way.reason,
        keys=((module, names[0]),) if is_patch else (),
        destinations=((way.module, way.name),) if is_patch else (),
        edits=(edit,),
        string=string,
        is_patch=is_patch,
    )
    if is_setting:
        decision.doubt("unsafe", "it is a setting: what reads it is not seen")
    return decision


def _is_setting(string: String) -> bool:
    """Whether a string is a value that a module of settings holds."""
    name = string.site.module.rpartition(".")[2]
    is_held = string.position in ("value", "element", "other") and not string.callee
    in_settings = name in _SETTINGS or ".settings." in f".{string.site.module}"
    return is_held and in_settings and not string.site.in_function and not string.site.is_test


def _split(atlas: Atlas, claim: Claim, text: str) -> tuple[str, list[str]] | None:
    """A dotted path as the module that it goes through, and the names in it; None when there is no
    such module, and none that the contract speaks of."""
    path, _, inner = text.partition(":")
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        module = ".".join(parts[:count])
        is_legacy = module in claim.subject.concept.legacy_paths
        if is_legacy or atlas.codebase.has_module(module):
            rest = [*parts[count:], *(inner.split(".") if inner else ())]
            return module, rest
    return None


def _whole(atlas: Atlas, claim: Claim, string: String, module: str) -> StringDecision | str:
    """A string that names a module: what is done with the module is not known."""
    same = atlas.codebase.same_module(module)
    declared = declared_for(claim.subject, module, "")
    new = declared if declared and ":" not in declared else same
    if new is None:
        return f"what is done with the module `{module}` is not known"
    edit = _edit(atlas, string, module, new)
    if edit is None:
        return "the string is spelled in parts, or with escapes"
    doubt = lost_effects(atlas, module, new, string.site.module)
    if new != same:
        doubt = f"`moved` says so, but `{new}` is another module object"
    return StringDecision(
        claim=claim,
        path=string.site.place.path,
        line=string.site.place.line,
        applicability="unsafe" if doubt else "safe",
        reason=doubt or "",
        edits=(edit,),
        string=string,
    )


def _edit(atlas: Atlas, string: String, old: str, new: str) -> Edit | None:
    place = string.site.place
    source = atlas.sources[place.path]
    match = _PLAIN.fullmatch(source.text, place.start, place.end)
    if match is None or match[2] != string.text.encode() or not string.text.startswith(old):
        return None
    start = match.start(2)
    return Edit(start, start + len(old.encode()), new.encode())
