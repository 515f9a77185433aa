"""What silences a finding: a comment with a reason, a per-file ignore, a declared exemption."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pluribus.app.selection import expanded
from pluribus.codebase import Codebase, Suppression, matches
from pluribus.contract import Concept, Contract
from pluribus.findings import Confidence, Finding, Severity

UNUSED = "unused-suppression"
MALFORMED = "malformed-suppression"


class Silenced(msgspec.Struct, frozen=True):
    """Findings that are left, comments that are wrong among them, and how many were silenced."""

    findings: tuple[Finding, ...]
    count: int


def silence(
    findings: Sequence[Finding],
    *,
    contract: Contract,
    concepts: Sequence[Concept],
    codebase: Codebase,
    ran: frozenset[str],
    prefix: str,
    honours_comments: bool,
) -> Silenced:
    """Leave out what the contract and comments accept.

    Args:
        findings: All findings, sorted.
        contract: Its per-file ignores.
        concepts: Those that were judged; their exemptions.
        codebase: Its comments.
        ran: The rules that were run: only of these can a comment be called unused.
        prefix: What stands before a finding's path as the contract's globs see it.
        honours_comments: False to report in spite of comments.
    """
    kept = _declared(findings, contract, concepts, prefix)
    comments = codebase.suppressions()
    wrong = [_malformed(each) for each in comments if not (each.rules and each.reason)]
    if not honours_comments:
        return Silenced((*kept, *wrong), len(findings) - len(kept))
    by_path: dict[str, list[Suppression]] = {}
    for comment in comments:
        if comment.rules and comment.reason:
            by_path.setdefault(comment.place.path, []).append(comment)
    used: set[tuple[str, int, str]] = set()
    left = []
    for finding in kept:
        fitting = [
            (comment, name)
            for comment in by_path.get(finding.location.path, ())
            for name in comment.rules
            if name == finding.rule
            and comment.first_line <= finding.location.line <= comment.last_line
        ]
        used |= {(each.place.path, each.place.start, name) for each, name in fitting}
        if not fitting:
            left.append(finding)
    unused = [
        _unused(comment, name)
        for comments in by_path.values()
        for comment in comments
        for name in comment.rules
        if (comment.place.path, comment.place.start, name) not in used
        and (name in ran or not expanded(name))
    ]
    return Silenced((*left, *wrong, *unused), len(findings) - len(left))


def _declared(
    findings: Sequence[Finding], contract: Contract, concepts: Sequence[Concept], prefix: str
) -> list[Finding]:
    paths = sorted({finding.location.path for finding in findings})
    full = [prefix + path for path in paths]
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


def _malformed(comment: Suppression) -> Finding:
    missing = "a reason" if comment.rules else "the rules in brackets"
    return Finding(
        rule=MALFORMED,
        concept="",
        severity=Severity.WARNING,
        confidence=Confidence.CERTAIN,
        message=f"a `# pluribus:` comment lacks {missing}, so it silences nothing",
        hint="write `# pluribus: ignore[rule] why it is right here`",
        location=comment.place.location(),
        key=(comment.place.path, ",".join(comment.rules), comment.reason),
        in_tests=comment.is_test,
    )


def _unused(comment: Suppression, name: str) -> Finding:
    known = bool(expanded(name))
    return Finding(
        rule=UNUSED,
        concept="",
        severity=Severity.WARNING,
        confidence=Confidence.CERTAIN,
        message=f"`ignore[{name}]` silences nothing"
        + ("" if known else f": there is no rule `{name}`"),
        hint="remove it",
        location=comment.place.location(),
        key=(comment.place.path, name, comment.reason),
        in_tests=comment.is_test,
    )
