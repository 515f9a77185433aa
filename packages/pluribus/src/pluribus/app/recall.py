"""The verdict of the last run, where it still holds; see decision 0006."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import msgspec

from pluribus import __version__
from pluribus.app.judge import Case, Verdict
from pluribus.codebase import Codebase
from pluribus.findings import ConceptSummary, Finding, Location, Matrix

Position = tuple[int, int]
"""Line and column, from 1."""
Moves = Mapping[str, Mapping[Position, Position]]
"""Where things stood and stand, by path; what is in no such path has not moved."""


def question_of(case: Case, engine: bytes) -> bytes:
    """Name a case, so that the same question about the same tree has the same answer.

    Args:
        case: What is asked.
        engine: What the code that answers looks like, from `adapters.engine`.
    """
    asked = (
        __version__,
        engine,
        sys.version,
        case.contract.codebase,
        case.contract.concepts,
        case.contract.per_file_ignores,
        case.contract.phases,
        [concept.name for concept in case.concepts],
        [rule.name for rule in case.rules],
        case.prefix,
        case.reads_all,
        case.honours_comments,
    )
    return msgspec.msgpack.encode(asked)


def recall(question: bytes, codebase: Codebase) -> Verdict | None:
    """Find the verdict on a question, if there is one and it holds; nothing may have been read."""
    kept = codebase.recall(question)
    if kept is None:
        return None
    packed, moves = kept
    verdict = msgspec.msgpack.decode(packed, type=Verdict)
    try:
        return _moved(verdict, moves) if moves else verdict
    except _LostError:
        return None


def keep(question: bytes, verdict: Verdict, codebase: Codebase) -> str | None:
    """Keep a verdict for the next run; returns why that failed."""
    return codebase.keep(question, msgspec.msgpack.encode(verdict))


class _LostError(Exception):
    """A place that is named was not among those that were followed."""


def _moved(verdict: Verdict, moves: Moves) -> Verdict:
    return msgspec.structs.replace(
        verdict,
        findings=tuple(_moved_finding(each, moves) for each in verdict.findings),
        concepts=tuple(_moved_summary(each, moves) for each in verdict.concepts),
    )


def _moved_finding(finding: Finding, moves: Moves) -> Finding:
    if finding.location.path not in moves and all(
        place.path not in moves for place in finding.related
    ):
        return finding
    return msgspec.structs.replace(
        finding,
        location=_moved_location(finding.location, moves),
        related=tuple(sorted(_moved_location(place, moves) for place in finding.related)),
    )


def _moved_summary(summary: ConceptSummary, moves: Moves) -> ConceptSummary:
    paths = (
        msgspec.structs.replace(each, location=_moved_location(each.location, moves))
        for each in summary.paths
    )
    return msgspec.structs.replace(
        summary,
        location=summary.location and _moved_location(summary.location, moves),
        paths=tuple(sorted(paths)),
        matrix=summary.matrix and _moved_matrix(summary.matrix, moves),
    )


def _moved_matrix(matrix: Matrix, moves: Moves) -> Matrix:
    classes = (
        msgspec.structs.replace(each, location=_moved_location(each.location, moves))
        for each in matrix.classes
    )
    return msgspec.structs.replace(matrix, classes=tuple(classes))


def _moved_location(location: Location, moves: Moves) -> Location:
    of_path = moves.get(location.path)
    if of_path is None:
        return location
    now = of_path.get((location.line, location.column))
    if now is None:
        raise _LostError
    return msgspec.structs.replace(location, line=now[0], column=now[1])
