"""The words that several formats say in the same way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from pluribus.findings import Confidence, Finding, Location, Report, Severity

# Controls, line separators, and the marks that reorder text on the screen (CVE-2021-42574).
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Show characters that would break a line or command a terminal as Python escapes."""
    if text.isprintable():
        return text  # nearly always, and found out much faster
    return _UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


def place(location: Location) -> str:
    """Write `path:line:column` as one line, the way that editors and terminals link."""
    return f"{printable(location.path)}:{location.line}:{location.column}"


def counted(number: int, noun: str, many: str = "") -> str:
    """Write `1 finding`, `1,200 findings`; `many` is the plural that no `s` makes."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def sentence(text: str) -> str:
    """End `text` with a full stop, unless something else ends it."""
    stripped = text.rstrip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."


def remarks(finding: Finding, *more: str) -> str:
    """Say in brackets what tempers the finding, after a space; nothing when it is certain."""
    doubt = () if finding.confidence is Confidence.CERTAIN else (finding.confidence.value,)
    tests = ("in tests",) if finding.in_tests else ()
    words = (*doubt, *tests, *more)
    return f" ({', '.join(words)})" if words else ""


def severities(findings: Iterable[Finding]) -> str:
    """Write `2 errors, 1 note`, the worst first, without those that do not occur."""
    counts = Counter(finding.severity for finding in findings)
    worst_first = sorted(Severity, key=lambda severity: -severity.rank)
    return ", ".join(
        counted(counts[severity], severity.value) for severity in worst_first if counts[severity]
    )


def unchecked(report: Report) -> str:
    """Say what the check could not look at; empty when it is complete."""
    gaps = report.completeness
    absent = (
        "no concept declared" if not report.concepts else "",
        "no rule ran" if not report.rules else "",
        "no file seen" if not gaps.files.seen else "",
    )
    missed = f"{counted(len(gaps.not_run), 'rule')} not run" if gaps.not_run else ""
    return ", ".join(filter(None, [*absent, unread(report), missed]))


def unread(report: Report) -> str:
    """Say how many files were not read whole; empty for none."""
    gaps = report.completeness
    parts = ((len(gaps.recovered), "recovered"), (len(gaps.not_parsed), "not parsed"))
    return ", ".join(f"{counted(number, 'file')} {state}" for number, state in parts if number)


def accepted(report: Report) -> str:
    """Say what the baseline accepts, and how that changed; empty when none was read."""
    use = report.baseline
    if use is None:
        return ""
    line = f"{use.accepted:,} accepted by the baseline"
    if use.accepted:
        line += f", {use.accepted_in_tests:,} of them in tests"
    parts = [line]
    if use.stale:
        parts.append(f"{use.stale:,} stale")
    if use.expired:
        parts.append(f"{counted(use.expired, 'entry', 'entries')} expired")
    if use.unjudged:
        parts.append(f"{counted(use.unjudged, 'entry', 'entries')} not looked for")
    if use.since is not None:
        changed = f"+{use.since.growth:,} -{use.since.shrinkage:,}"
        changed += f" since {printable(use.since.ref)}"
        if use.since.prolonged:
            changed += f", {use.since.prolonged:,} prolonged"
        if use.since.worsened:
            changed += f", {use.since.worsened:,} worse"
        parts.append(changed)
    return "; ".join(parts)


def nothing(report: Report) -> str:
    """Say that nothing was found, or nothing that is not accepted."""
    return "nothing new" if report.baseline and report.baseline.accepted else "nothing found"


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by place, production code before tests."""
    return sorted(
        findings, key=lambda finding: (finding.in_tests, finding.location, finding.order)
    )


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by severity, production code before tests, the surest first, then by place."""
    sure = tuple(Confidence)
    return sorted(
        ordered(findings),
        key=lambda each: (-each.severity.rank, each.in_tests, sure.index(each.confidence)),
    )


def limited(findings: Sequence[Finding], limit: int | None) -> list[Finding]:
    """Keep the first `limit` findings of each rule of each concept."""
    if limit is None:
        return list(findings)
    kept: list[Finding] = []
    seen: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        seen[finding.concept, finding.rule] += 1
        if seen[finding.concept, finding.rule] <= limit:
            kept.append(finding)
    return kept
