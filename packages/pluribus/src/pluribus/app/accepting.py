"""Hold what was found against the baseline."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pluribus.app.judge import Case, Verdict
from pluribus.app.options import BASELINE_PLACE, Base, CheckOptions
from pluribus.app.scope import scope_of
from pluribus.baseline import (
    Baseline,
    Changes,
    Entry,
    Settled,
    changes_between,
    parse,
    read_baseline,
    settle,
)
from pluribus.baseline.pages import GROWTH, STALE
from pluribus.contract import Contract
from pluribus.findings import (
    BaselineUse,
    Confidence,
    Finding,
    Location,
    Severity,
    SinceBase,
    identified,
)


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline that was read, before anything is judged."""

    path: Path
    baseline: Baseline
    changes: Changes | None
    """Since the base; None when none was named."""


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What a baseline makes of a verdict."""

    new: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    own: tuple[Finding, ...]
    """What is wrong with the baseline itself."""
    use: BaselineUse
    """Counts what is accepted before any filter."""


def baseline_path(contract: Contract, named: Path | None) -> Path:
    """Where the baseline of a contract is, or would be."""
    return contract.directory / BASELINE_PLACE if named is None else named


def present(path: Path, options: CheckOptions) -> Baseline:
    """What is there: nothing where no file is, unless it was named.

    Raises:
        BaselineError: the baseline is malformed, or named and not there.
    """
    if options.baseline is None and not os.path.lexists(path):
        return Baseline()
    return read_baseline(path)


def hold(contract: Contract, options: CheckOptions) -> Held:
    """Read the baseline of a contract, and what it was at the base.

    Raises:
        BaselineError: the baseline is malformed, or named and not there.
        GitError: what it was at the base cannot be found out.
    """
    path = baseline_path(contract, options.baseline)
    baseline = present(path, options)
    changes = None if options.base is None else changes_since(options.base, path, baseline)
    return Held(path=path, baseline=baseline, changes=changes)


def accept(
    root: Path, case: Case, verdict: Verdict, options: CheckOptions, held: Held
) -> Accepted:
    """Tell what is new from what is accepted, and say which entries are stale or new."""
    baseline, changes = held.baseline, held.changes
    settled = settle(
        identified(verdict.findings),
        baseline.entries,
        prefix=case.prefix,
        today=options.today,
        is_in_scope=scope_of(baseline.entries.values(), case, verdict, options),
    )
    shown = _shown(held.path, root, case.contract, options)
    own = [
        *_stale(settled, baseline, shown),
        *(_grown(changes, options.base, baseline, shown) if options.base and changes else ()),
    ]
    return Accepted(
        new=settled.new,
        accepted=settled.accepted,
        own=identified(own),
        use=BaselineUse(
            path=shown,
            entries=len(baseline.entries),
            accepted=len(settled.accepted),
            accepted_in_tests=sum(each.in_tests for each in settled.accepted),
            stale=sum(excess for _, excess in settled.stale),
            expired=len(settled.expired),
            unjudged=settled.unjudged,
            since=None
            if options.base is None or changes is None
            else SinceBase(
                ref=options.base.ref,
                growth=changes.growth,
                shrinkage=changes.shrinkage,
                prolonged=len(changes.prolonged),
                worsened=len(changes.worsened),
            ),
        ),
    )


def changes_since(base: Base, path: Path, now: Baseline) -> Changes:
    """Compare a baseline with what it was at a revision; there it may not have been at all.

    Raises:
        BaselineError: what is there is malformed.
        GitError: the revision is not known.
    """
    content = base.read(path)
    before = (
        Baseline() if content is None else parse(content, name=f"{base.ref}:{path.as_posix()}")
    )
    return changes_between(before.entries, now.entries)


def _shown(path: Path, root: Path, contract: Contract, options: CheckOptions) -> str:
    """The file as seen from the root, unless that would tell where things are on this machine."""
    top, full = root.resolve(), path.absolute()
    if full.is_relative_to(top) or full.is_relative_to(contract.directory.resolve()):
        path = Path(os.path.relpath(full, top))
    elif options.baseline is None:
        path = Path(path.name)
    # Names of files may be no text, and reports are.
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def _stale(settled: Settled, baseline: Baseline, shown: str) -> Iterator[Finding]:
    for entry, excess in settled.stale:
        gone = "what is gone" if excess == entry.count else f"{excess} more than are left"
        yield _finding(
            STALE,
            entry,
            f"the baseline accepts {gone}: {entry.what}",
            "`pluribus baseline prune` takes out what is gone; what has moved to another file or "
            "name is a new finding",
            Location(shown, baseline.lines[entry.identity]),
        )


def _grown(changes: Changes, base: Base, baseline: Baseline, shown: str) -> Iterator[Finding]:
    for entry, excess in changes.grown:
        more = f"{excess} more than" if excess < entry.count else "what it did not"
        yield _finding(
            GROWTH,
            entry,
            f"the baseline accepts {more} at `{base.ref}`: {entry.what}",
            "remove the violation instead: against its base a baseline only shrinks",
            Location(shown, baseline.lines[entry.identity]),
        )
    for before, entry in changes.prolonged:
        until = f"until {entry.expires}" if entry.expires else "for ever"
        yield _finding(
            GROWTH,
            entry,
            f"the baseline accepts {until} what at `{base.ref}` it accepts until "
            f"{before.expires}: {entry.what}",
            "remove the violation instead, or keep its date",
            Location(shown, baseline.lines[entry.identity]),
        )
    for before, entry in changes.worsened:
        yield _finding(
            GROWTH,
            entry,
            f"the baseline accepts {entry.severity or 'any severity'} where at `{base.ref}` it "
            f"accepts {before.severity} at worst: {entry.what}",
            "remove the violation instead: against its base a baseline only shrinks",
            Location(shown, baseline.lines[entry.identity]),
        )


def _finding(rule: str, entry: Entry, message: str, hint: str, location: Location) -> Finding:
    return Finding(
        rule=rule,
        concept=entry.concept,
        # Whatever severities fail a check: else an entry would wait for the next violation.
        severity=Severity.ERROR,
        confidence=Confidence.CERTAIN,
        message=message,
        hint=hint,
        location=location,
        key=(entry.rule, entry.path, *entry.key),
        phase=entry.phase,
    )
