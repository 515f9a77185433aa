"""Judge a code base as a git revision holds it."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

import msgspec

from pluribus.app.judge import Case, Verdict, judge
from pluribus.app.opening import select_files
from pluribus.app.options import CheckOptions
from pluribus.app.reporting import case_of
from pluribus.app.selection import check_rule_names
from pluribus.codebase import TOP, Revision
from pluribus.contract import Contract, find_contract, load_contract
from pluribus.errors import ContractError, UsageError
from pluribus.findings import FileNote
from pluribus.findings.history import Commit

_LOST: Final = ("missing from the repository", "git could not read", "git cannot be started")
"""What the reader says of content that git does not give."""


class History(Protocol):
    """What is asked of a git repository."""

    @property
    def base(self) -> str:
        """The folder of the repository that is looked at; empty for all of it."""
        ...

    @property
    def top(self) -> Path | None:
        """The top of the work tree; None for a bare repository."""
        ...

    @property
    def is_shallow(self) -> bool:
        """Whether the clone was cut off."""
        ...

    def commit(self, ref: str) -> Commit:
        """Look a revision up.

        Raises:
            GitError: git does not know it.
        """
        ...

    def first_parents(self, commit: Commit, *, after: Commit | None = None) -> list[Commit]:
        """The commits that led to `commit`, each the first parent of the next, oldest first;
        without those that `after` holds already."""
        ...

    def is_ancestor(self, before: Commit, after: Commit) -> bool: ...

    def revision(self, commit: Commit, name: str = "") -> Revision:
        """The files of a commit.

        Raises:
            GitError: the repository lacks some of it.
        """
        ...

    def save(self) -> str | None:
        """Keep what was read for the next run; returns why that failed."""
        ...


def contract_for(history: History, revision: Revision, named: Path | None) -> Contract:
    """The contract that a revision holds, nearest to what is looked at; or the one that is named.

    That lies on disk. It is taken as if it were in the history where it is in the work tree, and
    one that lies elsewhere as if it lay in the folder that is looked at.

    Raises:
        ContractError: there is none, it cannot be read, or it is malformed.
    """
    if named is None:
        return load_contract(find_contract(revision.root, revision), revision)
    contract = load_contract(named)
    folder, top = contract.directory.resolve(), history.top
    is_inside = top is not None and folder.is_relative_to(top.resolve())
    below = folder.relative_to(top.resolve()) if top is not None and is_inside else history.base
    return msgspec.structs.replace(contract, directory=TOP / below)


def case_at(revision: Revision, contract: Contract, options: CheckOptions) -> Case:
    """What is judged of a revision: of concepts that are not there, what can be judged of them.

    Raises:
        ContractError: it names a rule that does not exist.
        UsageError: a concept or a rule that is asked for is unknown, or no rule is left.
    """
    check_rule_names(contract)
    case = case_of(revision.root, contract, options)
    return msgspec.structs.replace(case, bears_absence=True)


def judge_at(revision: Revision, case: Case) -> Verdict:
    """Judge a revision.

    Raises:
        ContractError: the contract does not fit it.
        UsageError: it holds no Python file.
    """
    codebase = select_files(revision.root, case.contract, None, revision=revision)
    if not codebase.ledger().seen:
        raise UsageError(f"{revision.name}: no Python file is selected")
    try:
        verdict, _ = judge(case, codebase, say=_say_nothing)
    except ContractError as error:
        raise ContractError(f"{revision.name}: {error.message}", hint=error.hint) from error
    return verdict


def lost_files(verdict: Verdict) -> list[FileNote]:
    """Files whose content git could not give, which tomorrow it may."""
    return [
        each
        for each in verdict.completeness.not_parsed
        if any(said in each.reason for said in _LOST)
    ]


def _say_nothing(_: str) -> None:
    """Progress is told by who judges many revisions."""
