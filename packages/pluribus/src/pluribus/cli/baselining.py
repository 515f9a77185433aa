"""What the commands of `pluribus baseline` do with what they were asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pluribus.adapters.engine import engine_stamp
from pluribus.adapters.files import exchange_file
from pluribus.app import baseline as app
from pluribus.app.options import CheckOptions
from pluribus.baseline import Changes, Terms
from pluribus.cli.checking import based_on
from pluribus.cli.exits import FOUND, OK
from pluribus.cli.options import cache_folder, today
from pluribus.cli.output import write_stderr, write_stdout, write_warning
from pluribus.errors import UsageError
from pluribus.findings import Finding
from pluribus.reports.wording import counted, place, printable


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of the commands, under the names that they give them."""

    root: Path
    contract: Path | None
    baseline: Path | None
    no_cache: bool
    cache_dir: Path | None
    select: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    reason: str | None = None
    owner: str | None = None
    expires: date | None = None

    @property
    def terms(self) -> Terms | None:
        """On what terms more is accepted; None when no reason was given.

        Raises:
            UsageError: there are terms without a reason.
        """
        if self.reason is None:
            for option, given in (("--owner", self.owner), ("--expires", self.expires)):
                if given is not None:
                    raise UsageError(
                        f"`{option}` without `--reason`",
                        hint="the terms are those of what is new, and that needs a reason",
                    )
            return None
        return Terms(reason=self.reason, owner=self.owner or "", expires=self.expires)


def create(request: Request) -> int:
    """Write a new baseline."""
    terms = request.terms
    assert terms is not None, "the command requires a reason"
    draft = app.create(request.root, asked_of(request), terms, say=say_nothing, warn=write_warning)
    _write(draft)
    found = sum(entry.count for entry in draft.entries)
    write_stdout(
        f"accepted {counted(found, 'finding')} in "
        f"{counted(len(draft.entries), 'entry', 'entries')}: {printable(near(draft.path))}\n"
    )
    return OK


def update(request: Request) -> int:
    """Take out what is gone and, with a reason, take in what is new."""
    draft = app.update(
        request.root, asked_of(request), request.terms, say=say_nothing, warn=write_warning
    )
    _write(draft)
    lines = [*_changed(draft.changes), *(f"! new: {found_line(each)}" for each in draft.refused)]
    write_stdout("".join(f"{line}\n" for line in [*lines, _total(draft.changes)]))
    if not draft.refused:
        return OK
    write_stderr(
        f"{counted(len(draft.refused), 'new finding')} not accepted: `--reason` says why they "
        "may be, if they may"
    )
    return FOUND


def prune(request: Request) -> int:
    """Take out what is gone."""
    draft = app.update(request.root, asked_of(request), None, say=say_nothing, warn=write_warning)
    exchange_file(draft.path, draft.content, before=draft.before)
    write_stdout(
        "".join(f"{line}\n" for line in [*_changed(draft.changes), _total(draft.changes)])
    )
    return OK


def diff(root: Path, *, contract: Path | None, baseline: Path | None, base_ref: str) -> int:
    """Say how the baseline differs from what it was."""
    asked = CheckOptions(contract=contract, baseline=baseline)
    changes = app.compare(root, asked, based_on(base_ref))
    total = f"{_total(changes)} since {printable(base_ref)}"
    write_stdout("".join(f"{line}\n" for line in [*_changed(changes), total]))
    return FOUND if changes.grown or changes.prolonged or changes.worsened else OK


def asked_of(request: Request, *, keeps: bool = True) -> CheckOptions:
    """What is asked of a check, with a cache if it is to keep one."""
    return CheckOptions(
        select=request.select,
        concepts=request.concepts,
        only=request.only,
        contract=request.contract,
        baseline=request.baseline,
        cache=cache_folder(
            request.root,
            contract=request.contract,
            given=request.cache_dir,
            is_refused=request.no_cache,
        )
        if keeps
        else None,
        engine=engine_stamp(),
        today=today(),
    )


def _write(draft: app.Draft) -> None:
    exchange_file(draft.path, draft.content, before=draft.before)
    if draft.unacceptable:
        rules = ", ".join(sorted({each.rule for each in draft.unacceptable}))
        write_warning(
            f"{counted(len(draft.unacceptable), 'finding')} of {rules} cannot be accepted: "
            "mend the comments"
        )


def _changed(changes: Changes) -> Iterator[str]:
    for entry, count in changes.grown:
        yield printable(f"+ {count} {entry.what} ({entry.reason})")
    for before, entry in changes.prolonged:
        until = entry.expires or "for ever"
        yield printable(f"~ until {before.expires}, now {until}: {entry.what}")
    for before, entry in changes.worsened:
        now = entry.severity or "any severity"
        yield printable(f"~ {before.severity} at worst, now {now}: {entry.what}")
    for entry, count in changes.shrunk:
        yield printable(f"- {count} {entry.what}")


def _total(changes: Changes) -> str:
    longer = f", {len(changes.prolonged):,} prolonged" if changes.prolonged else ""
    worse = f", {len(changes.worsened):,} worse" if changes.worsened else ""
    return f"growth: +{changes.growth:,} -{changes.shrinkage:,}{longer}{worse}"


def found_line(finding: Finding) -> str:
    """A finding in one line."""
    return f"{place(finding.location)}: [{finding.rule}] {printable(finding.message)}"


def near(path: Path) -> str:
    """The path as seen from here, if it is below."""
    full, here = path.absolute(), Path.cwd()
    return full.relative_to(here).as_posix() if full.is_relative_to(here) else str(path)


def say_nothing(_: str) -> None:
    """For those who do not want to be told."""
