"""Completeness: what a check saw, what it did not check, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pluribus.codebase import Ledger
from pluribus.contract import TEST_GLOBS, Contract
from pluribus.findings import Completeness, FileNote, Files, NotRun, Root, Selector


def completeness(ledger: Ledger, contract: Contract, not_run: Sequence[NotRun]) -> Completeness:
    """Turn what the code base counted into what a report says."""

    def notes(of: str) -> tuple[FileNote, ...]:
        return tuple(
            FileNote(each.path, each.reason) for each in ledger.noted if each.status == of
        )

    recovered, not_parsed = notes("recovered"), notes("not-parsed")
    unreadable = tuple(FileNote(path, reason) for path, reason in ledger.unreadable)
    options = contract.codebase
    return Completeness(
        files=Files(
            seen=ledger.seen,
            parsed=ledger.parsed,
            recovered=len(recovered),
            set_aside=ledger.set_aside,
            not_parsed=len(not_parsed),
            tests=ledger.tests,
        ),
        roots=tuple(Root(path, files, reason) for path, files, reason in ledger.roots),
        selectors=(
            *_selectors("exclude", options.exclude, ledger.excluded_by),
            *_selectors("tests", options.tests, ledger.tests_by),
        ),
        recovered=recovered,
        not_parsed=(*not_parsed, *unreadable),
        excluded=dict(sorted(Counter(reason for _, reason in ledger.left_out).items())),
        unresolved_imports=dict(ledger.unresolved),
        not_run=tuple(sorted(not_run)),
    )


def _selectors(key: str, globs: Sequence[str], counts: Sequence[int]) -> tuple[Selector, ...]:
    if tuple(globs) == TEST_GLOBS:
        # Nobody declared these: that one of them matches nothing is no news.
        return ()
    return tuple(
        Selector(f"codebase.{key}", glob, count) for glob, count in zip(globs, counts, strict=True)
    )
