"""What a rule is, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from pluribus.codebase import Place, Site
from pluribus.findings import Confidence, Evidence, Location, Severity
from pluribus.rules.subject import Subject


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule found; the runner makes a finding of it."""

    site: Site
    message: str
    """What is wrong, with the value; one sentence without a full stop."""
    hint: str
    """What to do about it."""
    key: tuple[str, ...]
    """What makes it the same violation after lines moved: names, never positions."""
    place: Place | None = None
    """The exact place, when it is not that of `site`."""
    severity: Severity | None = None
    """None for that of the rule."""
    confidence: Confidence = Confidence.CERTAIN
    related: tuple[Location, ...] = ()
    evidence: tuple[Evidence, ...] = ()


Check = Callable[[Subject], Iterator[Violation]]
Obstacle = Callable[[Subject], str | None]
"""Why a rule cannot judge a concept; None when it can."""


class Rule(msgspec.Struct, frozen=True):
    """A question asked of each concept."""

    name: str
    family: str
    summary: str
    severity: Severity
    check: Check
    obstacle: Obstacle
    needs_owner: bool = True
    """Whether it can say nothing of a concept whose owner is not there yet."""


def can_always_run(_: Subject) -> None:
    """The obstacle of a rule that has none."""


def rule(
    *,
    name: str,
    family: str,
    summary: str,
    severity: Severity,
    obstacle: Obstacle = can_always_run,
    needs_owner: bool = True,
) -> Callable[[Check], Rule]:
    """Make a rule of a function from a concept in its code base to violations."""

    def make(check: Check) -> Rule:
        return Rule(name, family, summary, severity, check, obstacle, needs_owner)

    return make


def chain_evidence(paths: Iterable[str]) -> tuple[Evidence, ...]:
    """The way from a name to what it reaches, hop by hop; nothing for a direct one."""
    hops = list(paths)
    return (Evidence("chain", " -> ".join(hops)),) if len(hops) > 1 else ()


def quoted(names: Iterable[str]) -> str:
    """Names in a sentence: `a`, `b` and `c`."""
    marked = [f"`{name}`" for name in names]
    return " and ".join([", ".join(marked[:-1]), marked[-1]] if len(marked) > 1 else marked)
