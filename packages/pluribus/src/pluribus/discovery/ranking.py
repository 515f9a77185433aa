"""Concepts in the order in which they are worth a look, and all that is said of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from pluribus.discovery.cost import cost, counted, importers_of
from pluribus.discovery.fragments import Fragment, unused
from pluribus.discovery.group import SUREST_FIRST
from pluribus.discovery.landscape import Landscape, Thing
from pluribus.discovery.owner import Text, against, propose
from pluribus.findings.discovery import FragmentedConcept, Proposal, Rival

MOST_EVIDENCE = 8


def ranked(landscape: Landscape, fragments: Sequence[Fragment]) -> list[Fragment]:
    """The surest first, then what most modules of the product depend on, then the most rivals."""
    weighed = []
    for fragment in fragments:
        users = counted(importers_of(landscape, each) for each in fragment.things).production
        confidence = fragment.confidence if users else unused(fragment.confidence)
        rank = (SUREST_FIRST.index(confidence), -users, -len(fragment.things), fragment.name)
        changed = msgspec.structs.replace(fragment, confidence=confidence)
        weighed.append((rank, changed.things, changed))
    return _distinct([each for *_, each in sorted(weighed, key=lambda each: each[:2])])


def _distinct(fragments: list[Fragment]) -> list[Fragment]:
    """Give concepts of one name a number."""
    seen: Counter[str] = Counter()
    distinct = []
    for each in fragments:
        seen[each.name] += 1
        number = seen[each.name]
        name = each.name if number == 1 else f"{each.name}-{number}"
        distinct.append(msgspec.structs.replace(each, name=name))
    return distinct


def concept_of(
    landscape: Landscape, fragment: Fragment, *, changed: Mapping[str, int], text: Text
) -> FragmentedConcept:
    """All that is said of a concept; `changed` tells when files were changed last."""
    things = {each.path: each for each in fragment.things}
    rivals = sorted(
        (_rival(landscape, fragment, each, text) for each in things.values()),
        key=lambda each: (-each.dependants.production, -each.dependants.tests, each.path),
    )
    proposal = propose(fragment, rivals, changed)
    if proposal.owner and not _can_be_named(landscape, things[proposal.owner]):
        proposal = Proposal(
            owner="",
            reason=f"`{proposal.owner}` cannot be imported by that path, though {proposal.reason}",
            candidates=(proposal.owner,),
        )
    likeliest = proposal.owner or proposal.candidates[0]
    others = [thing for path, thing in things.items() if path != likeliest]
    detours = {each for group in fragment.groups for each in group.detours}
    evidence = dict.fromkeys(each for group in fragment.groups for each in group.evidence)
    return FragmentedConcept(
        name=fragment.name,
        confidence=fragment.confidence,
        kinds=tuple(sorted({group.kind for group in fragment.groups})),
        rivals=tuple(rivals),
        evidence=tuple(evidence)[:MOST_EVIDENCE],
        dependants=counted(importers_of(landscape, each) for each in things.values()),
        proposal=proposal,
        cost=cost(landscape, others, detours),
        copies=_copies(landscape, things.values()),
    )


def _can_be_named(landscape: Landscape, thing: Thing) -> bool:
    """Whether a contract can name it: a script `my-tool.py` is no module, and of two modules of
    one name only one is found."""
    if not all(each.isidentifier() for each in thing.module.split(".")):
        return False
    if not thing.qualname:
        return landscape.codebase.has_module(thing.module)
    return landscape.codebase.handle(thing.module, thing.qualname) is not None


def _rival(landscape: Landscape, fragment: Fragment, thing: Thing, text: Text) -> Rival:
    shares = [
        group.completeness[thing.path]
        for group in fragment.groups
        if thing.path in group.completeness
    ]
    return Rival(
        path=thing.path,
        kind=_kind(landscape, thing),
        location=thing.location,
        dependants=counted([importers_of(landscape, thing)]),
        completeness=round(max(shares), 2) if shares else None,
        against=against(landscape, thing, text),
    )


def _kind(
    landscape: Landscape, thing: Thing
) -> Literal["class", "function", "module", "constant"]:
    if not thing.qualname:
        return "module"
    if thing.binding == -1:
        return "constant"
    module = landscape.modules[thing.file]
    is_class = any(each.binding == thing.binding for each in module.classes)
    return "class" if is_class else "function"


def _copies(landscape: Landscape, things: Iterable[Thing]) -> int:
    names = {each.location.path.rpartition("/")[2] for each in things} - {"__init__.py"}
    return sum(landscape.backups[name] for name in names)
