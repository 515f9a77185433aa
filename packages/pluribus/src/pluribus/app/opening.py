"""Find the files that a contract is about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pluribus.codebase import Codebase, Revision
from pluribus.contract import Contract
from pluribus.errors import UsageError


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
    revision: Revision | None = None,
    bares_ignored: bool = False,
) -> Codebase:
    """The same, and an empty selection is an answer too; with `overlay`, of files as they would
    be, and with `revision` of those that it holds, those that git ignores
    too with `bares_ignored`."""
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
        revision=revision,
        bares_ignored=bares_ignored,
    )
