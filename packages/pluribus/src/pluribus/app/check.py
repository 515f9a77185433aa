"""Check a tree against its contract."""

from __future__ import annotations

from pathlib import Path

from pluribus.app.ahead import Ahead
from pluribus.app.focusing import focus_of
from pluribus.app.opening import open_codebase
from pluribus.app.options import CheckOptions, Say
from pluribus.codebase import Codebase
from pluribus.contract import Contract, find_contract, load_contract
from pluribus.findings import Report

__all__ = ["CheckOptions", "check"]


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
    contract = load_contract(options.contract or find_contract(root))
    opening = Ahead(lambda: _opened(root, contract, options))
    from pluribus.app.reporting import report_on  # noqa: PLC0415 # takes as long as to walk a tree

    return report_on(
        root,
        contract,
        opening.outcome,
        options,
        say=progress or _say_nothing,
        warn=warn or _say_nothing,
    )


def _opened(root: Path, contract: Contract, options: CheckOptions) -> Codebase:
    codebase = open_codebase(root, contract, options.cache)
    # Where a verdict may be kept, it is looked for before anything is read.
    if options.cache is None and not options.concepts:
        codebase.focus(focus_of(contract.concepts), reads_all=options.reads_all)
    return codebase


def _say_nothing(_: str) -> None:
    """For those who do not want to be told."""
