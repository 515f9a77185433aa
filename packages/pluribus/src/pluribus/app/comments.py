"""What is said of `# pluribus:` comments themselves; the page of each stands beside this file."""

from __future__ import annotations

from types import MappingProxyType

from pluribus.app.selection import expanded
from pluribus.codebase import Suppression
from pluribus.findings import Confidence, Finding, Severity

UNUSED = "unused-suppression"
MALFORMED = "malformed-suppression"

SUMMARIES = MappingProxyType(
    {
        UNUSED: "a comment silences nothing",
        MALFORMED: "a comment lacks a reason, or the rules that it is to silence",
    }
)
"""Findings that no rule gives: always looked for, and silenced by nothing."""


def is_well_formed(comment: Suppression) -> bool:
    return bool(comment.rules and comment.reason)


def malformed(comment: Suppression) -> Finding:
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


def unused(comment: Suppression, name: str) -> Finding:
    """Say that of the rules of `comment` this one silenced nothing."""
    rules = expanded(name)
    why = (
        ""
        if name in rules
        else f": `{name}` is a family"
        if rules
        else f": there is no rule `{name}`"
    )
    return Finding(
        rule=UNUSED,
        concept="",
        severity=Severity.WARNING,
        confidence=Confidence.CERTAIN,
        message=f"`ignore[{name}]` silences nothing{why}",
        hint="name the rules" if rules and name not in rules else "remove it",
        location=comment.place.location(),
        key=(comment.place.path, name, comment.reason),
        in_tests=comment.is_test,
    )
