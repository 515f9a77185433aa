"""What each shared object is: the evidence, made into `Shared`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pluribus.conformance.graph.causes import Cause, Causes
from pluribus.conformance.graph.classes import path_of
from pluribus.conformance.graph.evidence import Evidence
from pluribus.conformance.graph.found import Held, Kind, Shared
from pluribus.conformance.graph.paths import Paths
from pluribus.conformance.graph.rebound import marked, rebound
from pluribus.conformance.graph.shapes import Role
from pluribus.conformance.graph.ways import is_local, is_of_code, is_of_library


class Judge:
    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._paths = Paths(evidence.subjects.walker)
        self._causes = Causes(evidence)

    @property
    def is_cut_short(self) -> bool:
        return self._causes.is_cut_short

    def findings(self) -> list[Shared]:
        """Root causes, those that one name was bound to in turn as one; and names themselves."""
        found: dict[int, Shared] = {}
        through: dict[int, set[int]] = {}
        for cause in self._causes.found:
            found[cause.item] = self._judged(cause)
            through[cause.item] = {each for way in cause.ways().values() for each in way}
        names: list[Shared] = []
        for uses in self._evidence.rebound.values():
            changes = [each.change for each in uses]
            values = {id(value) for each in changes for value in (each.before, each.after.value)}
            causing = [each for each in found if values & through[each]]
            for each in causing[1:]:
                found[causing[0]] = _together(found[causing[0]], found.pop(each))
            if not causing and not any(self._is_judged(each) for each in values):
                name = rebound(self._evidence, uses, self._paths)
                names += [name] if name is not None else []
        return [*found.values(), *names, *marked(self._evidence, self._paths)]

    def rest(self) -> list[Shared]:
        """What is shared at the end, past all causes, and is no finding."""
        stage = self._evidence.stages[-1]
        reached = stage.past(self._causes.blocked)
        found: list[Shared] = []
        latent: set[int] = set()
        for each in stage.shared:
            ways = [parents for parents in reached.values() if each in parents]
            kind = self._kind(each) if len(ways) > 1 else None
            if kind is None or each in self._causes.blocked:
                continue
            if kind is Kind.LATENT:
                latent.add(each)
                if any(parents[each] in latent for parents in ways):
                    continue
            found.append(self._shared(Cause(each, stage, reached), kind))
        return found

    def _kind(self, item: int) -> Kind | None:
        stage = self._evidence.stages[-1]
        if item in stage.graph.infrastructure:
            return Kind.INFRA
        if item in self._evidence.registries:
            return Kind.PARTITIONED
        return Kind.LATENT if self._evidence.role(stage, item) is Role.DATA else None

    def _is_judged(self, item: int) -> bool:
        stage = self._evidence.stages[-1]
        return item in self._evidence.registries or item in stage.graph.infrastructure

    def _judged(self, cause: Cause) -> Shared:
        closed = self._causes.blocked.difference(cause.items)
        nearest, parents = self._evidence.nearest_marks(cause.stage, cause.item, closed)
        held = []
        for user in cause.stage.roots:
            if user in nearest:
                steps = self._paths.steps(cause.stage.graph, parents, nearest[user])
                mark = self._evidence.marks[nearest[user]][user]
                inside = self._paths.inside([*steps, (None, mark.label)])
                held.append(Held(user, inside, is_object=mark.is_object))
        return self._shared(cause, Kind.LEAK if held else Kind.SHAREDWRITE, held)

    def _shared(self, cause: Cause, kind: Kind, held: Sequence[Held] = ()) -> Shared:
        item = cause.stage.graph.objects[cause.item]
        written = self._evidence.written
        writing = {user for each in cause.items for user in written.get(each, ())}
        writers = tuple(user for user in cause.stage.roots if user in writing)
        users = self._paths.pair(list(cause.ways()), [*writers, *(each.user for each in held)])
        paths = [
            self._paths.steps(cause.stage.graph, cause.reached[each], cause.item) for each in users
        ]
        walker = self._evidence.subjects.walker
        place = self._paths.defined(paths)
        keyed = cause.stage.tables.get(cause.item)
        return Shared(
            kind=kind,
            what=path_of(type(item)),
            users=users,
            paths=self._paths.both(users, paths),
            writers=writers,
            canaries=tuple(held),
            defined=None if place is None else str(place),
            source=None if place is None else (place.path, place.line),
            is_of_code=is_of_code(paths),
            is_of_library=all(
                is_of_library(steps, item, walker.shapes.is_project_module) for steps in paths
            ),
            is_local=is_local(paths, item),
            is_keyed=kind is Kind.LEAK and keyed is not None and not keyed.is_empty,
            is_weak=any(_is_weak(label) for steps in paths for _, label in steps)
            or (bool(held) and all(_is_weak(each.path) for each in held)),
            allowed_by=walker.allowances.of(item) if kind is Kind.INFRA else None,
        )


def _is_weak(text: str) -> bool:
    return "-weak->" in text


def _together(first: Shared, second: Shared) -> Shared:
    """One finding of two objects that one name was bound to in turn."""
    known = {each.user for each in first.canaries}
    canaries = (*first.canaries, *(each for each in second.canaries if each.user not in known))
    return replace(
        first,
        kind=min(first.kind, second.kind, key=list(Kind).index),
        writers=tuple(dict.fromkeys([*first.writers, *second.writers])),
        canaries=canaries,
    )
