"""What each shared object is: the stages and the writes between them, made into `Shared`."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pluribus.conformance.graph.changes import Rebinding
from pluribus.conformance.graph.classes import mro, path_of
from pluribus.conformance.graph.contents import CONTAINERS
from pluribus.conformance.graph.found import Held, Kind, Shared
from pluribus.conformance.graph.paths import Paths
from pluribus.conformance.graph.peel import MOST, Cause, peel
from pluribus.conformance.graph.shapes import Role
from pluribus.conformance.graph.stages import Marks, Stage, Subjects
from pluribus.conformance.graph.walk import Parents


@dataclass(frozen=True)
class Evidence:
    """All that was seen."""

    stages: Sequence[Stage]
    written: Mapping[int, Sequence[str]]
    """Shared objects that were written, and by whose operations."""
    rebound: Mapping[tuple[int, str], Sequence[tuple[str, Rebinding, int]]]
    """By name: whose operations bound it anew, and the stage after them."""


class Judge:
    def __init__(self, subjects: Subjects, evidence: Evidence) -> None:
        self._subjects = subjects
        self._evidence = evidence
        self._paths = Paths(subjects.walker)
        self._blocked: set[int] = set()
        undivided = frozenset[int]().union(*(each.undivided for each in evidence.stages))
        self._registries = {
            each for stage in evidence.stages for each in stage.cuts if each not in undivided
        }
        self._marks: dict[int, Marks] = {}
        for stage in evidence.stages:
            for item, marks in stage.marks.items():
                self._marks[item] = {**marks, **self._marks.get(item, {})}
        self.was_cut_short = False

    def causes(self) -> list[tuple[int, Shared]]:
        """Root causes with the ids of their objects, of the last stage first."""
        last: dict[int, int] = {}
        for number, stage in enumerate(self._evidence.stages):
            last.update(dict.fromkeys(stage.shared, number))
        guilty = {each for each in (*self._evidence.written, *self._marks) if each in last}
        guilty -= self._registries
        found: list[tuple[int, Shared]] = []
        for number, stage in reversed(list(enumerate(self._evidence.stages))):
            here = [each for each in guilty if last[each] == number]
            if here:
                causes = peel(stage, here, self._blocked, self._climbed, MOST - len(found))
                found += [(each.item, self._judged(stage, each)) for each in causes]
        self.was_cut_short = len(found) == MOST
        return found

    def names(self, causes: list[tuple[int, Shared]]) -> list[Shared]:
        """Causes, with those that one name was bound to in turn as one; and names themselves."""
        by_item = dict(causes)
        merged: dict[int, Shared] = dict(by_item)
        found: list[Shared] = []
        for uses in self._evidence.rebound.values():
            values = {id(use.after.value): None for _, use, _ in uses}
            causing = [each for each in values if each in merged]
            for each in causing[1:]:
                first = merged[causing[0]]
                merged[causing[0]] = _together(first, merged.pop(each))
            if not causing and not any(self._is_judged(each) for each in values):
                shared = self._rebound(uses)
                found += [shared] if shared is not None else []
        return [*merged.values(), *found, *self._named_marks()]

    def rest(self) -> list[Shared]:
        """What is shared at the end, past all causes, and is no finding."""
        stage = self._evidence.stages[-1]
        reached = stage.past(self._blocked)
        found: list[Shared] = []
        quiet: set[int] = set()
        for each in stage.shared:
            if sum(each in parents for parents in reached.values()) < 2 or each in self._blocked:
                continue
            kind = self._kind_of_quiet(stage, each)
            if kind is Kind.LATENT:
                is_inner = any(_leads_to(parents, each, quiet) for parents in reached.values())
                quiet.add(each)
                if is_inner:
                    continue
            if kind is not None:
                found.append(self._shared(stage, Cause(each, reached), kind))
        return found

    def _kind_of_quiet(self, stage: Stage, item: int) -> Kind | None:
        if item in stage.graph.infrastructure:
            return Kind.INFRA
        if item in self._registries:
            return Kind.PARTITIONED
        kind = type(stage.graph.objects[item])
        role = self._subjects.walker.shapes.of(kind).role
        return Kind.LATENT if role is Role.DATA else None

    def _is_judged(self, item: int) -> bool:
        last = self._evidence.stages[-1]
        return item in self._registries or item in last.graph.infrastructure

    def _climbed(self, stage: Stage, item: int, reached: Mapping[str, Parents]) -> int:
        """Where nobody wrote, the outermost container above what holds a user's data: many
        entries with marks in them are one cause."""
        if item in self._evidence.written:
            return item
        ways = [each for each in reached.values() if item in each]
        parents = max(ways, key=lambda each: len(_chain(each, item)))
        outermost = child = item
        while (parent := parents[child]) is not None:
            is_data = child in stage.graph.data.get(parent, ())
            if not is_data or parent not in stage.shared or parent in self._registries:
                break
            if any(each in mro(type(stage.graph.objects[parent])) for each in CONTAINERS):
                outermost = parent
            child = parent
        return outermost

    def _judged(self, stage: Stage, cause: Cause) -> Shared:
        held = self._held(stage, cause.item)
        return self._shared(stage, cause, Kind.LEAK if held else Kind.SHAREDWRITE, held)

    def _held(self, stage: Stage, start: int) -> tuple[Held, ...]:
        """The nearest mark of each user from an object on, by what objects hold, never by code."""
        parents: Parents = {start: None}
        queue = deque([start])
        found: dict[str, Held] = {}
        while queue:
            item = queue.popleft()
            for user, label in self._marks.get(item, {}).items():
                if user not in found:
                    steps = [*self._paths.steps(stage.graph, parents, item), (None, label)]
                    found[user] = Held(user, self._paths.inside(steps))
            if item in self._marks and item in stage.roots.values():
                continue
            for child in stage.graph.data.get(item, ()):
                if child not in parents and child not in self._registries | self._blocked:
                    parents[child] = item
                    queue.append(child)
        return tuple(found[user] for user in stage.roots if user in found)

    def _shared(
        self, stage: Stage, cause: Cause, kind: Kind, held: tuple[Held, ...] = ()
    ) -> Shared:
        item = stage.graph.objects[cause.item]
        writers = tuple(dict.fromkeys(self._evidence.written.get(cause.item, ())))
        users = _pair(cause, [*writers, *(each.user for each in held)])
        paths = [self._paths.steps(stage.graph, cause.reached[each], cause.item) for each in users]
        return Shared(
            kind=kind,
            what=path_of(type(item)),
            users=users,
            paths=self._paths.both(users, paths),
            writers=writers,
            canaries=held,
            defined=self._paths.defined(paths),
            is_weak=any(_is_weak(label) for steps in paths for _, label in steps)
            or (bool(held) and all(_is_weak(each.path) for each in held)),
            allowed_by=self._subjects.walker.allowances.of(item) if kind is Kind.INFRA else None,
        )

    def _rebound(self, uses: Sequence[tuple[str, Rebinding, int]]) -> Shared | None:
        _, use, number = uses[-1]
        stage = self._evidence.stages[number]
        first = uses[0][1]
        value = use.after.value
        is_node = id(value) in stage.graph.data
        if len(uses) == 1 and is_node and self._paths.is_nothing(first.before):
            # Bound for the first time, to something that is judged for itself.
            return None
        users = [user for user, *_ in uses]
        marks = [
            mark
            for _, each, _ in uses
            for mark in self._subjects.canaries.within(each.after.value)
        ]
        return self._named(stage, use, users, marks, Kind.REBOUND)

    def _named_marks(self) -> list[Shared]:
        """Names that were not bound anew, and whose value is text with a user's mark in it."""
        stage = self._evidence.stages[-1]
        found = []
        for key, uses in stage.graph.bindings.items():
            marks = self._subjects.canaries.within(uses[0].value)
            if marks and key not in self._evidence.rebound:
                use = Rebinding(uses[0].value, uses[0], tuple(id(each.user) for each in uses))
                shared = self._named(stage, use, [], marks, Kind.LEAK)
                found += [shared] if shared is not None else []
        return found

    def _named(
        self, stage: Stage, use: Rebinding, writers: list[str], marks: list[str], kind: Kind
    ) -> Shared | None:
        """A name, where two users reach what uses it."""
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
        preferred = [each for each in dict.fromkeys([*writers, *marks, *ways]) if each in ways]
        users = tuple(sorted(preferred[:2], key=list(ways).index))
        paths = [
            [
                *self._paths.steps(stage.graph, stage.reached[user], ways[user]),
                (stage.graph.objects[ways[user]], label),
            ]
            for user in users
        ]
        return Shared(
            kind=kind,
            what=self._paths.type_of(binding.value),
            users=(users[0], users[1]),
            paths=self._paths.both(users, paths),
            writers=tuple(dict.fromkeys(writers)),
            canaries=tuple(Held(user, "") for user in stage.roots if user in marks),
            defined=self._paths.defined(paths),
        )


def _pair(cause: Cause, preferred: Sequence[str]) -> tuple[str, str]:
    """Two users who reach it, of those who wrote it or whose data it holds if there are."""
    ways = [user for user, parents in cause.reached.items() if cause.item in parents]
    chosen = [user for user in dict.fromkeys([*preferred, *ways]) if user in ways][:2]
    first, second = sorted(chosen, key=ways.index)
    return first, second


def _is_weak(text: str) -> bool:
    return "-weak->" in text


def _chain(parents: Parents, item: int) -> list[int]:
    found = [item]
    while (parent := parents[found[-1]]) is not None:
        found.append(parent)
    return found


def _leads_to(parents: Parents, item: int, above: set[int]) -> bool:
    return item in parents and parents[item] is not None and parents[item] in above


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
