"""Check a tree against its contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from pluribus import __version__
from pluribus.app.judge import Case, Say, Verdict, judge
from pluribus.app.recall import keep, question_of, recall
from pluribus.app.selection import check_rule_names, selected_concepts, selected_rules
from pluribus.app.summary import tallies
from pluribus.codebase import Codebase, folders_between, matches
from pluribus.contract import Contract, find_contract, load_contract
from pluribus.errors import UsageError
from pluribus.findings import Finding, Report, Severity, identified


class CheckOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a check."""

    select: tuple[str, ...] = ()
    """Names of rules or families; all when empty."""
    ignore: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    """Globs that filter the report, never the facts."""
    changed: frozenset[str] | None = None
    """Paths relative to the root; filters the report, never the facts."""
    fail_on: Severity = Severity.NOTE
    """The least severity that makes the check fail."""
    contract: Path | None = None
    """None for the nearest at or above the root."""
    cache: Path | None = None
    """Where facts are kept between runs; None to keep nothing."""
    engine: bytes = b""
    """What the code that judges looks like; a verdict is kept only for the very same code, and
    not at all when this is empty."""
    reads_all: bool = False
    """Parse every file, also those whose words prove that they do not matter."""
    honours_suppressions: bool = True


def check(
    root: Path,
    options: CheckOptions | None = None,
    *,
    progress: Say | None = None,
    warn: Say | None = None,
) -> Report:
    """Judge the tree at `root`.

    Args:
        root: The folder of the code base.
        options: What is asked of the check.
        progress: Is told what is being done.
        warn: Is told what went wrong without harm to the report.

    Raises:
        ContractError: no contract, or one that does not fit the code base.
        UsageError: something that was asked for is empty or unknown.
        FactsError: the tree could not be read.
    """
    options = options or CheckOptions()
    say, warn = progress or _say_nothing, warn or _say_nothing
    contract = load_contract(options.contract or find_contract(root))
    check_rule_names(contract)
    case = case_of(root, contract, options)
    codebase = open_codebase(root, contract, options.cache)
    say("reading")
    verdict = _verdict(case, codebase, options, say=say, warn=warn)
    say("reporting")
    _check_globs(options.only, codebase)
    shown = _filtered(verdict.findings, options)
    return Report(
        tool_version=__version__,
        concepts=verdict.concepts,
        phases=tuple(phase.name for phase in contract.phases),
        rules=tuple(rule.name for rule in case.rules),
        findings=identified(shown),
        tallies=tallies(shown),
        suppressed=verdict.suppressed,
        hidden=len(verdict.findings) - len(shown),
        completeness=verdict.completeness,
        failed=any(each.severity.rank >= options.fail_on.rank for each in shown),
    )


def case_of(root: Path, contract: Contract, options: CheckOptions) -> Case:
    """What is judged of the tree at `root`.

    Raises:
        UsageError: a concept or a rule that is asked for is unknown, or no rule is left.
    """
    return Case(
        contract=contract,
        concepts=selected_concepts(contract, options.concepts),
        rules=selected_rules(options.select, options.ignore),
        prefix=folders_between(root.resolve(), contract.directory.resolve()),
        reads_all=options.reads_all,
        honours_comments=options.honours_suppressions,
    )


def _say_nothing(_: str) -> None:
    """For those who do not want to be told."""


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


def open_codebase(root: Path, contract: Contract, cache: Path | None) -> Codebase:
    """Select the files that the contract is about.

    Raises:
        UsageError: there are none.
    """
    codebase = select_files(root, contract, cache)
    if not codebase.ledger().seen:
        raise UsageError(
            f"{root}: no Python file is selected",
            hint="`pluribus files` says what was left out, and why",
        )
    return codebase


def select_files(
    root: Path,
    contract: Contract,
    cache: Path | None,
    *,
    overlay: Mapping[str, bytes] | None = None,
) -> Codebase:
    """The same, and an empty selection is an answer too; with `overlay`, of files as they would
    be."""
    options = contract.codebase
    return Codebase(
        root,
        declared_in=contract.directory,
        declared=[concept.owner_module for concept in contract.concepts],
        roots=options.roots or (),
        exclude=options.exclude,
        tests=options.tests,
        cache=cache,
        overlay=overlay,
    )


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


def _filtered(findings: Sequence[Finding], options: CheckOptions) -> list[Finding]:
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
