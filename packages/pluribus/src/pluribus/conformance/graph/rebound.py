"""Names: class attributes and module globals that were bound anew, or hold a mark themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pluribus.conformance.graph.changes import Rebinding
from pluribus.conformance.graph.evidence import Evidence, Rebound
from pluribus.conformance.graph.found import Held, Kind, Shared
from pluribus.conformance.graph.paths import Paths
from pluribus.conformance.graph.stages import Stage


def rebound(evidence: Evidence, uses: Sequence[Rebound], paths: Paths) -> Shared | None:
    """One name that was bound anew, if two users reach it and its value is not judged itself."""
    first, last = uses[0], uses[-1]
    stage = evidence.stages[last.stage]
    value = last.change.after.value
    if len(uses) == 1 and id(value) in stage.graph.data and paths.is_nothing(first.change.before):
        # Bound for the first time, and to something that is judged for itself.
        return None
    within = evidence.subjects.canaries.within
    marks = [mark for each in uses for mark in within(each.change.after.value)]
    writers = [each.user for each in uses]
    return _named(stage, last.change, writers, marks, Kind.REBOUND, paths)


def marked(evidence: Evidence, paths: Paths) -> Iterator[Shared]:
    """Names that were not bound anew, and whose value is text with a user's mark in it."""
    stage = evidence.stages[-1]
    for key, uses in stage.graph.bindings.items():
        marks = evidence.subjects.canaries.within(uses[0].value)
        if marks and key not in evidence.rebound:
            use = Rebinding(uses[0].value, uses[0], tuple(id(each.user) for each in uses))
            shared = _named(stage, use, [], marks, Kind.LEAK, paths)
            if shared is not None:
                yield shared


def _named(
    stage: Stage,
    use: Rebinding,
    writers: list[str],
    marks: list[str],
    kind: Kind,
    paths: Paths,
) -> Shared | None:
    ways: dict[str, int] = {}
    for user, parents in stage.reached.items():
        known = [each for each in use.users if each in parents]
        if known:
            ways[user] = known[0]
    if len(ways) < 2:
        return None
    binding = use.after
    is_of_class = binding.space is binding.user
    label = f".{binding.name}" if is_of_class else f"-global-> {binding.path}"
    users = paths.pair(list(ways), [*writers, *marks])
    found = [
        [
            *paths.steps(stage.graph, stage.reached[user], ways[user]),
            (stage.graph.objects[ways[user]], label),
        ]
        for user in users
    ]
    place = paths.defined(found)
    return Shared(
        kind=kind,
        what=paths.type_of(binding.value),
        users=users,
        paths=paths.both(users, found),
        writers=tuple(dict.fromkeys(writers)),
        canaries=tuple(Held(user, "") for user in stage.roots if user in marks),
        defined=None if place is None else str(place),
        source=None if place is None else (place.path, place.line),
        is_of_code=True,
    )
