"""From a contract and the files it is about to the report."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pluribus import __version__
from pluribus.app.judge import Case, Verdict, judge
from pluribus.app.options import BASELINE_PLACE, CheckOptions, ReadSource, Say
from pluribus.app.recall import keep, question_of, recall
from pluribus.app.selection import (
    check_rule_names,
    selected_concepts,
    selected_phase,
    selected_rules,
)
from pluribus.app.summary import tallies
from pluribus.codebase import Codebase, folders_between, matches
from pluribus.contract import Contract
from pluribus.errors import UsageError
from pluribus.findings import BaselineUse, Excerpt, Finding, Fix, Report, RuleText, identified

if TYPE_CHECKING:
    from pluribus.app.accepting import Held


def report_on(
    root: Path,
    contract: Contract,
    opened: Callable[[], Codebase],
    options: CheckOptions,
    *,
    say: Say,
    warn: Say,
) -> Report:
    """Judge the code base that `opened` gives; what is asked is looked at before it is waited for.

    Raises:
        ContractError: a contract that does not fit the code base.
        UsageError: something that was asked for is empty or unknown.
        FactsError: the tree could not be read.
        BaselineError: the baseline is malformed, or named and not there.
        GitError: what the baseline was cannot be found out.
    """
    held = _held(contract, options)  # what is wrong with it is said before the work
    case, verdict = verdict_on(root, contract, opened, options, say=say, warn=warn)
    say("reporting")
    shown, hidden, use = _shown(root, case, verdict, options, held)
    rules = tuple(rule.name for rule in case.rules)
    return Report(
        tool_version=__version__,
        concepts=verdict.concepts,
        phases=tuple(phase.name for phase in contract.phases),
        rules=rules,
        findings=shown,
        tallies=tallies(shown),
        suppressed=verdict.suppressed,
        hidden=hidden,
        completeness=verdict.completeness,
        failed=_has_failed(contract, options, shown),
        texts=_texts({*rules, *(each.rule for each in shown)}) if options.with_texts else (),
        excerpts=_excerpts(shown, options.excerpts_from) if options.excerpts_from else (),
        baseline=use,
        fixes=_fixes(root, case, options, shown, say) if options.fixes_from else (),
    )


def _has_failed(contract: Contract, options: CheckOptions, shown: Sequence[Finding]) -> bool:
    """Whether more was found than may be: anything, or more of a phase than its target."""
    failing = [each for each in shown if each.severity.rank >= options.fail_on.rank]
    if options.phase is None:
        return bool(failing)
    phase, rules = selected_phase(contract, options.phase)
    counted = sum(each.rule in rules for each in failing)
    # What is said of comments and of the baseline is in no phase, and never right.
    return counted > phase.target or counted < len(failing)


def verdict_on(
    root: Path,
    contract: Contract,
    opened: Callable[[], Codebase],
    options: CheckOptions,
    *,
    say: Say,
    warn: Say,
) -> tuple[Case, Verdict]:
    """What was asked, and what came of it before any filter and any baseline.

    Raises:
        As `report_on` does, for all but the baseline.
    """
    check_rule_names(contract)
    case = case_of(root, contract, options)
    say("reading")
    codebase = opened()
    verdict = _verdict(case, codebase, options, say=say, warn=warn)
    _check_globs(options.only, codebase)
    return case, verdict


def _shown(
    root: Path, case: Case, verdict: Verdict, options: CheckOptions, held: Held | None
) -> tuple[tuple[Finding, ...], int, BaselineUse | None]:
    """What is reported, how much the filters left out, and what the baseline did."""
    if held is None:
        shown = identified(filtered(verdict.findings, options))
        return shown, len(verdict.findings) - len(shown), None
    from pluribus.app.accepting import accept  # noqa: PLC0415 # most checks have no baseline

    told = accept(root, case, verdict, options, held)
    new = filtered(told.new, options)
    accepted = filtered(told.accepted, options)
    use = msgspec.structs.replace(
        told.use,
        accepted=len(accepted),
        accepted_in_tests=sum(each.in_tests for each in accepted),
    )
    shown = tuple(sorted((*new, *told.own), key=lambda each: each.order))
    return shown, len(verdict.findings) - len(new) - len(accepted), use


def _held(contract: Contract, options: CheckOptions) -> Held | None:
    """The baseline; None where there is none to honour."""
    if not options.honours_baseline:
        return None
    is_named = options.baseline is not None or options.base is not None
    # A dangling link is a baseline that cannot be read, not one that is not there.
    if not is_named and not os.path.lexists(contract.directory / BASELINE_PLACE):
        return None
    from pluribus.app.accepting import hold  # noqa: PLC0415 # most checks have no baseline

    return hold(contract, options)


def case_of(root: Path, contract: Contract, options: CheckOptions) -> Case:
    """What is judged of the tree at `root`.

    Raises:
        UsageError: a concept or a rule that is asked for is unknown, or no rule is left.
    """
    select = (
        options.select if options.phase is None else selected_phase(contract, options.phase)[1]
    )
    return Case(
        contract=contract,
        concepts=selected_concepts(contract, options.concepts),
        rules=selected_rules(select, options.ignore),
        prefix=folders_between(root.resolve(), contract.directory.resolve()),
        reads_all=options.reads_all,
        honours_comments=options.honours_suppressions,
    )


def _texts(names: set[str]) -> tuple[RuleText, ...]:
    from pluribus.app.explain import rule_texts  # noqa: PLC0415 # most reports do without

    return rule_texts(names)


def _excerpts(shown: Sequence[Finding], read: ReadSource) -> tuple[Excerpt, ...]:
    from pluribus.app.excerpts import excerpts  # noqa: PLC0415 # most reports do without

    return excerpts(shown, read)


def _fixes(
    root: Path, case: Case, options: CheckOptions, shown: Sequence[Finding], say: Say
) -> tuple[Fix, ...]:
    from pluribus.app.proposing import fixes  # noqa: PLC0415 # most reports do without

    return fixes(root, case, options, shown, say=say)


def _verdict(
    case: Case, codebase: Codebase, options: CheckOptions, *, say: Say, warn: Say
) -> Verdict:
    """The verdict of the last run where it still holds, or a new one."""
    question = question_of(case, options.engine) if options.cache and options.engine else None
    verdict = None if question is None else recall(question, codebase)
    if verdict is not None:
        problem = codebase.save()
    else:
        verdict, problem = judge(case, codebase, say=say)
        if question is not None:
            problem = problem or keep(question, verdict, codebase)
    if problem:
        # The facts and the verdict, or only one of them: to who reads this it is all the same.
        warn(f"what was read could not be kept in `{options.cache}`: {problem}")
    return verdict


def _check_globs(only: Sequence[str], codebase: Codebase) -> None:
    """A filter that lets no file through would make any check green."""
    if not only:
        return
    paths = [file.path for file in codebase.files()]
    for glob, row in zip(only, matches(only, paths), strict=True):
        if not any(row):
            raise UsageError(
                f"--only: no file matches `{glob}`", hint="`pluribus files` lists the files"
            )


def filtered(findings: Sequence[Finding], options: CheckOptions) -> list[Finding]:
    """The findings that the filters of a report let through."""
    shown = list(findings)
    if options.only:
        paths = sorted({each.location.path for each in shown})
        kept = {
            path
            for row in matches(options.only, paths)
            for path, fits in zip(paths, row, strict=True)
            if fits
        }
        shown = [each for each in shown if each.location.path in kept]
    if options.changed is not None:
        shown = [
            each
            for each in shown
            if each.location.path in options.changed
            or any(place.path in options.changed for place in each.related)
        ]
    return shown
