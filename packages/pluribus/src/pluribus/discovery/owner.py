"""Which rival should be the one, and why. Popularity alone never decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pluribus.discovery.exclusions import DEPRECATED_TEXT
from pluribus.discovery.fragments import Fragment
from pluribus.discovery.landscape import Landscape, Thing
from pluribus.discovery.naming import OUTDATED, words_of
from pluribus.findings import Counts, Proposal, Rival

_LEAD = 0.15
"""How much more complete one must be to be the owner for that."""
_RECENT_S = 90 * 24 * 3600
"""How much later it must have been changed last, in seconds, for that to say something."""
_SHOWN = 4

History = Callable[[Sequence[str]], Mapping[str, int]]
"""From paths to when each was changed last, in seconds since 1970; empty without a history."""
Head = Callable[[str], str]
"""From a path to the first lines of the file."""


def against(landscape: Landscape, thing: Thing, head: Head) -> tuple[str, ...]:
    """What speaks against a thing as the owner."""
    said = []
    words = [*words_of(thing.qualname), *words_of(thing.module.replace(".", "_"))]
    marks = sorted(OUTDATED.intersection(words))
    if marks:
        said.append(f"its name says {', '.join(marks)}")
    module = landscape.modules[thing.file]
    if module.deprecates and len(module.classes) + len(module.functions) <= 12:
        said.append("its module warns of a deprecation")
    elif DEPRECATED_TEXT.search(head(module.path)):
        said.append("the text at its top speaks of what is deprecated or kept for compatibility")
    return tuple(said)


def propose(fragment: Fragment, rivals: Sequence[Rival], history: Mapping[str, int]) -> Proposal:
    """Choose an owner by evidence, or name those between whom a person has to choose."""
    in_favour = [each for each in rivals if not each.against]
    paths = {each.path for each in in_favour}
    ends = [group.ends_in for group in fragment.groups if group.ends_in in paths]
    if ends and (len(in_favour) == len({*ends}) or len({*ends}) == 1):
        return _decided(ends[0], "the other paths and modules end in it")
    if len(in_favour) == 1 and len(rivals) > 1:
        others = "; ".join(sorted({reason for each in rivals for reason in each.against}))
        return _decided(in_favour[0].path, f"something speaks against each of the others: {others}")
    candidates = in_favour or list(rivals)
    return (
        _by_completeness(candidates)
        or _by_history(candidates, history)
        or Proposal(
            owner="",
            reason="nothing but how many depend on them tells these apart",
            candidates=tuple(each.path for each in candidates[:_SHOWN]),
        )
    )


def _decided(owner: str, reason: str) -> Proposal:
    return Proposal(owner=owner, reason=reason, candidates=())


def _by_completeness(candidates: Sequence[Rival]) -> Proposal | None:
    known = sorted(
        (each for each in candidates if each.completeness is not None),
        key=lambda each: (-(each.completeness or 0), -_users(each), each.path),
    )
    if len(known) < 2:
        return None
    best, second = known[0], known[1]
    mine, theirs = best.completeness or 0, second.completeness or 0
    if mine - theirs < _LEAD:
        return None
    reason = f"it has {mine:.0%} of the methods that they share, the next has {theirs:.0%}"
    most = max(candidates, key=lambda each: (_users(each), each.path))
    if most.path == best.path:
        reason += ", and most depend on it"
    elif _users(most) > _users(best):
        reason += f", though more depend on `{most.path}`"
    return _decided(best.path, reason)


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
    return _decided(latest.path, f"most depend on it, and it was changed {days} days after the next")


def _users(rival: Rival) -> int:
    counts: Counts = rival.dependants
    return counts.production
