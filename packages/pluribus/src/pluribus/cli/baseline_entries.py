"""What `pluribus baseline explain` says of entries."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.adapters.git import added_by
from pluribus.app import baseline as app
from pluribus.baseline import Entry, line_of
from pluribus.cli.baselining import Request, asked_of, found_line, near, say_nothing
from pluribus.cli.exits import OK
from pluribus.cli.output import write_stderr, write_stdout, write_warning
from pluribus.errors import GitError
from pluribus.reports.wording import counted, printable


def explain(request: Request, name: str | None) -> int:
    """List the entries, or say what stands behind one."""
    if name is None:
        path, baseline = app.known(request.root, asked_of(request, keeps=False))
        lines = [
            f"{each.id}  {_accepts(each)} ({each.reason})" for each in baseline.entries.values()
        ]
        write_stdout("".join(f"{printable(line)}\n" for line in lines))
        write_stderr(f"{counted(len(lines), 'entry', 'entries')} in {near(path)}")
        return OK
    found = app.explain(request.root, asked_of(request), name, say=say_nothing, warn=write_warning)
    write_stdout("\n".join("".join(f"{line}\n" for line in _standing(each)) for each in found))
    return OK


def _standing(each: app.Standing) -> Iterator[str]:
    entry = each.entry
    expires = str(entry.expires) if entry.expires else "never"
    said = {
        "accepts": _accepts(entry),
        "reason": entry.reason,
        "owner": entry.owner or "nobody in particular",
        "expires": expires + (", which is over: it accepts nothing" if each.has_expired else ""),
        "phase": entry.phase,
        "at worst": entry.severity or "",
        "since": _since(each),
        "line": f"{near(each.path)}:{each.line}",
    }
    yield printable(entry.id)
    for word, text in said.items():
        if text:
            yield f"  {word:<8} {printable(text)}"
    for finding in each.findings:
        yield f"  {'now':<8} {found_line(finding)}"
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


def _accepts(entry: Entry) -> str:
    return f"{entry.count} {entry.what}"
