"""A proof as text: what was red, what is green, what is left, and what was made to say less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pluribus.findings import Finding
from pluribus.findings.history import Commit
from pluribus.findings.proof import Change, Claim, Proof
from pluribus.reports._page import Page
from pluribus.reports._series import day_of
from pluribus.reports.options import RenderOptions
from pluribus.reports.table import table
from pluribus.reports.wording import counted, place, printable

CLAIM_HEAD = ("concept", "rule", "before", "after", "files", "", "seen to fail again")

MEANINGS = {
    "silenced": "silenced by comments or the contract",
    "hidden": "in files that are not judged any more",
    "contract": "the contract demands less",
    "baseline": "the baseline accepts more (no baseline is honoured here)",
    "deleted-tests": "tests that are gone",
    "uncollected-tests": "tests that are there and not collected",
    "skipped-tests": "tests that are skipped now",
    "emptied-tests": "tests with nothing left in them",
    "collection": "what decides which tests run",
    "unreadable": "files that cannot be read whole any more",
}
"""What each kind of change is, in words."""


def render(proof: Proof, options: RenderOptions) -> str:
    """Write the verdict, a line a rule, and all that speaks against it."""
    page = Page(color=options.color, width=options.width)
    limit = options.limit
    lines = [
        *page.heading("red at one revision, green at another?"),
        "",
        *(f"{label:<9}{text}" for label, text in sides(proof)),
        "",
        *table([CLAIM_HEAD, *(claim_row(each) for each in proof.claims)], right={2, 3}),
    ]
    for title, findings in (("left", proof.remaining), ("new", proof.new)):
        lines += _findings(page, title, findings, limit)
    lines += _changes(page, proof.changes, limit)
    lines += [f"note: {each}" for each in notes(proof)]
    lines += ["", page.paint("good" if proof.is_proven else "bad", proof.verdict)]
    return "\n".join(lines) + "\n"


def sides(proof: Proof) -> Iterator[tuple[str, str]]:
    """What was compared, and by what."""
    yield "before", commit_line(proof.before)
    yield "after", commit_line(proof.after)
    yield "contract", printable(proof.contract)


def commit_line(commit: Commit) -> str:
    """Short id, day, author and subject."""
    who = f"{printable(commit.author)}: {printable(commit.subject)}"
    return f"{commit.short} {day_of(commit)} {who}"


def claim_row(claim: Claim) -> tuple[str, ...]:
    """A claim as cells."""
    return (
        printable(claim.concept),
        claim.rule,
        f"{claim.before:,}",
        f"{claim.after:,}",
        f"{claim.files_before:,} -> {claim.files_after:,}",
        standing(claim),
        can_fail(claim),
    )


def standing(claim: Claim) -> str:
    """The status in words, with what became of what is gone."""
    gone = claim.fixed + claim.deleted
    how = [
        f"{claim.fixed:,} fixed" if claim.fixed else "",
        f"{claim.deleted:,} gone with a file" if claim.deleted else "",
    ]
    said = ", ".join(filter(None, how))
    return f"{claim.status} ({said})" if gone else claim.status


def can_fail(claim: Claim) -> str:
    """Whether the rule was seen to fail at the second revision, and how."""
    ways = [
        "planted" if claim.planted == "found" else "",
        "put back" if claim.restored == "found" else "",
    ]
    if claim.planted == "missed":
        return "no: what was planted was missed"
    if any(ways):
        return " and ".join(filter(None, ways))
    if not claim.fixed + claim.deleted:
        return ""
    return f"no: {printable(claim.planted or claim.restored)}"


def notes(proof: Proof) -> Iterator[str]:
    """What else there is to know."""
    yield from map(printable, proof.notes)
    reasons = Counter(each.reason for each in proof.not_run_before)
    for reason, count in sorted(reasons.items()):
        yield (
            f"{counted(count, 'rule')} could not be run at the first revision, so nothing is "
            f"proven of them: {printable(reason)}"
        )


def change_line(change: Change) -> str:
    """Where and what, and whether it counts."""
    mark = "accepted" if change.is_accepted else "counts" if change.blocks else "listed only"
    return f"{printable(change.place)}: {printable(change.text)} ({mark})"


def finding_line(finding: Finding) -> str:
    return f"{place(finding.location)}: {finding.rule}: {printable(finding.message)}"


def _findings(
    page: Page, title: str, findings: Sequence[Finding], limit: int | None
) -> Iterator[str]:
    if not findings:
        return
    yield ""
    yield page.paint("heading", f"{title}: {counted(len(findings), 'finding')}")
    kept = findings[:limit]
    yield from (f"  {finding_line(each)}" for each in kept)
    if len(kept) < len(findings):
        yield f"  ... and {len(findings) - len(kept):,} more, which JSON has"


def _changes(page: Page, changes: Sequence[Change], limit: int | None) -> Iterator[str]:
    for kind, meaning in MEANINGS.items():
        of_kind = [each for each in changes if each.kind == kind]
        if not of_kind:
            continue
        yield ""
        yield page.paint("heading", f"{kind}: {meaning}")
        # What counts comes first, so that no limit hides it.
        kept = sorted(of_kind, key=lambda each: (not each.blocks, each))[:limit]
        yield from (f"  {change_line(each)}" for each in kept)
        if len(kept) < len(of_kind):
            yield f"  ... and {len(of_kind) - len(kept):,} more, which JSON has"
