"""The way in: looks, lets each user operate, looks again, and judges."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from pluribus.conformance.graph.allowed import Allowances
from pluribus.conformance.graph.canaries import Canaries
from pluribus.conformance.graph.causes import MOST
from pluribus.conformance.graph.changes import rebindings, written
from pluribus.conformance.graph.evidence import Evidence, Rebound
from pluribus.conformance.graph.found import Kind, Overlap, Shared
from pluribus.conformance.graph.judge import Judge
from pluribus.conformance.graph.keys import Keys
from pluribus.conformance.graph.paths import Paths
from pluribus.conformance.graph.stages import Stage, Subjects
from pluribus.conformance.graph.text import path_text
from pluribus.conformance.graph.walk import Walker, no_collection


class Watch:
    """For callers that operate themselves: make one, call `operated` after each user's
    operations, then `overlap`. Keeps every object that it saw alive until it is dropped.
    """

    def __init__(
        self,
        roots: Mapping[str, object],
        *,
        canaries: Mapping[str, Collection[object]],
        isolation_keys: Mapping[str, Collection[object]],
        allow_shared: Collection[str] = (),
        project: Callable[[str], bool],
    ) -> None:
        """
        Args:
            roots: what the factory gave each user; at least two. Use it once before, so that
                what is made when it is first needed is there.
            canaries: of each user, values that nothing but that user's data holds.
            isolation_keys: of each user, the values that stand for it where they are keys.
            allow_shared: `package`, `module:Class` or `module:GLOBAL`.
            project: whether a module, by its name, is code under judgement.
        """
        walker = Walker(project, Allowances(allow_shared))
        marks = Canaries(canaries, roots)
        keys = Keys(isolation_keys, roots, marks, walker.content)
        self._subjects = Subjects(dict(roots), walker, keys, marks)
        self._written: dict[int, list[str]] = {}
        self._rebound: dict[tuple[int, str], list[Rebound]] = {}
        self._stages: list[Stage] = []
        self._look()

    def operated(self, user: str) -> None:
        """Says that what was written since the last look was written by this user."""
        before = self._stages[-1]
        self._look()
        after = self._stages[-1]
        walker = self._subjects.walker
        for each in written(before.graph, after.graph, after.altered, walker):
            self._written.setdefault(each, []).append(user)
        for found in rebindings(before.graph, after.graph):
            key = (id(found.after.space), found.after.name)
            uses = self._rebound.setdefault(key, [])
            uses.append(Rebound(user, found, len(self._stages) - 1))

    def overlap(self) -> Overlap:
        with no_collection():
            judge = Judge(Evidence(self._subjects, self._stages, self._written, self._rebound))
            shared = [*judge.findings(), *judge.rest()]
        notes = self._opaque()
        if judge.is_cut_short:
            notes.append(f"more than {MOST} root causes: the rest was not told apart")
        allowances = self._subjects.walker.allowances
        return Overlap(
            shared=tuple(sorted(shared, key=_order)),
            notes=tuple(notes),
            unused=tuple(each for each in allowances.entries if each not in allowances.used),
            objects=max(len(each.graph.objects) for each in self._stages),
        )

    def _look(self) -> None:
        with no_collection():
            self._stages.append(self._subjects.look(self._stages[-1] if self._stages else None))

    def _opaque(self) -> list[str]:
        """What is shared and could not be looked into: the first of each type."""
        stage = self._stages[-1]
        paths = Paths(self._subjects.walker)
        found: dict[str, str] = {}
        for each in stage.shared:
            reason = stage.graph.opaque.get(each)
            if reason is not None:
                user = next(name for name, parents in stage.reached.items() if each in parents)
                steps = paths.steps(stage.graph, stage.reached[user], each)
                kind = paths.type_of(stage.graph.objects[each])
                where = path_text(user, [label for _, label in steps])
                found.setdefault(f"{kind} {reason}", where)
        return sorted(f"{what}: {where}" for what, where in found.items())


def shared_state(
    roots: Mapping[str, object],
    operate: Callable[[str], object],
    canaries: Mapping[str, Collection[object]],
    isolation_keys: Mapping[str, Collection[object]],
    allow_shared: Collection[str] = (),
    *,
    project: Callable[[str], bool],
    run: Callable[[Awaitable[Any]], object] | None = None,
) -> Overlap:
    """What the users share after each has operated, in the order of `roots`; see `Watch`.

    Where `operate` gives an awaitable, `run` must see it to its end; by default all of them run
    in one new event loop. Raises what `operate` raises.
    """
    watch = Watch(
        roots,
        canaries=canaries,
        isolation_keys=isolation_keys,
        allow_shared=allow_shared,
        project=project,
    )
    with asyncio.Runner() as runner:
        for user in roots:
            result = operate(user)
            if inspect.isawaitable(result):
                (run or (lambda each: runner.run(_awaited(each))))(result)
            del result
            watch.operated(user)
    return watch.overlap()


async def _awaited(result: Awaitable[Any]) -> object:
    return await result


def _order(shared: Shared) -> tuple[int, tuple[str, str], str]:
    return list(Kind).index(shared.kind), shared.paths, shared.what
