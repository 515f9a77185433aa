"""Red at one revision, green at another, and not made green by looking away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from pluribus import __version__
from pluribus.app.claims import Judgement, Shown, claims_of, verdict_of
from pluribus.app.contract_changes import baseline_changes, weakened
from pluribus.app.judge import Case, Verdict, judge
from pluribus.app.opening import select_files
from pluribus.app.options import CheckOptions, Say
from pluribus.app.revisions import History, case_at, contract_for, judge_at, lost_files
from pluribus.app.self_test import SelfTest, tried
from pluribus.app.silence import identity
from pluribus.app.silenced import files_of, grown, unsaid
from pluribus.app.suite_compared import changes_of_tests
from pluribus.codebase import Revision
from pluribus.contract import Contract
from pluribus.errors import ContractError, FactsError, PluribusError
from pluribus.findings import Finding, identified
from pluribus.findings.history import Commit
from pluribus.findings.proof import Change, Kind, Proof


class ProveOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a proof."""

    before: str
    after: str
    contract: Path | None = None
    """None for that of the second revision."""
    concepts: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    accepted: frozenset[Kind] = frozenset()
    """Kinds of changes that are meant."""


class _Side(msgspec.Struct, frozen=True, kw_only=True):
    """A revision that was judged."""

    commit: Commit
    revision: Revision
    case: Case
    verdict: Verdict
    files: dict[str, bool]
    """The files that were judged, and whether each is a test."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What rules found; what is wrong with comments is another matter."""
        return identified(each for each in self.verdict.findings if each.concept)


def prove(history: History, options: ProveOptions, *, say: Say) -> Proof:
    """Compare two revisions by one contract.

    Args:
        history: The repository.
        options: What is asked.
        say: Is told what is being done.

    Raises:
        ContractError: no contract, or one that does not fit the second revision.
        GitError: a revision is not known.
        UsageError: something that was asked for is unknown, or there is no Python file.
        FactsError: the content of a file cannot be had from the repository.
    """
    before, after = history.commit(options.before), history.commit(options.after)
    old = history.revision(before, options.before)
    new = history.revision(after, options.after)
    contract, source = _contract(history, new, options)
    asked = CheckOptions(concepts=options.concepts, select=options.select, ignore=options.ignore)
    say(f"judging {options.before}")
    first = _side(before, old, case_at(old, contract, asked))
    unsaid_before = unsaid(old, first.case, first.verdict)
    say(f"judging {options.after}")
    strict = msgspec.structs.replace(case_at(new, contract, asked), bears_absence=False)
    second = _side(after, new, strict)
    unsaid_after = unsaid(new, second.case, second.verdict)
    gone, remaining, added = _compared(first.findings, second.findings)
    accused = {each.location.path for each in gone}
    say("comparing what may be said")
    changes = [
        *grown(
            unsaid_before,
            unsaid_after,
            is_displaced=lambda path: _is_displaced(path, first, second, accused),
        ),
        *_unreadable(first, second, accused),
        *_moved_to_tests(first, second, accused),
        *_linked(first, second, accused),
        *changes_of_tests(old, new, (first.files, second.files), accused=accused),
        *baseline_changes(old, new, contract),
        *_of_contracts(history, old, second, contract, options),
    ]
    listed = tuple(
        msgspec.structs.replace(each, is_accepted=each.blocks and each.kind in options.accepted)
        for each in sorted(changes)
    )
    shown = _shown(first, second, gone, say)
    claims = claims_of(
        Judgement(first.findings, gone, frozenset(first.files)),
        Judgement(second.findings, (), frozenset(second.files)),
        listed,
        shown,
    )
    is_proven, why = verdict_of(claims, listed)
    return Proof(
        tool_version=__version__,
        before=before,
        after=after,
        is_ancestor=history.is_ancestor(before, after),
        contract=source,
        concepts=tuple(each.name for each in second.case.concepts),
        rules=tuple(rule.name for rule in second.case.rules),
        claims=claims,
        gone=gone,
        remaining=remaining,
        new=added,
        changes=listed,
        not_run_before=first.verdict.completeness.not_run,
        notes=tuple(_notes(history, before, after, (unsaid_before.problem, unsaid_after.problem))),
        is_proven=is_proven,
        verdict=why,
    )


def _contract(history: History, after: Revision, options: ProveOptions) -> tuple[Contract, str]:
    named = options.contract
    try:
        contract = contract_for(history, after, named)
    except ContractError as error:
        if named is not None:
            raise
        raise ContractError(
            error.message, hint=f"`--contract FILE` names one\n\n{error.hint or ''}".rstrip()
        ) from error
    if named is not None:
        return contract, named.name
    return contract, after.shown(contract.path) if contract.path else after.name


def _side(commit: Commit, revision: Revision, case: Case) -> _Side:
    try:
        verdict = judge_at(revision, case)
    except ContractError as error:
        raise ContractError(f"{revision.name}: {error.message}", hint=error.hint) from error
    lost = lost_files(verdict)
    if lost:
        raise FactsError(
            f"{revision.name}: `{lost[0].path}` cannot be read"
            + (f", nor can {len(lost) - 1} more" if len(lost) > 1 else "")
            + f": {lost[0].reason}",
            hint="a partial clone may lack them: fetch them, or prove it in a whole clone",
        )
    return _Side(
        commit=commit,
        revision=revision,
        case=case,
        verdict=verdict,
        files=files_of(revision, case.contract),
    )


def _compared(
    before: Sequence[Finding], after: Sequence[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]:
    """What is gone, what remains (as it is now), and what is new."""
    left = Counter(identity(each) for each in after)
    gone = []
    for each in before:
        if left[identity(each)] > 0:
            left[identity(each)] -= 1
        else:
            gone.append(each)
    known = Counter(identity(each) for each in before)
    remaining: list[Finding] = []
    new: list[Finding] = []
    for each in after:
        into = remaining if known[identity(each)] > 0 else new
        known[identity(each)] -= 1
        into.append(each)
    return tuple(gone), tuple(remaining), tuple(new)


def _unreadable(first: _Side, second: _Side, accused: set[str]) -> Iterator[Change]:
    """Files that could be read whole, and cannot any more."""

    def broken(side: _Side) -> dict[str, str]:
        completeness = side.verdict.completeness
        return {
            each.path: each.reason for each in (*completeness.recovered, *completeness.not_parsed)
        }

    then = broken(first)
    for path, reason in broken(second).items():
        if path in first.files and path not in then:
            yield Change(kind="unreadable", place=path, text=reason, blocks=path in accused)


def _linked(first: _Side, second: _Side, accused: set[str]) -> Iterator[Change]:
    """Files that are reached through a link now: Python follows it, and a check does not."""
    for path in sorted(accused):
        if path in second.files:
            continue
        parts = PurePosixPath(path)
        for at in (parts, *parts.parents):
            if second.revision.is_link(at.as_posix()):
                text = "is a symbolic link now" if at == parts else f"`{at}` is a link now"
                yield Change(kind="hidden", place=path, text=text, blocks=True)
    known = {each.path for each in first.verdict.completeness.not_parsed}
    vanished = accused - set(second.files)
    for each in second.verdict.completeness.not_parsed:
        if each.path not in known | accused and second.revision.is_link(each.path):
            yield Change(kind="hidden", place=each.path, text=each.reason, blocks=bool(vanished))


def _is_displaced(path: str, first: _Side, second: _Side, accused: set[str]) -> bool:
    """Whether a file that is not judged was judged before, or is by its name or content one in
    which something was found and that is judged no more."""
    if path in first.files:
        return True
    vanished = [each for each in accused if each not in second.files]
    names = {PurePosixPath(each).name for each in vanished}
    contents = {first.revision.blob(each) for each in vanished}
    return PurePosixPath(path).name in names or second.revision.blob(path) in contents


def _moved_to_tests(first: _Side, second: _Side, accused: set[str]) -> Iterator[Change]:
    """Files that stand as they were among the tests now, where less is looked for."""
    arrived = {
        second.revision.blob(path): path
        for path, is_test in second.files.items()
        if is_test and path not in first.files
    }
    for path in sorted(accused):
        to = arrived.get(first.revision.blob(path))
        if to is not None and path not in second.files and not first.files.get(path):
            text = f"moved to `{to}`, which counts as a test"
            yield Change(kind="hidden", place=path, text=text, blocks=True)


def _of_contracts(
    history: History,
    old: Revision,
    second: _Side,
    contract: Contract,
    options: ProveOptions,
) -> Iterator[Change]:
    """What the contract of the second revision demands less than that of the first.

    It has made something green when the contract of the first revision still finds it.
    """
    try:
        before = contract_for(history, old, None)
    except ContractError:
        return
    named = options.contract is not None
    try:
        now = contract_for(history, second.revision, None) if named else contract
    except ContractError:
        yield Change(kind="contract", place="contract", text="is gone", blocks=False)
        return
    less = list(weakened(before, now))
    for key, how in less:
        yield Change(kind="contract", place=key, text=how, blocks=False)
    # A contract that was named judges both revisions, whatever they hold themselves.
    if not less or named:
        return
    known = [each.name for each in before.concepts]
    asked = CheckOptions(
        concepts=tuple(each for each in options.concepts if each in known),
        select=options.select,
        ignore=options.ignore,
    )
    if options.concepts and not asked.concepts:
        return
    try:
        found = judge_at(second.revision, case_at(second.revision, before, asked)).findings
    except PluribusError as error:
        text = f"the contract of `{options.before}` cannot judge any more: {error.message}"
        yield Change(kind="contract", place="contract", text=text, blocks=True)
        return
    left = Counter(identity(each) for each in second.findings)
    more: Counter[tuple[str, str]] = Counter()
    for each in found:
        if left[identity(each)] > 0:
            left[identity(each)] -= 1
        elif each.concept:
            more[each.rule, each.concept] += 1
    for (rule, concept), count in sorted(more.items()):
        yield Change(
            kind="contract",
            place="contract",
            text=f"that of `{options.before}` finds {count} more {rule} of {concept}",
            blocks=True,
            rule=rule,
            concept=concept,
        )


def _shown(first: _Side, second: _Side, gone: Sequence[Finding], say: Say) -> Shown:
    """Watch the rules that are green now fail at the second revision."""
    red = sorted({(each.rule, each.concept) for each in gone})
    if not red:
        return Shown(planted={}, restored={}, not_run={})
    case = second.case
    say("planting violations")
    options = CheckOptions(
        select=tuple(sorted({rule for rule, _ in red})),
        concepts=tuple(sorted({concept for _, concept in red})),
    )
    tested = tried(
        second.revision.root, case.contract, options, revision=second.revision, progress=say
    )
    say("putting files back")
    return Shown(
        planted=_planted(tested),
        restored=_restored(first, second, gone),
        not_run={
            (each.rule, each.concept): each.reason for each in second.verdict.completeness.not_run
        },
    )


def _planted(tested: SelfTest) -> dict[tuple[str, str], str]:
    return {
        (each.rule, each.concept): "missed"
        if each.has_failed
        else "found"
        if each.violation == "found"
        else each.reason or "nothing could be planted"
        for each in tested.trials
    }


def _restored(
    first: _Side, second: _Side, gone: Sequence[Finding]
) -> dict[tuple[str, str], str] | str:
    """Rules and concepts of which something is found again when files are put back; or why that
    cannot be tried."""
    sources = {each.location.path: first.revision.source(each.location.path) for each in gone}
    overlay = {path: source for path, source in sources.items() if source is not None}
    try:
        codebase = select_files(
            second.revision.root,
            second.case.contract,
            None,
            overlay=overlay,
            revision=second.revision,
        )
        verdict, _ = judge(second.case, codebase, say=lambda _: None)
    except PluribusError as error:
        return error.message
    found = {
        (each.rule, each.concept) for each in verdict.findings if each.location.path in overlay
    }
    red = {(each.rule, each.concept) for each in gone}
    return {each: "found" if each in found else "missed" for each in red}


def _notes(
    history: History, before: Commit, after: Commit, problems: Sequence[str]
) -> Iterator[str]:
    if not history.is_ancestor(before, after):
        yield "the second revision does not build on the first: what lies between is no history"
    if history.is_shallow:
        yield "this clone is shallow, which the two revisions themselves do not show"
    for problem in sorted(set(problems) - {""}):
        yield f"what hides in files that are not judged is not known: {problem}"
