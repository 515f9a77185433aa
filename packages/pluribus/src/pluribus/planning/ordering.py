"""An order of steps: each after what it needs, and phase by phase where that can be."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Final, Literal

from pluribus.findings import Finding
from pluribus.findings.plan import Step, Work
from pluribus.planning.drafts import Draft, Ground

Applicability = Callable[[Finding], Literal["safe", "unsafe", "person"]]
"""Who can bring a finding down."""

_KINDS: Final = ("offer", "merge", "import", "string", "remove", "mend")


def ordered(
    drafts: Sequence[Draft], ground: Ground, concepts: Sequence[str], by: Applicability
) -> tuple[Step, ...]:
    """Number the steps.

    Args:
        drafts: All of them.
        ground: What is known of the code base.
        concepts: The names of the concepts, in the order of the contract.
        by: Who can bring a finding down.
    """

    def rank(each: Draft) -> tuple[int, int, int, list[str], str]:
        place = ground.earliest(each.phases)
        kind = _KINDS.index(each.kind)
        return place, concepts.index(each.concept), kind, sorted(each.files), each.what

    ranks = {index: rank(each) for index, each in enumerate(drafts)}
    index_of = {id(each): index for index, each in enumerate(drafts)}
    sorter = TopologicalSorter(
        {index: [index_of[id(one)] for one in each.after] for index, each in enumerate(drafts)}
    )
    sorter.prepare()
    ready: list[tuple[tuple[int, int, int, list[str], str], int]] = []
    numbers: dict[int, int] = {}
    while sorter.is_active():
        for index in sorter.get_ready():
            heapq.heappush(ready, (ranks[index], index))
        _, index = heapq.heappop(ready)
        numbers[index] = len(numbers) + 1
        sorter.done(index)
    by_draft = {id(drafts[index]): number for index, number in numbers.items()}
    return tuple(_step(drafts[index], ground, by_draft, by) for index in numbers)


def _step(draft: Draft, ground: Ground, numbers: Mapping[int, int], by: Applicability) -> Step:
    place = ground.earliest(draft.phases)
    return Step(
        number=numbers[id(draft)],
        phase=ground.order[place] if place < len(ground.order) else "",
        concept=draft.concept,
        kind=draft.kind,
        what=draft.what,
        files=tuple(sorted(draft.files)),
        moves=draft.planned_moves,
        removes=draft.removes,
        rules=dict(sorted(Counter(each.rule for each in draft.findings).items())),
        work=_work(Counter(map(by, draft.findings))),
        after=tuple(sorted(numbers[id(each)] for each in draft.after)),
        owners=tuple(sorted({name for each in draft.files for name in ground.owners(each)})),
        notes=tuple(draft.notes),
    )


def work_by_phase(drafts: Sequence[Draft], by: Applicability) -> dict[str, Work]:
    """Who can bring down the findings of each phase."""
    counts: dict[str, Counter[str]] = {}
    for draft in drafts:
        for each in draft.findings:
            counts.setdefault(each.phase, Counter())[by(each)] += 1
    return {phase: _work(counted) for phase, counted in counts.items()}


def _work(counts: Counter[str]) -> Work:
    return Work(safe=counts["safe"], unsafe=counts["unsafe"], person=counts["person"])
