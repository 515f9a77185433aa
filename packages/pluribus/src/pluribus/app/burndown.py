"""How the findings of a contract went up and down over the history of a code base."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, Protocol

import msgspec

from pluribus import __version__
from pluribus.app.judge import Case, Verdict
from pluribus.app.options import CheckOptions, Say
from pluribus.app.recall import question_of
from pluribus.app.revisions import History, case_at, contract_for, judge_at, lost_files
from pluribus.app.selection import phases_by_rule
from pluribus.app.summary import tallies
from pluribus.contract import Contract, find_contract
from pluribus.errors import GitError, PluribusError, UsageError
from pluribus.findings.history import Burndown, Commit, Count, Move, Point, Step

Every = Literal["commit", "day", "week"]

_DAY_S: Final = 86_400


class Counts(Protocol):
    """What was counted by earlier runs, by the id of a tree."""

    def get(self, tree: str) -> Count | None: ...

    def put(self, tree: str, count: Count) -> None: ...


class Counted(Protocol):
    """Finds what was counted of one question."""

    def __call__(self, question: bytes) -> Counts: ...


class BurndownOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a burn-down."""

    revision: str = "HEAD"
    """Where the history ends."""
    since: str | None = None
    """A revision, or a day as `YYYY-MM-DD`, at which it begins; None for the first commit."""
    every: Every = "day"
    traces: bool = False
    """Judge every commit between two points of which the counts differ."""
    contract: Path | None = None
    """None for the nearest at or above the folder; in a bare repository, at the last commit."""
    concepts: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    engine: bytes = b""
    """What the code that judges looks like."""


def burndown(
    history: History,
    folder: Path,
    options: BurndownOptions,
    *,
    counted: Counted,
    say: Say,
) -> Burndown:
    """Count the findings along the first parents of a commit, by one contract.

    Args:
        history: The repository.
        folder: Where a contract is looked for when none is named.
        options: What is asked.
        counted: Finds what earlier runs counted, and keeps what this one does.
        say: Is told what is being done.

    Raises:
        ContractError: no contract, or a malformed one.
        GitError: a revision is not known.
        UsageError: something that was asked for is unknown, or there is nothing to count.
    """
    end = history.commit(options.revision)
    contract = _contract(history, folder, end, options)
    chain = _chain(history, end, options.since)
    chosen = _chosen(chain, options.every)
    asked = CheckOptions(concepts=options.concepts, select=options.select, ignore=options.ignore)
    case = case_at(history.revision(end), contract, asked)
    question = b"\0".join([history.base.encode(), question_of(case, options.engine)])
    counter = _Counter(history, case, counted(hashlib.sha256(question).digest()), say)
    points = counter.points(chain, chosen)
    if all(point.count.problem for point in points):
        last = points[-1]
        raise UsageError(
            f"none of {len(points)} revisions could be judged; "
            f"{last.commit.short}: {last.count.problem}"
        )
    phases = phases_by_rule(contract)
    return Burndown(
        tool_version=__version__,
        revision=options.revision,
        every=options.every,
        phases=tuple(phase.name for phase in contract.phases),
        targets={phase.name: phase.target for phase in contract.phases},
        phase_of={rule.name: phases[rule.name] for rule in case.rules},
        concepts=tuple(concept.name for concept in case.concepts),
        is_shallow=history.is_shallow,
        points=points,
        steps=tuple(counter.steps(chain, points, traces=options.traces)),
    )


def _contract(history: History, folder: Path, end: Commit, options: BurndownOptions) -> Contract:
    named = options.contract
    if named is None and history.top is not None:
        named = find_contract(folder)
    return contract_for(history, history.revision(end, options.revision), named)


def _chain(history: History, end: Commit, since: str | None) -> list[Commit]:
    """The commits up to `end`, each the first parent of the next, with where it begins."""
    if since is None:
        return history.first_parents(end)
    if (day := _day(since)) is not None:
        first = datetime.combine(day, datetime.min.time(), UTC).timestamp()
        chain = [each for each in history.first_parents(end) if each.time_s >= first]
        if not chain:
            raise UsageError(
                f"--since: no commit of `{end.short}` is of {since} or later",
                hint="name an earlier day",
            )
        return chain
    start = history.commit(since)
    if start.id == end.id:
        return [end]
    if not history.is_ancestor(start, end):
        raise UsageError(
            f"--since: `{since}` is not an ancestor of `{end.short}`",
            hint="name a commit that `git log` shows, or a day as YYYY-MM-DD",
        )
    return [start, *history.first_parents(end, after=start)]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _chosen(chain: Sequence[Commit], every: Every) -> list[int]:
    """Indexes of the commits that are judged: the last of each period, by the time in UTC.

    Clocks differ, and a commit may be older than its parent: it is of the period that was begun.
    """
    if every == "commit":
        return list(range(len(chain)))
    periods: list[int] = []
    latest = chain[0].time_s
    for each in chain:
        latest = max(latest, each.time_s)
        days = latest // _DAY_S
        # The first day of 1970 was a Thursday; weeks begin with Monday.
        periods.append(days if every == "day" else (days + 3) // 7)
    ends = [index for index, (a, b) in enumerate(pairwise(periods)) if a != b]
    return [*ends, len(chain) - 1]


class _Counter:
    """Judges revisions, and remembers."""

    def __init__(self, history: History, case: Case, counts: Counts, say: Say) -> None:
        self._history = history
        self._case = case
        self._counts = counts
        self._say = say
        self._latest: tuple[str, Count] | None = None
        self._known: dict[str, Count] = {}

    def points(self, chain: Sequence[Commit], chosen: Sequence[int]) -> tuple[Point, ...]:
        points = []
        before = -1
        for number, index in enumerate(chosen, 1):
            commit = chain[index]
            self._say(f"{_date(commit)} {commit.short}, revision {number} of {len(chosen)}")
            points.append(Point(commit=commit, commits=index - before, count=self.count(commit)))
            before = index
        return tuple(points)

    def count(self, commit: Commit) -> Count:
        known = self._known.get(commit.tree) or self._counts.get(commit.tree)
        if known is None:
            known = self._counted(commit)
        self._known[commit.tree] = known
        return known

    def _counted(self, commit: Commit) -> Count:
        """Judge a revision; what may be otherwise tomorrow is not kept."""
        try:
            revision = self._history.revision(commit)
        except GitError as error:
            return Count(problem=error.message)
        digest = revision.digest()
        if self._latest is not None and self._latest[0] == digest:
            count = self._latest[1]
        else:
            try:
                verdict = judge_at(revision, self._case)
            except PluribusError as error:
                return Count(problem=error.message)
            count = count_of(verdict)
            if lost_files(verdict):
                return count
        self._latest = (digest, count)
        self._counts.put(commit.tree, count)
        return count

    def steps(
        self, chain: Sequence[Commit], points: Sequence[Point], *, traces: bool
    ) -> Iterator[Step]:
        position = {each.id: index for index, each in enumerate(chain)}
        judged = [point for point in points if not point.count.problem]
        for before, after in pairwise(judged):
            first, last = position[before.commit.id], position[after.commit.id]
            step = self._step(chain, first, last)
            if step is None:
                continue
            yield from self._traced(chain, first, last) if traces and last - first > 1 else [step]

    def _traced(self, chain: Sequence[Commit], first: int, last: int) -> Iterator[Step]:
        """Each commit between two points that raised or lowered something."""
        before = first
        for index in range(first + 1, last + 1):
            commit = chain[index]
            self._say(f"{_date(commit)} {commit.short}, tracing what moved")
            if self.count(commit).problem:
                continue
            step = self._step(chain, before, index)
            before = index
            if step is not None:
                yield step

    def _step(self, chain: Sequence[Commit], first: int, last: int) -> Step | None:
        moves = tuple(_moves(self.count(chain[first]), self.count(chain[last])))
        if not moves:
            return None
        return Step(since=chain[first], until=chain[last], commits=last - first, moves=moves)


def count_of(verdict: Verdict) -> Count:
    """What is counted of a verdict."""
    completeness = verdict.completeness
    return Count(
        tallies=tallies(verdict.findings),
        suppressed=verdict.suppressed,
        files=completeness.files.seen,
        not_read=len(completeness.not_parsed),
        not_run=completeness.not_run,
    )


def _moves(before: Count, after: Count) -> Iterator[Move]:
    """What went up or down, of rules that were run both times."""
    blind = {(each.rule, each.concept) for each in (*before.not_run, *after.not_run)}
    then = {(each.concept, each.phase, each.rule): each for each in before.tallies}
    now = {(each.concept, each.phase, each.rule): each for each in after.tallies}
    for key in sorted(then.keys() | now.keys()):
        concept, phase, rule = key
        old, new = (
            each.production + each.tests if (each := of.get(key)) else 0 for of in (then, now)
        )
        if old != new and (rule, concept) not in blind:
            yield Move(concept=concept, phase=phase, rule=rule, before=old, after=new)


def _date(commit: Commit) -> str:
    return str(date(1970, 1, 1) + timedelta(days=commit.time_s // _DAY_S))
