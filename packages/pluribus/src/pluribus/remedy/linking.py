"""Patches and what they are to meet: both move, or neither.

`mock.patch("old.Name")` replaces `Name` in the module `old`. It meets code that looks the name up there
while it runs: the code of `old` itself, imports inside of functions, and `old.Name` through the module.
When such code looks elsewhere from now on, the patch must go there with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pluribus.codebase import Import, String
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.decision import AliasDecision, Claim, Decision, Key, StringDecision
from pluribus.remedy.naming import decide_string, replaces_name
from pluribus.rules.imports.legacy_string import imports_by_name, last_parts

MayEdit = Callable[[str], bool]
"""Whether a file may be edited although no finding stands in it."""


def link(
    atlas: Atlas,
    imports: Sequence[AliasDecision],
    strings: list[StringDecision],
    *,
    may_edit: MayEdit,
    takes_unsafe: bool,
) -> None:
    """Note in each decision what others keep it from; and decide about patches that no finding asks
    to move, where the code that they meet does."""
    groups = _groups(imports, strings)
    for key, members in sorted(groups.items(), key=lambda each: each[0]):
        patches = [each for each in atlas.strings(".".join(key)) if _patches(each, key)]
        known = {each.string.site.place for each in members if isinstance(each, StringDecision)}
        missed = [each for each in patches if each.site.place not in known]
        for patch in missed:
            decided = _unasked(atlas, members[0].claim, patch, may_edit)
            if isinstance(decided, str):
                _doubt(members, "person", f"{_at(patch)} patches `{'.'.join(key)}`, and stays: {decided}")
            else:
                strings.append(decided)
                members.append(decided)
        if patches:
            _judge(atlas, key, members)
        elif any(isinstance(each, AliasDecision) for each in members):
            for place in _object_patches(atlas, key):
                _doubt(members, "person", f"{place} patches it through the module object")
    _together(groups.values(), takes_unsafe=takes_unsafe)


def _groups(
    imports: Iterable[AliasDecision], strings: Iterable[StringDecision]
) -> dict[Key, list[Decision]]:
    groups: dict[Key, list[Decision]] = {}
    for each in (*imports, *strings):
        for key in each.keys:
            groups.setdefault(key, []).append(each)
    return groups


def _patches(string: String, key: Key) -> bool:
    """Whether a string replaces that very name in that very module."""
    is_same = string.text.replace(":", ".") == ".".join(key)
    return is_same and imports_by_name(string) and replaces_name(string)


def _unasked(
    atlas: Atlas, claim: Claim, string: String, may_edit: MayEdit
) -> StringDecision | str:
    path = string.site.place.path
    atlas.load([path])
    if path not in atlas.sources:
        return atlas.obstacles.get(path, "its file is not among those that are mended")
    if not may_edit(path):
        return "the contract, a comment or a filter leaves it alone"
    return decide_string(atlas, claim, string)


def _judge(atlas: Atlas, key: Key, members: Sequence[Decision]) -> None:
    """What keeps a patched name from moving, as far as the code base shows it."""
    old, name = key
    for place in _object_patches(atlas, key):
        _doubt(members, "person", f"{place} patches it through the module object")
    script = atlas.script_of(old)
    if script is not None and script.uses_of.get((0, name)):
        line = script.uses_of[0, name][0].place.line
        _doubt(members, "person", f"`{old}` uses `{name}` itself (line {line}), where the patch meets it")
    decided = {each.alias.found.site.place for each in members if isinstance(each, AliasDecision)}
    for found in atlas.codebase.imports(modules=[old]):
        if _looks_up(atlas, found, key) and found.site.place not in decided:
            where = f"{found.site.place.path}:{found.site.place.line}"
            _doubt(members, "person", f"{where} goes on to look `{name}` up in `{old}`")
            break
    goals = {goal for each in members for at, goal in zip(each.keys, each.destinations, strict=True) if at == key}
    if len(goals) > 1:
        _doubt(members, "person", "what the patch meets goes to several modules")
    for module, there in sorted(goals):
        used = _uses_itself(atlas, module, there)
        if used is not None:
            _doubt(
                members,
                "unsafe",
                f"`{module}` uses `{there}` itself (line {used}), which the patch does not meet today",
            )


def _looks_up(atlas: Atlas, found: Import, key: Key) -> bool:
    """Whether an import looks a name up in a module while its file runs."""
    old, name = key
    if found.canonical == old and found.name:
        return found.name == name and found.site.in_function and not found.site.type_checking
    if found.target.kind != "module" or found.target.name != old:
        return False
    # The module by its name: whether it is asked for this name, its uses say.
    for script in atlas.codebase.scripts([found.site.place.path]):
        if any(use.chain.endswith(f".{name}") or f".{name}." in use.chain for use in script.uses):
            return True
    return False


def _uses_itself(atlas: Atlas, module: str, name: str) -> int | None:
    script = atlas.script_of(module)
    if script is None:
        return 0
    uses = script.uses_of.get((0, name), [])
    # What is used while the module is imported is used up before anything can be patched.
    late = [use for use in uses if use.scope and use.kind != "annotation"]
    return late[0].place.line if late else None


def _object_patches(atlas: Atlas, key: Key) -> Iterator[str]:
    """Places that patch a name through the module object: `patch.object(old, "Name")`."""
    old, name = key
    for string in atlas.strings(name):
        if string.text != name or (string.position, string.index) != ("argument", 1):
            continue
        last = last_parts(string.callee_path, 1)
        if last not in ("object", "setattr", "delattr"):
            continue
        path = string.site.place.path
        for script in atlas.codebase.scripts([path]):
            held = {
                (each.scope, each.found.bound if each.found.name or each.asname else each.found.written)
                for each in script.aliases
                if each.found.target.kind == "module" and each.found.target.name == old
            }
            if any((use.home, use.chain) in held for use in script.uses):
                yield _at(string)


def _at(string: String) -> str:
    return f"{string.site.place.path}:{string.site.place.line}"


def _doubt(members: Iterable[Decision], applicability: str, reason: str) -> None:
    for each in members:
        each.doubt("person" if applicability == "person" else "unsafe", reason)


def _together(groups: Iterable[Sequence[Decision]], *, takes_unsafe: bool) -> None:
    """Where one of a group is not done, none is; only groups in which something is patched."""
    taken = ("safe", "unsafe") if takes_unsafe else ("safe",)
    tied = [
        members
        for members in groups
        if any(isinstance(each, StringDecision) for each in members)
    ]
    has_changed = True
    while has_changed:
        has_changed = False
        for members in tied:
            stopped = next((each for each in members if each.applicability not in taken), None)
            if stopped is None:
                continue
            for each in members:
                if each.applicability in taken:
                    where = f"{stopped.path}:{stopped.line}"
                    each.doubt(stopped.applicability, f"{where} belongs to it, and is left: {stopped.reason}")
                    has_changed = True
