"""Patches and what they are to meet: both move, or neither.

`mock.patch("old.Name")` replaces `Name` in the module `old`. It meets code that looks the name up
there while it runs: the code of `old` itself, imports inside of functions, and `old.Name` through
the module. When such code looks elsewhere from now on, the patch must go there with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pluribus.codebase import String
from pluribus.remedy.applicability import Applicability
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.decision import AliasDecision, Claim, Decision, Key, StringDecision
from pluribus.remedy.effects import stays_loaded
from pluribus.remedy.naming import decide_string
from pluribus.remedy.patching import (
    Spot,
    injections,
    is_test_module,
    object_patches,
    other_lookups,
    patches_name,
    spelled_elsewhere,
    uses_itself,
)
from pluribus.remedy.rebinding import asked_through, rebound_in, spelled_by, used_through

MayEdit = Callable[[str], bool]
"""Whether a file may be edited although no finding stands in it."""


def link(
    atlas: Atlas,
    imports: Sequence[AliasDecision],
    strings: list[StringDecision],
    *,
    may_edit: MayEdit,
    takes_unsafe: bool,
) -> list[list[Decision]]:
    """Note in each decision what others keep it from.

    Patches that no finding asks to move are decided about, too, where the code that they meet is.

    Returns:
        Which decisions are carried out together or not at all.
    """
    late: dict[str, str] = {}
    for each in imports:
        patched = _meet(atlas, each) or _bound_anew(atlas, each)
        if patched is not None:
            late.setdefault(_old_module(each), patched)
    for each in imports:
        if (patched := late.get(_old_module(each))) is not None:
            # What is left imports the old module later then, and binds there what is patched.
            each.doubt("unsafe", f"`{_old_module(each)}` may be run first while {patched}")
    groups = _groups(imports, strings)
    tied: list[list[Decision]] = []
    for key, members in sorted(groups.items(), key=lambda each: each[0]):
        patches = [each for each in atlas.strings(".".join(key)) if patches_name(each, key)]
        known = {each.string.site.place for each in members if isinstance(each, StringDecision)}
        stuck = [*object_patches(atlas, key), *spelled_elsewhere(atlas, key)]
        for patch in patches:
            if patch.site.place in known:
                continue
            decided = _unasked(atlas, members[0].claim, patch, may_edit)
            if isinstance(decided, str):
                stuck.append(
                    Spot(patch.site.place.path, patch.site.place.line, f"stays: {decided}")
                )
            else:
                strings.append(decided)
                members.append(decided)
        if patches or stuck:
            lookups = other_lookups(atlas, key, members)
            for tie in _ties(members, stuck):
                met = _near(stuck, tie, is_met=_is_shared(tie))
                _judge(atlas, key, tie, met, _near(lookups, tie, is_met=False))
                tied.append(tie)
    _together(tied, takes_unsafe=takes_unsafe)
    return tied


def _meet(atlas: Atlas, decision: AliasDecision) -> str | None:
    """Note what code would meet elsewhere that it does not meet today, or would no longer meet.

    Returns:
        What patches the new path, if anything does.
    """
    met = None
    is_met = not is_test_module(decision.path)
    for spot in _near(injections(atlas, _old_module(decision)), [decision], is_met=is_met):
        where = f"{spot.path}:{spot.line}"
        decision.doubt("unsafe", f"{where} puts something else in the place of its old module")
    decision.doubt(*_counted_on(atlas, decision))
    for goal in decision.destinations:
        path = ".".join(goal)
        patches = [
            Spot(each.site.place.path, each.site.place.line, "")
            for each in atlas.strings(path)
            if patches_name(each, goal)
        ]
        patches += object_patches(atlas, goal)
        for spot in _near(patches, [decision], is_met=is_met):
            where = f"{spot.path}:{spot.line}"
            does = "patches" if spot.verb == "is patched" else "may patch"
            met = f"{where} {does} `{path}`"
            decision.doubt("unsafe", f"{met}, which this does not meet today")
    return met


def _bound_anew(atlas: Atlas, decision: AliasDecision) -> str | None:
    """What code binds anew in the new module, and the old one takes from it when it is run."""
    goals = {module for module, _ in decision.destinations}
    goals |= {decision.taken.module} if decision.taken is not None else set()
    old = _old_module(decision)
    for goal in sorted(goals):
        for each in rebound_in(atlas, goal):
            is_code = each.kind == "name" and not is_test_module(each.path)
            if is_code and atlas.reach(old, each.name).target.kind == "definition":
                return f"{each.path}:{each.line} binds `{goal}.{each.name}` anew"
    return None


def _counted_on(atlas: Atlas, decision: AliasDecision) -> tuple[Applicability, str]:
    """Whether others ask for the old module although they do not import it, or through what this
    file has of it; "safe" where none does."""
    found = decision.alias.found
    old = _old_module(decision)
    for path, line, asker in used_through(atlas, old):
        if path != decision.path and not stays_loaded(atlas, old, asker):
            return "person", f"{path}:{line} asks for `{old}`, and counts on others to import it"
    inner = spelled_by(found)
    is_module = found.target.kind == "module" and found.target.name == old
    if not is_module or found.site.scope:
        return "safe", ""
    is_renamed = decision.taken is None or "." in inner
    path = f"{decision.script.module}.{inner}"
    for string in atlas.strings(path):
        place = string.site.place
        # What goes through it patches the old module, for all who look something up there.
        if is_renamed or string.text.startswith(f"{path}."):
            return "person", f"{place.path}:{place.line} spells `{string.text}`"
    for path, line in asked_through(atlas, decision.script.module, inner) if is_renamed else ():
        return "person", f"{path}:{line} asks for `{old}` through this file"
    return "safe", ""


def _ties(members: Sequence[Decision], stuck: Sequence[Spot]) -> Iterator[list[Decision]]:
    """Patches, each with the code that it may meet: that of its own file, and all that is no test.

    A test does not meet what another test patches.
    """
    patched = {each.path for each in members if isinstance(each, StringDecision)}
    patched |= {each.path for each in stuck}
    shared = [each for each in members if not is_test_module(each.path)]
    own = [each for each in members if is_test_module(each.path) and each.path in patched]
    if _is_shared(shared):
        yield [*shared, *own]
        return
    yield from ([each] for each in shared)
    for path in sorted({each.path for each in own}):
        yield [each for each in own if each.path == path]


def _is_shared(tie: Sequence[Decision]) -> bool:
    """Whether code that is no test is among what is tied together: every test may meet it."""
    return any(isinstance(each, AliasDecision) and not is_test_module(each.path) for each in tie)


def _near(spots: Iterable[Spot], tie: Sequence[Decision], *, is_met: bool) -> list[Spot]:
    """Those that have to do with what is tied together; `is_met` for patches that it may meet."""
    paths = {each.path for each in tie}
    return [
        each for each in spots if is_met or each.path in paths or not is_test_module(each.path)
    ]


def _groups(
    imports: Iterable[AliasDecision], strings: Iterable[StringDecision]
) -> dict[Key, list[Decision]]:
    groups: dict[Key, list[Decision]] = {}
    for each in (*imports, *strings):
        for key in each.keys:
            groups.setdefault(key, []).append(each)
    return groups


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
    stuck: Sequence[Spot],
    lookups: Sequence[Spot],
) -> None:
    """What keeps a patched name from moving, as far as the code base shows it."""
    old, name = key
    for spot in sorted(stuck, key=lambda each: each.weight):
        _doubt(
            tie,
            spot.weight,
            f"`{old}.{name}` {spot.verb} in {spot.path}:{spot.line}, which {spot.what}",
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
    for goal in sorted(goals):
        met = _newly_met(atlas, goal, tie)
        if met is not None:
            _doubt(tie, "unsafe", f"{met}, which the patch does not meet today")


def _newly_met(atlas: Atlas, goal: Key, tie: Sequence[Decision]) -> str | None:
    """Code that looks a name up in its new module already."""
    module, name = goal
    used = uses_itself(atlas, module, name)
    if used is not None:
        return f"`{module}` uses `{name}` itself (line {used})"
    for spot in _near(other_lookups(atlas, goal, tie), tie, is_met=False):
        return f"{spot.path}:{spot.line} looks `{name}` up in `{module}`"
    return None


def _old_module(decision: AliasDecision) -> str:
    found = decision.alias.found
    is_module = not found.name or found.target.kind == "module"
    return found.target.name if is_module and found.target.name else found.canonical


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
