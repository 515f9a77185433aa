"""What a check of a revision does not say, because it was told not to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import msgspec

from pluribus.app.judge import Case, Verdict, judge
from pluribus.app.opening import select_files
from pluribus.app.silence import accepted_by_contract, identity
from pluribus.codebase import Revision
from pluribus.contract import Contract
from pluribus.errors import PluribusError
from pluribus.findings import Finding
from pluribus.findings.proof import Change, Kind


class Unsaid(msgspec.Struct, frozen=True, kw_only=True):
    """Findings of a revision that no report of it shows."""

    silenced: tuple[tuple[Finding, str], ...]
    """By a comment, a per-file ignore or an exemption; with which of them."""
    hidden: tuple[Finding, ...]
    """In files that are not judged."""
    problem: str = ""
    """Why it is not known what hides in files that are not judged; empty when it is."""


def unsaid(revision: Revision, case: Case, verdict: Verdict) -> Unsaid:
    """Judge a revision again, without all that silences, and then with all that it leaves out."""
    loud = _loud(case)
    every = _judged(revision, loud, bares_ignored=False)
    silenced = _beyond(every.findings, verdict.findings)
    hidden: tuple[Finding, ...] = ()
    problem = ""
    try:
        whole = _judged(revision, _unselective(loud), bares_ignored=True)
    except PluribusError as error:
        # With all its copies and backups a tree may be another than the contract speaks of.
        problem = error.message
    else:
        seen = files_of(revision, case.contract)
        hidden = tuple(each for each in whole.findings if each.location.path not in seen)
    return Unsaid(
        silenced=tuple((each, _cause(each, case)) for each in silenced if each.concept),
        hidden=tuple(each for each in hidden if each.concept),
        problem=problem,
    )


def grown(
    before: Unsaid, after: Unsaid, *, is_displaced: Callable[[str], bool]
) -> Iterator[Change]:
    """What is silenced or hidden at a revision, and was not at another.

    Counted by concept and file: that a file which is exempt already violates another rule than it
    did, and no more often, is no news.

    Args:
        before: What the first revision does not say.
        after: What the second does not.
        is_displaced: Whether a file that is not judged is one that was, or stands for one that
            is no more. A copy of what is judged still has made nothing green.
    """
    yield from _grown("silenced", [each for each, _ in before.silenced], after.silenced)
    for each in _grown("hidden", before.hidden, [(one, "not judged") for one in after.hidden]):
        yield msgspec.structs.replace(each, blocks=is_displaced(each.place))


def _grown(
    kind: Kind, before: Sequence[Finding], after: Sequence[tuple[Finding, str]]
) -> Iterator[Change]:
    found = [each for each, _ in after]
    places_then, places_now = (Counter(map(_place, each)) for each in (before, found))
    then, now = (Counter(map(_group, each)) for each in (before, found))
    causes = {_group(each): cause for each, cause in after}
    for group, excess in sorted((now - then).items()):
        rule, concept, path = group
        if places_now[concept, path] > places_then[concept, path]:
            more = f"{excess} more" if then[group] else f"{excess}"
            yield Change(
                kind=kind,
                place=path,
                text=f"{more} {rule} of {concept}, {causes[group]}",
                blocks=True,
                rule=rule,
                concept=concept,
            )


def _group(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.concept, finding.location.path


def _place(finding: Finding) -> tuple[str, str]:
    return finding.concept, finding.location.path


def _beyond(every: Sequence[Finding], shown: Sequence[Finding]) -> list[Finding]:
    left = Counter(identity(each) for each in shown)
    beyond = []
    for each in every:
        if left[identity(each)] > 0:
            left[identity(each)] -= 1
        else:
            beyond.append(each)
    return beyond


def _cause(finding: Finding, case: Case) -> str:
    concept = next(each for each in case.concepts if each.name == finding.concept)
    path = finding.location.path
    if accepted_by_contract(finding.rule, concept, path, case.contract, case.prefix):
        return "silenced by the contract"
    return "silenced by a comment"


def _loud(case: Case) -> Case:
    """The same case, in which nothing is silenced."""
    concepts = tuple(msgspec.structs.replace(each, exempt=()) for each in case.contract.concepts)
    asked = {each.name for each in case.concepts}
    contract = msgspec.structs.replace(case.contract, concepts=concepts, per_file_ignores={})
    return msgspec.structs.replace(
        case,
        contract=contract,
        concepts=tuple(each for each in concepts if each.name in asked),
        honours_comments=False,
        bears_absence=True,
    )


def _unselective(case: Case) -> Case:
    """The same case, of all files."""
    codebase = msgspec.structs.replace(case.contract.codebase, exclude=())
    contract = msgspec.structs.replace(case.contract, codebase=codebase)
    return msgspec.structs.replace(case, contract=contract)


def _judged(revision: Revision, case: Case, *, bares_ignored: bool) -> Verdict:
    codebase = select_files(
        revision.root, case.contract, None, revision=revision, bares_ignored=bares_ignored
    )
    verdict, _ = judge(case, codebase, say=lambda _: None)
    return verdict


def files_of(revision: Revision, contract: Contract) -> dict[str, bool]:
    """The files that are judged of a revision, and whether each is a test."""
    codebase = select_files(revision.root, contract, None, revision=revision)
    return {each.path: each.is_test for each in codebase.files()}
