"""Make a baseline, keep it true, and say what stands behind one of its entries."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from pluribus.app.accepting import baseline_path, changes_since, present
from pluribus.app.comments import SUMMARIES
from pluribus.app.judge import Case, Verdict
from pluribus.app.opening import open_codebase
from pluribus.app.options import Base, CheckOptions, Say
from pluribus.app.reporting import filtered, verdict_on
from pluribus.app.scope import scope_of
from pluribus.baseline import (
    Baseline,
    Changes,
    Entry,
    Terms,
    as_bytes,
    changes_between,
    identity_of,
    parse,
    read_baseline,
    revise,
)
from pluribus.contract import Contract, find_contract, load_contract
from pluribus.errors import UsageError
from pluribus.findings import Finding, identified


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline as it is to be written, and how it differs from the one that is there."""

    path: Path
    before: bytes | None
    """What the file holds; None when there is none."""
    content: bytes
    entries: tuple[Entry, ...]
    changes: Changes
    refused: tuple[Finding, ...]
    """New findings that it does not accept, because no reason was given."""
    unacceptable: tuple[Finding, ...]
    """What no baseline accepts: comments that are wrong."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, and where what it accepts is now."""

    path: Path
    entry: Entry
    line: int
    findings: tuple[Finding, ...]
    has_expired: bool
    is_known: bool
    """Whether the check looked for it: if not, that nothing was found says nothing."""


def create(root: Path, options: CheckOptions, terms: Terms, *, say: Say, warn: Say) -> Draft:
    """Draft a baseline that accepts all that is found.

    Raises:
        UsageError: there is a baseline.
        And as `app.check` does.
    """
    contract = load_contract(options.contract or find_contract(root))
    path = baseline_path(contract, options.baseline)
    if os.path.lexists(path):
        raise UsageError(
            f"there is a baseline, `{path}`: it is not overwritten",
            hint="`pluribus baseline update` changes it; delete the file to begin anew",
        )
    return _drafted(root, contract, options, terms, before=None, say=say, warn=warn)


def update(
    root: Path, options: CheckOptions, terms: Terms | None, *, say: Say, warn: Say
) -> Draft:
    """Draft the baseline without what is gone and, with `terms`, with what is new.

    Raises:
        BaselineError: there is no baseline, or it is malformed.
        And as `app.check` does.
    """
    contract = load_contract(options.contract or find_contract(root))
    path = baseline_path(contract, options.baseline)
    read_baseline(path)  # before the work, not after it
    before = path.read_bytes()
    return _drafted(root, contract, options, terms, before=before, say=say, warn=warn)


def known(root: Path, options: CheckOptions) -> tuple[Path, Baseline]:
    """The baseline of a tree, without a check.

    Raises:
        BaselineError: there is no baseline, or it is malformed.
        ContractError: no contract, or a malformed one.
    """
    contract = load_contract(options.contract or find_contract(root))
    path = baseline_path(contract, options.baseline)
    return path, read_baseline(path)


def compare(root: Path, options: CheckOptions, base: Base) -> Changes:
    """How the baseline of a tree differs from what it was at `base`, without a check.

    Raises:
        BaselineError: it is malformed, or named and not there.
        ContractError: no contract, or a malformed one.
        GitError: the revision is not known.
    """
    contract = load_contract(options.contract or find_contract(root))
    path = baseline_path(contract, options.baseline)
    return changes_since(base, path, present(path, options))


def explain(
    root: Path, options: CheckOptions, name: str, *, say: Say, warn: Say
) -> list[Standing]:
    """Find what the entries called `name` accept, and where that is now.

    Args:
        root: The folder of the code base.
        options: What is asked of the check.
        name: The id of an entry or the beginning of one, or the id of a finding.
        say: Is told what is being done.
        warn: Is told what went wrong without harm to the answer.

    Raises:
        UsageError: there is no such entry.
        And as `app.check` does.
    """
    path, baseline = known(root, options)
    contract = load_contract(options.contract or find_contract(root))
    case, verdict = _judged(root, contract, options, say=say, warn=warn)
    named = {
        identity_of(each, case.prefix) for each in identified(verdict.findings) if each.id == name
    }
    chosen = [
        entry
        for identity, entry in sorted(baseline.entries.items())
        if entry.id.startswith(name) or identity in named
    ]
    if not chosen:
        raise UsageError(
            f"no entry of `{path}` is called `{name}`"
            + (", and it accepts no finding of that name" if named else ""),
            hint="`pluribus baseline explain` lists all entries",
        )
    is_in_scope = scope_of(chosen, case, verdict, options)
    return [
        Standing(
            path=path,
            entry=entry,
            line=baseline.lines[entry.identity],
            findings=tuple(
                each
                for each in identified(verdict.findings)
                if identity_of(each, case.prefix) == entry.identity
            ),
            has_expired=entry.has_expired(options.today),
            is_known=is_in_scope(entry),
        )
        for entry in chosen
    ]


def _drafted(
    root: Path,
    contract: Contract,
    options: CheckOptions,
    terms: Terms | None,
    *,
    before: bytes | None,
    say: Say,
    warn: Say,
) -> Draft:
    path = baseline_path(contract, options.baseline)
    old = Baseline() if before is None else parse(before, name=str(path))
    case, verdict = _judged(root, contract, options, say=say, warn=warn)
    findings = filtered(identified(verdict.findings), options)
    revised = revise(
        [each for each in findings if each.rule not in SUMMARIES],
        old.entries,
        prefix=case.prefix,
        terms=terms,
        today=options.today,
        is_in_scope=scope_of(old.entries.values(), case, verdict, options),
    )
    return Draft(
        path=path,
        before=before,
        content=as_bytes(revised.entries.values()),
        entries=tuple(revised.entries.values()),
        changes=changes_between(old.entries, revised.entries),
        refused=revised.refused,
        unacceptable=tuple(each for each in findings if each.rule in SUMMARIES),
    )


def _judged(
    root: Path, contract: Contract, options: CheckOptions, *, say: Say, warn: Say
) -> tuple[Case, Verdict]:
    return verdict_on(
        root,
        contract,
        lambda: open_codebase(root, contract, options.cache),
        options,
        say=say,
        warn=warn,
    )
