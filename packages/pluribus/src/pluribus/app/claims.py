"""What is claimed to be done, and whether it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pluribus.findings import Finding
from pluribus.findings.proof import Change, Claim, Status

RuleOfConcept = tuple[str, str]


class Judgement(NamedTuple):
    """What was found at a revision."""

    findings: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    """Those of them that the other revision does not have."""
    files: frozenset[str]
    """The files that were judged."""


class Shown(NamedTuple):
    """Whether rules can still fail at the second revision."""

    planted: Mapping[RuleOfConcept, str]
    """`found`, `missed`, or why nothing could be planted."""
    restored: Mapping[RuleOfConcept, str] | str
    """`found` or `missed`; or why nothing could be put back."""
    not_run: Mapping[RuleOfConcept, str]


def claims_of(
    before: Judgement, after: Judgement, changes: Sequence[Change], shown: Shown
) -> tuple[Claim, ...]:
    """One a rule and concept of which something was found, in the order of concepts and phases."""
    found: dict[tuple[str, str, str], None] = {}
    for each in (*before.findings, *after.findings):
        found[each.concept, each.phase, each.rule] = None
    return tuple(
        _claim(key, before, after, changes, shown) for key in sorted(found, key=lambda key: key)
    )


def verdict_of(claims: Sequence[Claim], changes: Sequence[Change]) -> tuple[bool, str]:
    """Whether all that was red is green, and why or why not."""
    red = [each for each in claims if each.before]
    if not red:
        return False, "nothing is proven: the first revision is green"
    remaining = sum(each.after for each in claims)
    blocking = [each for each in changes if each.blocks and not each.is_accepted]
    blind = [each for each in claims if each.status == "cannot-fail"]
    problems = [
        f"{remaining:,} left" if remaining else "",
        f"{len(blocking):,} made to say less" if blocking else "",
        f"{len(blind):,} not seen to fail" if blind else "",
    ]
    if any(problems):
        return False, "not proven: " + ", ".join(filter(None, problems))
    total = sum(each.before for each in red)
    return True, f"proven: {total:,} found at the first revision, none at the second"


def _claim(
    key: tuple[str, str, str],
    before: Judgement,
    after: Judgement,
    changes: Sequence[Change],
    shown: Shown,
) -> Claim:
    concept, phase, rule = key
    then = [each for each in before.findings if (each.rule, each.concept) == (rule, concept)]
    now = [each for each in after.findings if (each.rule, each.concept) == (rule, concept)]
    gone = [each for each in before.gone if (each.rule, each.concept) == (rule, concept)]
    deleted = sum(each.location.path not in after.files for each in gone)
    planted = shown.planted.get((rule, concept), "")
    if reason := shown.not_run.get((rule, concept)):
        planted = f"not run: {reason}"
    restored = (
        shown.restored
        if isinstance(shown.restored, str)
        else shown.restored.get((rule, concept), "")
    )
    can_fail = planted != "missed" and "found" in (planted, restored)
    return Claim(
        concept=concept,
        phase=phase,
        rule=rule,
        status=_status(len(then), len(now), key, gone, changes, can_fail=can_fail),
        before=len(then),
        after=len(now),
        files_before=len({each.location.path for each in then}),
        files_after=len({each.location.path for each in now}),
        fixed=len(gone) - deleted,
        deleted=deleted,
        planted=planted,
        restored=restored,
    )


def _status(
    before: int,
    after: int,
    key: tuple[str, str, str],
    gone: Sequence[Finding],
    changes: Sequence[Change],
    *,
    can_fail: bool,
) -> Status:
    if after:
        return "remains" if before else "new"
    concept, _, rule = key
    paths = {each.location.path for each in gone}
    for each in changes:
        if not each.blocks or each.is_accepted:
            continue
        if (each.rule, each.concept) == (rule, concept) or (not each.rule and each.place in paths):
            return "laundered"
    return "proven" if can_fail else "cannot-fail"
