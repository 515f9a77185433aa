"""Which rival should be the one, and why. Popularity alone never decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile

from pluribus.discovery.exclusions import DEPRECATED_TEXT, SHIM_TEXT
from pluribus.discovery.fragments import Fragment
from pluribus.discovery.landscape import Landscape, Thing
from pluribus.discovery.naming import LEFT_BEHIND, OUTDATED, words_of
from pluribus.findings.discovery import Counts, Proposal, Rival

_LEAD = 0.15
"""How much more complete one must be to be the owner for that."""
_RECENT_S = 90 * 24 * 3600
"""How much later it must have been changed last, in seconds, for that to say something."""
_OUTWEIGHS = 4
"""So many times more dependants make it doubtful that the more complete one should win."""
_SHOWN = 4
_NAMED = "its name says"
_FIRST_LINES = 8
_START_LINES = 40
"""So many lines of a class hold its docstring, and its `__init__` if it does little."""
_TOP = 1_500
"""As many characters of a file may tell what it is for."""
_WARNS_ON_IMPORT = re.compile(
    r"^(warnings\.)?warn\([^)]*DeprecationWarning|^def __getattr__\(", re.MULTILINE
)
_FIRST_IMPORT = re.compile(r"^(import|from)\s", re.MULTILINE)

History = Callable[[Sequence[str]], Mapping[str, int]]
"""From paths to when each was changed last, in seconds since 1970; empty without a history."""
Text = Callable[[str], str]
"""From a path to the text of the file; empty for one that cannot be read."""


def against(landscape: Landscape, thing: Thing, text: Text) -> tuple[str, ...]:
    """What speaks against a thing as the owner."""
    said = []
    *folders, last = thing.module.split(".")
    named = OUTDATED.intersection((*words_of(thing.qualname), *words_of(last)))
    marks = sorted(named | LEFT_BEHIND.intersection(folders))
    if marks:
        said.append(f"{_NAMED} {', '.join(marks)}")
    source = text(landscape.modules[thing.file].path)
    if _warns(thing, source):
        said.append("it warns of its deprecation")
    elif DEPRECATED_TEXT.search(_before_code(source) + _lines(thing, source, _FIRST_LINES)):
        said.append("what stands at its top calls it deprecated")
    elif SHIM_TEXT.search(_before_code(source)):
        said.append("what stands at the top of its file calls that a shim for compatibility")
    return tuple(said)


def _warns(thing: Thing, source: str) -> bool:
    """Whether to import a module, to take any name from it or to make a class gives a warning."""
    if "DeprecationWarning" not in source:
        return False
    if _WARNS_ON_IMPORT.search(source):
        return True
    return bool(thing.qualname) and "DeprecationWarning" in _lines(thing, source, _START_LINES)


def _before_code(source: str) -> str:
    """What stands before the first import of a file: as a rule its docstring."""
    found = _FIRST_IMPORT.search(source)
    return source[: min(found.start() if found else len(source), _TOP)]


def _lines(thing: Thing, source: str, count: int) -> str:
    """The first lines of a definition, as far as they are indented; none of a module."""
    if not thing.qualname:
        return ""
    at = thing.location.line
    lines = source.splitlines()[at : at + count]
    return "\n".join(takewhile(lambda line: line[:1] in ("", " ", "\t", ")"), lines))


def propose(fragment: Fragment, rivals: Sequence[Rival], history: Mapping[str, int]) -> Proposal:
    """Choose an owner by evidence, or name those between whom a person has to choose."""
    in_favour = [each for each in rivals if not each.against]
    if not in_favour:
        return _undecided(rivals, "something speaks against each of them")
    if len(in_favour) == 1 and len(rivals) > 1:
        others = "; ".join(
            sorted({said for each in rivals if each is not in_favour[0] for said in each.against})
        )
        return _decided(in_favour[0], f"something speaks against each of the others: {others}")
    return (
        _by_paths(fragment, in_favour)
        or _by_use(in_favour)
        or _by_completeness(in_favour)
        or _by_history(in_favour, history)
        or _undecided(in_favour, "nothing but how many depend on them tells these apart")
    )


def _undecided(candidates: Sequence[Rival], reason: str) -> Proposal:
    most = candidates[0]
    complete = _most_complete(candidates)
    if complete is not None and complete.path != most.path:
        reason = (
            f"`{complete.path}` is the most complete, but more depend on others: a person has to "
            "say which of the two counts"
        )
        named = dict.fromkeys((complete.path, *(each.path for each in candidates)))
    else:
        named = dict.fromkeys(each.path for each in candidates)
    return Proposal(owner="", reason=reason, candidates=tuple(named)[:_SHOWN])


def _decided(owner: Rival, reason: str) -> Proposal:
    return Proposal(owner=owner.path, reason=reason, candidates=())


def _by_paths(fragment: Fragment, candidates: Sequence[Rival]) -> Proposal | None:
    """The one that other names were made to lead to: all of them, or it is the most used too."""
    ends = {group.ends_in for group in fragment.groups if group.ends_in}
    found = [each for each in candidates if each.path in ends]
    if not found:
        return None
    covered = {
        thing.path
        for group in fragment.groups
        if group.ends_in == found[0].path
        for thing in group.things
    }
    if all(each.path in covered for each in candidates):
        return _decided(found[0], "the other paths and modules end in it")
    if all(_users(found[0]) >= _users(each) for each in candidates):
        return _decided(found[0], "several other paths were made to end in it, and most use it")
    return None


def _by_use(candidates: Sequence[Rival]) -> Proposal | None:
    """The one that is imported at all."""
    used = [each for each in candidates if each.dependants.production or each.dependants.tests]
    if len(used) == 1 and len(candidates) > 1:
        return _decided(used[0], "no file imports any of the others")
    return None


def _most_complete(candidates: Sequence[Rival]) -> Rival | None:
    """The one that leads by far in what it has."""
    known = sorted(
        (each for each in candidates if each.completeness is not None),
        key=lambda each: (-(each.completeness or 0), -_users(each), each.path),
    )
    if len(known) < 2:
        return None
    lead = (known[0].completeness or 0) - (known[1].completeness or 0)
    return known[0] if lead >= _LEAD else None


def _by_completeness(candidates: Sequence[Rival]) -> Proposal | None:
    best = _most_complete(candidates)
    most = max(candidates, key=lambda each: (_users(each), each.path))
    if best is None or _users(most) > _OUTWEIGHS * max(_users(best), 1):
        return None
    share = f"it has {best.completeness or 0:.0%} of the methods that they share"
    others = (each.completeness or 0 for each in candidates if each.path != best.path)
    reason = f"{share}, the next has {max(others):.0%}"
    if most.path == best.path:
        reason += ", and most depend on it"
    elif _users(most) > _users(best):
        reason += f", though more depend on `{most.path}`"
    return _decided(best, reason)


def _by_history(candidates: Sequence[Rival], history: Mapping[str, int]) -> Proposal | None:
    """The one that is still worked on, if it is also the one that most depend on."""
    dated = sorted(
        (each for each in candidates if each.location.path in history),
        key=lambda each: (-history[each.location.path], each.path),
    )
    if len(dated) < 2 or len(dated) < len(candidates):
        return None
    latest, next_one = dated[0], dated[1]
    lead = history[latest.location.path] - history[next_one.location.path]
    is_most_used = all(_users(latest) >= _users(each) for each in candidates)
    if lead < _RECENT_S or not is_most_used:
        return None
    days = lead // (24 * 3600)
    return _decided(latest, f"most depend on it, and it was changed {days} days after the next")


def _users(rival: Rival) -> int:
    counts: Counts = rival.dependants
    return counts.production
