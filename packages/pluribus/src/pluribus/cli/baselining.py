"""What the commands of `pluribus baseline` do with what they were asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pluribus.adapters.engine import engine_stamp
from pluribus.adapters.files import exchange_file, write_file
from pluribus.adapters.git import added_by
from pluribus.app import baseline as app
from pluribus.app.options import CheckOptions
from pluribus.baseline import Baseline, Changes, Entry, Terms, line_of, parse
from pluribus.baseline import merge as merged
from pluribus.cli.checking import based_on
from pluribus.cli.exits import FOUND, OK
from pluribus.cli.options import cache_folder, today
from pluribus.cli.output import write_stderr, write_stdout, write_warning
from pluribus.errors import BaselineError, GitError
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
        """On what terms more is accepted; None when no reason was given."""
        if self.reason is None:
            return None
        return Terms(reason=self.reason, owner=self.owner or "", expires=self.expires)


def create(request: Request) -> int:
    """Write a new baseline."""
    terms = request.terms
    assert terms is not None, "the command requires a reason"
    draft = app.create(request.root, _asked(request), terms, say=_nothing, warn=write_warning)
    _write(draft)
    found = sum(entry.count for entry in draft.entries)
    write_stdout(
        f"accepted {counted(found, 'finding')} in "
        f"{counted(len(draft.entries), 'entry', 'entries')}: {printable(_near(draft.path))}\n"
    )
    return OK


def update(request: Request) -> int:
    """Take out what is gone and, with a reason, take in what is new."""
    draft = app.update(
        request.root, _asked(request), request.terms, say=_nothing, warn=write_warning
    )
    _write(draft)
    lines = [*_changed(draft.changes), *(f"! new: {_found(each)}" for each in draft.refused)]
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
    draft = app.update(request.root, _asked(request), None, say=_nothing, warn=write_warning)
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
    return FOUND if changes.grown or changes.prolonged else OK


def explain(request: Request, name: str | None) -> int:
    """List the entries, or say what stands behind one."""
    if name is None:
        path, baseline = app.known(request.root, _asked(request, keeps=False))
        lines = [
            f"{each.id}  {_accepts(each)} ({each.reason})" for each in baseline.entries.values()
        ]
        write_stdout("".join(f"{printable(line)}\n" for line in lines))
        write_stderr(f"{counted(len(lines), 'entry', 'entries')} in {_near(path)}")
        return OK
    found = app.explain(request.root, _asked(request), name, say=_nothing, warn=write_warning)
    write_stdout("\n".join("".join(f"{line}\n" for line in _standing(each)) for each in found))
    return OK


def merge(ancestor: Path, ours: Path, theirs: Path) -> int:
    """Merge what two sides made of a baseline, into the file of the one."""
    base, our, their = (_side(path) for path in (ancestor, ours, theirs))
    result = merged(base.entries, our.entries, their.entries)
    write_file(ours, result.as_bytes())
    for one, other in result.conflicts:
        write_stderr(
            printable(f"conflict: {one.what}: `{one.reason}` or `{other.reason}`: keep one line")
        )
    return FOUND if result.conflicts else OK


def _side(path: Path) -> Baseline:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BaselineError(f"cannot read `{path}`: {error.strerror or error}") from error
    # Git hands over an empty file where a side has none.
    return parse(content, name=str(path)) if content else Baseline()


def _asked(request: Request, *, keeps: bool = True) -> CheckOptions:
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
    for entry, count in changes.shrunk:
        yield printable(f"- {count} {entry.what}")


def _total(changes: Changes) -> str:
    longer = f", {len(changes.prolonged):,} prolonged" if changes.prolonged else ""
    return f"growth: +{changes.growth:,} -{changes.shrinkage:,}{longer}"


def _found(finding: Finding) -> str:
    return f"{place(finding.location)}: [{finding.rule}] {printable(finding.message)}"


def _accepts(entry: Entry) -> str:
    return f"{entry.count} {entry.what}"


def _standing(each: app.Standing) -> Iterator[str]:
    entry = each.entry
    expires = str(entry.expires) if entry.expires else "never"
    said = {
        "accepts": _accepts(entry),
        "reason": entry.reason,
        "owner": entry.owner or "nobody in particular",
        "expires": expires + (", which is over: it accepts nothing" if each.has_expired else ""),
        "phase": entry.phase,
        "since": _since(each),
        "line": f"{_near(each.path)}:{each.line}",
    }
    yield printable(entry.id)
    for word, text in said.items():
        if text:
            yield f"  {word:<8} {printable(text)}"
    for finding in each.findings:
        yield f"  {'now':<8} {_found(finding)}"
    if not each.findings:
        gone = "gone: `pluribus baseline prune` takes it out"
        yield f"  {'now':<8} {gone if each.is_known else 'not known: it was not looked for'}"


def _since(each: app.Standing) -> str:
    # The fields of the identity are the beginning of the line, whatever became of the others.
    identity, _, _ = line_of(each.entry).decode().partition(',"count":')
    try:
        return added_by(each.path, identity) or "not committed yet"
    except GitError:
        return "git does not know"


def _near(path: Path) -> str:
    """The path as seen from here, if it is below."""
    full, here = path.absolute(), Path.cwd()
    return full.relative_to(here).as_posix() if full.is_relative_to(here) else str(path)


def _nothing(_: str) -> None:
    """For those who do not want to be told."""
