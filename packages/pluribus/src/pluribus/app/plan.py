"""Plan the way from many owners to one: phases with their counts, and steps in an order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from pluribus import __version__
from pluribus.app.accepting import baseline_path, present
from pluribus.app.comments import SUMMARIES
from pluribus.app.fixing import FixOptions, fix
from pluribus.app.judge import Case, judge_subjects, subjects_of
from pluribus.app.opening import open_codebase
from pluribus.app.options import BASELINE_PLACE, CheckOptions, ReadEditable, Say
from pluribus.app.reporting import case_of
from pluribus.app.selection import check_rule_names, phases_by_rule
from pluribus.baseline import Baseline, parse
from pluribus.codebase import Codebase
from pluribus.contract import Contract, find_contract, load_contract
from pluribus.errors import UsageError
from pluribus.findings import Completeness, Finding, identified
from pluribus.findings.plan import Plan, PlannedPhase, Start, Work
from pluribus.planning import Draft, Ground, drafted, ordered, work_by_phase
from pluribus.remedy import Applicability


class CodeOwners(msgspec.Struct, frozen=True, kw_only=True):
    """Who owns which file."""

    path: str = ""
    """The file that says so, as seen from its repository; empty when there is none."""
    of: Callable[[str], tuple[str, ...]] = lambda _: ()
    """Whom a file belongs to, named relative to the root that is planned."""


class PlanOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a plan, besides what is asked of the check behind it."""

    owners: CodeOwners = CodeOwners()
    gate: Callable[[str], str]
    """The command that is green when the phase of that name is at its target."""
    read: ReadEditable
    """For the edits that a fix would make: nothing is written."""


def plan(
    root: Path,
    options: CheckOptions,
    asked: PlanOptions,
    *,
    progress: Say | None = None,
    warn: Say | None = None,
) -> Plan:
    """Plan what is to be done about the tree at `root`.

    Whatever the baseline accepts is planned too: it is there.

    Args:
        root: The folder of the code base.
        options: What is asked of the check behind it: the contract, concepts, the baseline and
            its base, the cache.
        asked: What is asked besides.
        progress: Is told what is being done.
        warn: Is told what went wrong without harm to the plan.

    Raises:
        As `check` does; UsageError too when there is no baseline at the base.
    """
    say = progress or _say_nothing
    contract = load_contract(options.contract or find_contract(root))
    check_rule_names(contract)
    start, before = _start(contract, options)
    options = msgspec.structs.replace(options, reads_all=True)
    case = case_of(root, contract, options)
    say("reading")
    codebase = open_codebase(root, contract, options.cache)
    subjects = subjects_of(case, codebase)
    problem = codebase.save()
    if problem and warn:
        warn(f"what was read could not be kept in `{options.cache}`: {problem}")
    verdict = judge_subjects(case, subjects, codebase, say=say)
    findings = identified(verdict.findings)
    say("planning")
    ground = Ground(
        order=tuple(phase.name for phase in contract.phases),
        owners=cache(asked.owners.of),
        before_owner=_before(codebase),
    )
    drafts: list[Draft] = []
    left: list[str] = []
    for subject in subjects:
        own = [each for each in findings if each.concept == subject.concept.name]
        made, kept = drafted(subject, own, ground)
        drafts += made
        left += kept
    if wrong := [each for each in findings if each.rule in SUMMARIES]:
        left.append(_comments(wrong))
    concepts = tuple(each.name for each in case.concepts)
    say("trying what a machine can mend")
    mended = _mended_by(root, options, asked.read)
    counts = _Counts(
        now=_by_phase(findings),
        in_tests=_by_phase([each for each in findings if each.in_tests]),
        start=_accepted(contract, concepts, before) if before else None,
        work=work_by_phase(drafts, mended),
    )
    return Plan(
        tool_version=__version__,
        concepts=concepts,
        phases=_phases(case, counts, asked.gate),
        steps=ordered(drafts, ground, concepts, mended),
        start=start,
        codeowners=asked.owners.path,
        left=tuple(left),
        incomplete=_incomplete(verdict.completeness),
    )


def _mended_by(
    root: Path, options: CheckOptions, read: ReadEditable
) -> Callable[[Finding], Applicability]:
    """Say who can bring a finding down: what `pluribus fix` would do has been tried."""
    tried = fix(root, FixOptions(check=options), read=read)
    before = {each.id for each in tried.before}
    left = {each.finding: each.applicability for each in tried.left}

    def by(finding: Finding) -> Applicability:
        return left.get(finding.id, "safe" if finding.id in before else "person")

    return by


def _start(contract: Contract, options: CheckOptions) -> tuple[Start, Baseline | None]:
    path = baseline_path(contract, options.baseline)
    shown = BASELINE_PLACE if options.baseline is None else path.as_posix()
    if options.base is not None:
        content = options.base.read(path)
        if content is None:
            raise UsageError(
                f"there was no baseline `{shown}` at `{options.base.ref}`",
                hint="name a revision that had one, or leave it out to count from now",
            )
        before = parse(content, name=f"{options.base.ref}:{path.as_posix()}")
        return Start(source="baseline", path=shown, ref=options.base.ref), before
    now = present(path, options)
    if not now.entries:
        return Start(source="now"), None
    return Start(source="baseline", path=shown), now


class _Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Findings by phase."""

    now: Mapping[str, int]
    in_tests: Mapping[str, int]
    start: Mapping[str, int] | None
    work: Mapping[str, Work]


def _by_phase(findings: Sequence[Finding]) -> Counter[str]:
    return Counter(each.phase for each in findings if each.rule not in SUMMARIES)


def _accepted(contract: Contract, concepts: Collection[str], baseline: Baseline) -> Counter[str]:
    """What a baseline accepts, by the phases that the contract has now."""
    phases = phases_by_rule(contract)
    counts: Counter[str] = Counter()
    for entry in baseline.entries.values():
        if entry.concept in concepts:
            counts[phases.get(entry.rule, "")] += entry.count
    return counts


def _phases(case: Case, counts: _Counts, gate: Callable[[str], str]) -> tuple[PlannedPhase, ...]:
    planned: list[PlannedPhase] = []
    waits = False
    for phase in case.contract.phases:
        each = _phase(case, counts, phase.name, phase.target)
        if each.state == "open" and waits:
            each = msgspec.structs.replace(each, state="waiting")
        planned.append(msgspec.structs.replace(each, is_gate=phase.gate, gate=gate(phase.name)))
        waits = waits or (phase.gate and each.state != "done")
    of_none = _phase(case, counts, "", 0)
    return (*planned, of_none) if of_none.now or of_none.start else tuple(planned)


def _phase(case: Case, counts: _Counts, name: str, target: int) -> PlannedPhase:
    phases = phases_by_rule(case.contract)
    start = counts.now if counts.start is None else counts.start
    now = counts.now.get(name, 0)
    return PlannedPhase(
        name=name,
        rules=tuple(rule.name for rule in case.rules if phases[rule.name] == name),
        start=start.get(name, 0),
        now=now,
        now_in_tests=counts.in_tests.get(name, 0),
        target=target,
        is_gate=False,
        state="done" if now <= target else "open",
        gate="",
        work=counts.work.get(name, Work()),
    )


def _comments(wrong: Sequence[Finding]) -> str:
    one = len(wrong) == 1
    first = wrong[0].location
    return (
        f"{len(wrong)} comment{'' if one else 's'} that silence{'s' if one else ''} nothing fail"
        f"{'s' if one else ''} every gate: mend {'it' if one else 'them'} first, beginning at "
        f"{first.path}:{first.line}"
    )


def _incomplete(completeness: Completeness) -> str:
    parts = [
        f"{len(files)} file{'' if len(files) == 1 else 's'} {what}"
        for files, what in (
            (completeness.recovered, "read in part"),
            (completeness.not_parsed, "not read"),
        )
        if files
    ]
    if completeness.not_run:
        missed = sorted({f"{each.rule} of {each.concept}" for each in completeness.not_run})
        parts.append(f"not run: {', '.join(missed)}")
    return "; ".join(parts)


def _before(codebase: Codebase) -> Callable[[str], Collection[str]]:
    """Say which modules a module imports on its way, packages around them too."""
    rows = {each.module: each for each in codebase.inventory()}
    module_of = {each.file: each.module for each in rows.values()}

    @cache
    def before(module: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = [module]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            waiting += [above for above in _around(name) if above in rows]
            if name in rows:
                waiting += [module_of[file] for file in rows[name].takes_from if file in module_of]
        return frozenset(found - {module, *_around(module)})

    return before


def _around(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def _say_nothing(_: str) -> None:
    """For those who do not want to be told."""
