"""The one value that every report format draws."""

from __future__ import annotations

from typing import Final

import msgspec

from pluribus.findings.baseline import BaselineUse
from pluribus.findings.completeness import Completeness
from pluribus.findings.explanation import Excerpt, RuleText
from pluribus.findings.finding import Finding, Location, Severity
from pluribus.findings.fix import Fix
from pluribus.findings.matrix import Matrix

SCHEMA_VERSION: Final = 1
"""Of the JSON report; it grows when a reader of the last one would break."""


class OwnerPath(msgspec.Struct, frozen=True, order=True):
    """A dotted path under which the owner can be imported."""

    path: str
    """`package.module.Name`."""
    kind: str
    """`owner`, `allowed`, `legacy`, `re-export` (on purpose) or `import` (a by-product)."""
    chain: tuple[str, ...]
    """Each hop from this path to the owner, as `package.module.Name`."""
    location: Location
    importers: int
    """How many files import the owner by this path."""


class ConceptSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the contract declares of a concept, and what the code base was seen to hold of it."""

    name: str
    owner: str
    location: Location | None
    summary: str
    impact: str
    risk: str
    paths: tuple[OwnerPath, ...]
    empty: tuple[str, ...]
    """Declared legacy paths and rivals that match nothing any more: what success looks like."""
    matrix: Matrix | None = None
    """The methods of the interface, by owner and rivals; None where the owner is no class."""


class Tally(msgspec.Struct, frozen=True, order=True):
    """One row of the summary table."""

    concept: str
    phase: str
    rule: str
    severity: Severity
    """The worst among those counted."""
    production: int
    tests: int
    files: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a check, free of clocks, host paths and hash order."""

    tool_version: str
    concepts: tuple[ConceptSummary, ...]
    phases: tuple[str, ...]
    """In the order of work."""
    rules: tuple[str, ...]
    """The rules that were run, by name, in the order that reports list them."""
    findings: tuple[Finding, ...]
    tallies: tuple[Tally, ...]
    suppressed: int
    """Findings that a comment, a per-file ignore or a declared exemption silenced."""
    hidden: int
    """Findings that a filter (`--only`, `--changed-since`) left out of the report."""
    completeness: Completeness
    failed: bool
    """Whether a finding reaches the threshold of `--fail-on`."""
    texts: tuple[RuleText, ...] = ()
    """Of each rule that was run or found something; empty unless they were asked for."""
    excerpts: tuple[Excerpt, ...] = ()
    """What stands around the findings; empty unless it was asked for, and never of them all."""
    baseline: BaselineUse | None = None
    """None when no baseline was read."""
    fixes: tuple[Fix, ...] = ()
    """What would mend findings, each by itself; empty unless they were asked for."""
