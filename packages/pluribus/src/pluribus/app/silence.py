"""What silences a finding: a comment with a reason, a per-file ignore, a declared exemption."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pluribus.app.comments import is_well_formed, malformed, unused
from pluribus.app.selection import expanded
from pluribus.codebase import Codebase, Suppression, matches
from pluribus.contract import Concept, Contract
from pluribus.findings import Finding

Identity = tuple[str, str, str, tuple[str, ...]]


def identity(finding: Finding) -> Identity:
    """What makes it the same finding after lines have moved."""
    return finding.rule, finding.concept, finding.location.path, finding.key


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What was judged, as far as it says what may be silenced."""

    contract: Contract
    concepts: tuple[Concept, ...]
    rules: frozenset[str]
    """Those that were run on all that a comment may serve: only of these can one be unused."""
    prefix: str
    """What stands before a finding's path as the globs of the contract see it."""
    honours_comments: bool
    """False to report in spite of comments."""


class Silenced(msgspec.Struct, frozen=True):
    """Findings that are left, comments that are wrong among them, and how many were silenced."""

    findings: tuple[Finding, ...]
    count: int


def silence(findings: Sequence[Finding], judged: Judged, codebase: Codebase) -> Silenced:
    """Leave out what the contract and comments accept; the rest keeps its order."""
    left = _undeclared(findings, judged)
    comments = codebase.suppressions()
    of_comments = [malformed(comment) for comment in comments if not is_well_formed(comment)]
    if judged.honours_comments:
        hearing = _Hearing([comment for comment in comments if is_well_formed(comment)])
        left = [finding for finding in left if not hearing.silences(finding)]
        of_comments += [
            unused(comment, name)
            for comment, name in hearing.unused()
            if name in judged.rules or expanded(name) != {name}
        ]
    return Silenced((*left, *of_comments), len(findings) - len(left))


class _Hearing:
    """Comments, and which of the rules that they name have silenced something."""

    def __init__(self, comments: Sequence[Suppression]) -> None:
        self._comments: dict[str, list[Suppression]] = {}
        for comment in comments:
            self._comments.setdefault(comment.place.path, []).append(comment)
        self._used: set[tuple[str, int, str]] = set()

    def silences(self, finding: Finding) -> bool:
        fitting = [
            comment
            for comment in self._comments.get(finding.location.path, ())
            if finding.rule in comment.rules
            and comment.first_line <= finding.location.line <= comment.last_line
        ]
        self._used |= {(each.place.path, each.place.start, finding.rule) for each in fitting}
        return bool(fitting)

    def unused(self) -> list[tuple[Suppression, str]]:
        return [
            (comment, name)
            for comments in self._comments.values()
            for comment in comments
            for name in comment.rules
            if (comment.place.path, comment.place.start, name) not in self._used
        ]


def accepted_by_contract(
    rule: str, concept: Concept, path: str, contract: Contract, prefix: str
) -> bool:
    """Whether the contract silences a rule in a file."""
    globs = [glob for glob, names in contract.per_file_ignores.items() if _names(names, rule)]
    globs += [glob for each in concept.exempt if _names(each.rules, rule) for glob in each.files]
    return any(row[0] for row in matches(globs, [prefix + path]))


def _names(names: Sequence[str], rule: str) -> bool:
    return any(rule in expanded(name) for name in names)


def _undeclared(findings: Sequence[Finding], judged: Judged) -> list[Finding]:
    contract, concepts = judged.contract, judged.concepts
    paths = sorted({finding.location.path for finding in findings})
    full = [judged.prefix + path for path in paths]
    globs = sorted(
        {*contract.per_file_ignores}
        | {glob for concept in concepts for each in concept.exempt for glob in each.files}
    )
    matching = {
        glob: {path for path, fits in zip(paths, row, strict=True) if fits}
        for glob, row in zip(globs, matches(globs, full), strict=True)
    }

    def is_accepted(finding: Finding) -> bool:
        path = finding.location.path
        ignored = (
            names for glob, names in contract.per_file_ignores.items() if path in matching[glob]
        )
        exempt = (
            each.rules
            for concept in concepts
            if concept.name == finding.concept
            for each in concept.exempt
            if any(path in matching[glob] for glob in each.files)
        )
        return any(
            finding.rule in expanded(name) for names in (*ignored, *exempt) for name in names
        )

    return [finding for finding in findings if not is_accepted(finding)]
