"""Laws of the walk over object graphs, against reachability on the plan they were made from."""

from __future__ import annotations

import ast
import re
import types
from typing import Any

from hypothesis import given

from pluribus.conformance.graph import Kind, Overlap, shared_state
from tests.properties.profiles import examples
from tests.unit.conformance.graph.planting import WRITES, Plan, plans

_STEP = re.compile(
    r"\[(?P<key>[^\]]*)\]|\.(?P<name>\w+)"
    r"|-(?P<word>closure|default|referent|weak) ?(?P<what>\w*)->"
)


def judged(plan: Plan) -> tuple[Overlap, list[Any], list[Any]]:
    roots, made = plan.build()
    by_user = dict(zip(("ann", "bob"), roots, strict=True))

    def operate(user: str) -> None:
        if plan.writers[("ann", "bob").index(user)]:
            WRITES[plan.kinds[plan.planted]](made[plan.planted])

    overlap = shared_state(
        by_user, operate, {}, {}, project=lambda module: module.endswith(".planting")
    )
    return overlap, roots, made


@examples(300)
@given(plans())
def test_what_is_planted_is_found_if_both_reach_it_and_one_writes_it(plan: Plan) -> None:
    overlap, _, _ = judged(plan)

    expected = plan.reaches(0) and plan.reaches(1) and any(plan.writers)
    assert [each.kind for each in overlap.findings] == [Kind.SHAREDWRITE] * expected


@examples(150)
@given(plans())
def test_both_paths_lead_to_what_is_planted(plan: Plan) -> None:
    overlap, roots, made = judged(plan)

    for found in overlap.findings:
        for root, path in zip(roots, found.paths, strict=True):
            assert followed(root, path[3:]) is made[plan.planted]


@examples(150)
@given(plans())
def test_writers_are_those_who_wrote(plan: Plan) -> None:
    overlap, _, _ = judged(plan)

    for found in overlap.findings:
        wrote = [user for user, did in zip(("ann", "bob"), plan.writers, strict=True) if did]
        first = wrote[:1] if plan.kinds[plan.planted] in _WRITTEN_ONCE else wrote
        assert list(found.writers) == first


# The second user sets what the first has set.
_WRITTEN_ONCE = ("dict", "ordered", "plain", "namespace", "slotted")


def followed(item: Any, path: str) -> Any:
    """Goes the way that a path says, as a reader would."""
    position = 0
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            assert path[position] == " ", path
            position += 1
            continue
        position = step.end()
        if step["key"] is not None:
            item = item[ast.literal_eval(step["key"])]
        elif step["name"] is not None:
            item = getattr(item, step["name"])
        elif step["word"] == "closure":
            names = item.__code__.co_freevars
            item = item.__closure__[names.index(step["what"])].cell_contents
        elif step["word"] == "default":
            item = (item.__kwdefaults__ or {"first": (item.__defaults__ or [None])[0]})[
                step["what"]
            ]
        elif step["word"] == "weak":
            item = item()
        else:
            assert type(item) is types.MappingProxyType
            item = dict(item)
    return item
