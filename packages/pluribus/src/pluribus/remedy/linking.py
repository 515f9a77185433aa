"""Patches and what they are to meet: both move, or neither.

`mock.patch("old.Name")` replaces `Name` in the module `old`. It meets code that looks the name up there
while it runs: the code of `old` itself, imports inside of functions, and `old.Name` through the module.
When such code looks elsewhere from now on, the patch must go there with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from pluribus.codebase import Import, String
from pluribus.remedy.applicability import Applicability
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.decision import AliasDecision, Claim, Decision, Key, StringDecision
from pluribus.remedy.naming import decide_string, replaces_name
from pluribus.remedy.renaming import modules_of
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
    for each in imports:
        _meet(atlas, each)
    groups = _groups(imports, strings)
    tied: list[list[Decision]] = []
    for key, members in sorted(groups.items(), key=lambda each: each[0]):
        patches = [each for each in atlas.strings(".".join(key)) if _patches(each, key)]
        known = {each.string.site.place for each in members if isinstance(each, StringDecision)}
        stuck = list(_object_patches(atlas, key))
        for patch in patches:
            if patch.site.place in known:
                continue
            decided = _unasked(atlas, members[0].claim, patch, may_edit)
            if isinstance(decided, str):
                stuck.append(
                    _Spot(patch.site.place.path, patch.site.place.line, f"stays: {decided}")
                )
            else:
                strings.append(decided)
                members.append(decided)
        if patches or stuck:
            lookups = _other_lookups(atlas, key, members)
            for tie in _ties(members, stuck):
                met = _near(stuck, tie, is_met=_is_shared(tie))
                _judge(atlas, key, tie, met, _near(lookups, tie, is_met=False))
                tied.append(tie)
    _together(tied, takes_unsafe=takes_unsafe)


def _meet(atlas: Atlas, decision: AliasDecision) -> None:
    """Note what code would meet elsewhere that it does not meet today, or would no longer meet."""
    is_met = not _is_test_module(decision.path)
    for spot in _near(_injections(atlas, _old_module(decision)), [decision], is_met=is_met):
        where = f"{spot.path}:{spot.line}"
        decision.doubt("unsafe", f"{where} puts something else in the place of its old module")
    for goal in decision.destinations:
        path = ".".join(goal)
        patches = [
            _Spot(each.site.place.path, each.site.place.line, "")
            for each in atlas.strings(path)
            if _patches(each, goal)
        ]
        patches += _object_patches(atlas, goal)
        for spot in _near(patches, [decision], is_met=is_met):
            where = f"{spot.path}:{spot.line}"
            decision.doubt("unsafe", f"{where} patches `{path}`, which this does not meet today")


class _Spot(NamedTuple):
    """A place that stays as it is."""

    path: str
    line: int
    what: str
    weight: Applicability = "person"
    """How much it weighs against moving what has to do with it."""


def _ties(members: Sequence[Decision], stuck: Sequence[_Spot]) -> Iterator[list[Decision]]:
    """Patches, each with the code that it may meet: that of its own file, and all that is no test.

    A test does not meet what another test patches.
    """
    patched = {each.path for each in members if isinstance(each, StringDecision)}
    patched |= {each.path for each in stuck}
    shared = [each for each in members if not _is_test_module(each.path)]
    own = [each for each in members if _is_test_module(each.path) and each.path in patched]
    if _is_shared(shared):
        yield [*shared, *own]
        return
    yield from ([each] for each in shared)
    for path in sorted({each.path for each in own}):
        yield [each for each in own if each.path == path]


def _is_shared(tie: Sequence[Decision]) -> bool:
    """Whether code that is no test is among what is tied together: every test may meet it."""
    return any(isinstance(each, AliasDecision) and not _is_test_module(each.path) for each in tie)


def _near(spots: Iterable[_Spot], tie: Sequence[Decision], *, is_met: bool) -> list[_Spot]:
    """Those that have to do with what is tied together; `is_met` for patches that it may meet."""
    paths = {each.path for each in tie}
    return [
        each for each in spots if is_met or each.path in paths or not _is_test_module(each.path)
    ]


def _is_test_module(path: str) -> bool:
    """Whether nobody imports a file: what only pytest runs."""
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py")


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


def _judge(
    atlas: Atlas,
    key: Key,
    tie: Sequence[Decision],
    stuck: Sequence[_Spot],
    lookups: Sequence[_Spot],
) -> None:
    """What keeps a patched name from moving, as far as the code base shows it."""
    old, name = key
    for spot in sorted(stuck, key=lambda each: each.weight):
        _doubt(
            tie,
            spot.weight,
            f"`{old}.{name}` is patched in {spot.path}:{spot.line}, which {spot.what}",
        )
    if not any(isinstance(each, StringDecision) for each in tie):
        return
    script = atlas.script_of(old)
    if script is not None and script.uses_of.get((0, name)):
        line = script.uses_of[0, name][0].place.line
        _doubt(
            tie, "person", f"`{old}` uses `{name}` itself (line {line}), where the patch meets it"
        )
    for spot in lookups:
        _doubt(tie, "person", f"{spot.path}:{spot.line} {spot.what}")
    goals = {
        goal
        for each in tie
        for at, goal in zip(each.keys, each.destinations, strict=True)
        if at == key
    }
    if len(goals) > 1:
        _doubt(tie, "person", "what the patch meets goes to several modules")
    for module, there in sorted(goals):
        used = _uses_itself(atlas, module, there)
        if used is not None:
            reason = f"`{module}` uses `{there}` itself (line {used}), which the patch does not meet today"
            _doubt(tie, "unsafe", reason)


def _other_lookups(atlas: Atlas, key: Key, members: Sequence[Decision]) -> list[_Spot]:
    """Code that goes on to look a name up in its old module while it runs."""
    old, name = key
    decided = {each.alias.found.site.place for each in members if isinstance(each, AliasDecision)}
    spots = []
    for found in atlas.codebase.imports(modules=[old]):
        place = found.site.place
        if place not in decided and _looks_up(atlas, found, key):
            what = f"goes on to look `{name}` up in `{old}`"
            spots.append(_Spot(place.path, place.line, what))
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


def _uses_itself(atlas: Atlas, module: str, name: str) -> int | None:
    script = atlas.script_of(module)
    if script is None:
        return 0
    uses = script.uses_of.get((0, name), [])
    # What is used while the module is imported is used up before anything can be patched.
    late = [use for use in uses if use.scope and use.kind != "annotation"]
    return late[0].place.line if late else None


def _object_patches(atlas: Atlas, key: Key) -> Iterator[_Spot]:
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
                yield _Spot(place.path, place.line, what, "unsafe")


def _old_module(decision: AliasDecision) -> str:
    found = decision.alias.found
    is_module = not found.name or found.target.kind == "module"
    return found.target.name if is_module and found.target.name else found.canonical


def _injections(atlas: Atlas, module: str) -> Iterator[_Spot]:
    """Places that change what `sys.modules` says of a module."""
    for string in atlas.strings(module):
        is_registry = string.callee_path.startswith("sys.modules") or (
            last_parts(string.callee_path, 1) in ("dict", "setitem", "delitem")
        )
        if string.text == module and is_registry:
            yield _Spot(string.site.place.path, string.site.place.line, "")


def _doubt(members: Iterable[Decision], applicability: Applicability, reason: str) -> None:
    for each in members:
        each.doubt(applicability, reason)


def _together(tied: Sequence[Sequence[Decision]], *, takes_unsafe: bool) -> None:
    """Where one of those that are tied together is not done, none is."""
    taken = ("safe", "unsafe") if takes_unsafe else ("safe",)
    has_changed = True
    while has_changed:
        has_changed = False
        for members in tied:
            stopped = next((each for each in members if each.applicability not in taken), None)
            if stopped is None or not any(isinstance(each, StringDecision) for each in members):
                continue
            for each in members:
                if each.applicability in taken:
                    where = f"{stopped.path}:{stopped.line}"
                    reason = f"{where} belongs to it, and is left: {stopped.reason}"
                    each.doubt(stopped.applicability, reason)
                    has_changed = True
