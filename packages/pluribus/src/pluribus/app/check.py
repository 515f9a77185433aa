"""Check a tree against its contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from pluribus import __version__
from pluribus.app.ledger import completeness
from pluribus.app.selection import check_rule_names, selected_concepts, selected_rules
from pluribus.app.silence import Judged, silence
from pluribus.app.subjects import focus_of, focus_on_methods, subject_of
from pluribus.app.summary import summary_of, tallies
from pluribus.codebase import Codebase, folders_between, matches
from pluribus.contract import Contract, find_contract, load_contract
from pluribus.errors import UsageError
from pluribus.findings import Finding, NotRun, Report, Severity, identified
from pluribus.rules import Rule, Subject, Violation

Say = Callable[[str], None]


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
    say = progress or (lambda _: None)
    contract = load_contract(options.contract or find_contract(root))
    check_rule_names(contract)
    rules = selected_rules(options.select, options.ignore)
    concepts = selected_concepts(contract, options.concepts)
    codebase = open_codebase(root, contract, options.cache)
    say("reading")
    codebase.focus(focus_of(concepts), reads_all=options.reads_all)
    subjects = [subject_of(concept, codebase) for concept in concepts]
    codebase.focus(focus_on_methods(subjects), reads_all=options.reads_all)
    subjects = [subject_of(concept, codebase) for concept in concepts]
    if (problem := codebase.save()) and warn:
        warn(f"what was read could not be kept in `{options.cache}`: {problem}")
    phases = _phases(contract)
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    for subject in subjects:
        say(f"judging {subject.concept.name}")
        for rule in rules:
            obstacle = rule.obstacle(subject)
            if obstacle is not None:
                not_run.append(NotRun(rule.name, subject.concept.name, obstacle))
                continue
            findings += _judge(rule, subject, phases)
    say("reporting")
    judged = Judged(
        contract=contract,
        concepts=concepts,
        rules=_judged_everywhere(rules, not_run, options),
        prefix=folders_between(root.resolve(), contract.directory.resolve()),
        honours_comments=options.honours_suppressions,
    )
    silenced = silence(findings, judged, codebase)
    _check_globs(options.only, codebase)
    shown = _filtered(silenced.findings, options)
    return Report(
        tool_version=__version__,
        concepts=tuple(summary_of(subject) for subject in subjects),
        phases=tuple(phase.name for phase in contract.phases),
        rules=tuple(rule.name for rule in rules),
        findings=identified(shown),
        tallies=tallies(shown),
        suppressed=silenced.count,
        hidden=len(silenced.findings) - len(shown),
        completeness=completeness(codebase.ledger(), contract, not_run),
        failed=any(each.severity.rank >= options.fail_on.rank for each in shown),
    )


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


def select_files(root: Path, contract: Contract, cache: Path | None) -> Codebase:
    """The same, and an empty selection is an answer too."""
    options = contract.codebase
    return Codebase(
        root,
        declared_in=contract.directory,
        declared=[concept.owner_module for concept in contract.concepts],
        roots=options.roots or (),
        exclude=options.exclude,
        tests=options.tests,
        cache=cache,
    )


def _judged_everywhere(
    rules: Sequence[Rule], not_run: Sequence[NotRun], options: CheckOptions
) -> frozenset[str]:
    """Rules of which a comment that silenced nothing can be called unused."""
    if options.concepts:
        return frozenset()
    return frozenset(rule.name for rule in rules) - {each.rule for each in not_run}


def _judge(rule: Rule, subject: Subject, phases: dict[str, str]) -> Iterator[Finding]:
    for violation in rule.check(subject):
        yield _finding(rule, subject, violation, phases)


def _finding(
    rule: Rule, subject: Subject, violation: Violation, phases: dict[str, str]
) -> Finding:
    place = violation.place or violation.site.place
    return Finding(
        rule=rule.name,
        concept=subject.concept.name,
        severity=violation.severity or rule.severity,
        confidence=violation.confidence,
        message=violation.message,
        hint=violation.hint,
        location=place.location(),
        related=tuple(sorted(violation.related)),
        evidence=violation.evidence,
        key=violation.key,
        phase=phases.get(rule.name) or phases.get(rule.family, ""),
        in_tests=violation.site.is_test,
    )


def _phases(contract: Contract) -> dict[str, str]:
    return {name: phase.name for phase in contract.phases for name in phase.rules}


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
