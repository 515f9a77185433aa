"""What `pluribus fix` says of what it did: a table, a document, a diff, patches."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from pluribus.app.fixing import Outcome
from pluribus.cli.fixed_json import as_json
from pluribus.remedy.edit import Left
from pluribus.reports.table import table
from pluribus.reports.wording import counted, printable

_ESCAPES: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_QUOTED: Final = '"\\\x7f'
_NO_NEWLINE: Final = b"\n\\ No newline at end of file\n"


def as_text(outcome: Outcome, limit: int | None) -> str:
    """Write what was changed, how many findings that mended, and why the others are left."""
    blocks = [_changed(outcome), _left(outcome, limit), _refused(outcome), _counts(outcome)]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _changed(outcome: Outcome) -> list[str]:
    rows = []
    for step in outcome.steps:
        for file in step.files:
            edits = sum(len(change.edits) for change in file.changes)
            what = "; ".join(dict.fromkeys(change.what for change in file.changes))
            rows.append((printable(file.path), counted(edits, "edit"), printable(what)))
    return ["changed", "=======", *table(rows)] if rows else []


def _left(outcome: Outcome, limit: int | None) -> list[str]:
    """Places by their reason; what `--unsafe-fixes` does comes first."""
    rules = {each.id: each.rule for each in outcome.after}
    groups: dict[tuple[str, str], list[Left]] = {}
    ordered = sorted(outcome.left, key=lambda each: each.applicability != "unsafe")
    for each in ordered:
        groups.setdefault((each.applicability, each.reason), []).append(each)
    lines = []
    for (level, reason), places in groups.items():
        who = "--unsafe-fixes does it" if level == "unsafe" else "a person's work"
        lines.append(f"{who}: {printable(reason)}")
        shown = places if limit is None else places[:limit]
        lines += [f"  {printable(each.path)}:{each.line}: {rules[each.finding]}" for each in shown]
        if len(shown) < len(places):
            lines.append(f"  and {len(places) - len(shown):,} more")
    return ["left", "====", *lines] if lines else []


def _refused(outcome: Outcome) -> list[str]:
    rows = [(printable(path), printable(reason)) for path, reason in outcome.refused]
    return ["left as they are, because an edit did not hold", *table(rows)] if rows else []


def _counts(outcome: Outcome) -> list[str]:
    before = Counter(each.rule for each in outcome.before)
    after = Counter(each.rule for each in outcome.after)
    unsafe = Counter(
        rule
        for each in {each.finding for each in outcome.left if each.applicability == "unsafe"}
        for rule in [each.partition(":")[0]]
    )
    rows = [
        (rule, f"{before[rule]:,}", f"{after[rule]:,}", f"{unsafe[rule]:,}")
        for rule in sorted(before | after)
    ]
    if not rows:
        return ["nothing to mend"]
    head = ("rule", "before", "left", "of them unsafe")
    return ["findings", "========", *table([head, *rows], right=(1, 2, 3))]


def diff(outcome: Outcome, folder: str) -> str:
    """All edits as one diff; what is not UTF-8 is shown as escapes.

    Args:
        outcome: What was edited.
        folder: What stands before each path, with a slash at its end.
    """
    parts = [_diff_of(folder + path, *both) for path, both in outcome.files.items()]
    return b"".join(parts).decode("utf-8", "backslashreplace")


def patch_files(outcome: Outcome, folder: str) -> dict[str, bytes]:
    """A patch for each phase that changes something, by name of the file."""
    return {
        f"{step.number}-{step.phase}.patch": b"".join(
            _diff_of(folder + file.path, file.before, file.after) for file in step.files
        )
        for step in outcome.steps
        if step.files
    }


def _diff_of(path: str, before: bytes, after: bytes | None) -> bytes:
    lines = difflib.diff_bytes(
        difflib.unified_diff,
        _lines(before),
        _lines(after or b""),
        _name(f"a/{path}"),
        b"/dev/null" if after is None else _name(f"b/{path}"),
    )
    return b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)


def _name(path: str) -> bytes:
    """A name as git writes it: in quotes where it would end the line or begin an escape."""
    if any(each in _QUOTED or each < " " for each in path):
        escaped = "".join(
            _ESCAPES.get(each, f"\\{ord(each):03o}" if each < " " else each) for each in path
        )
        return f'"{escaped}"'.encode("utf-8", "surrogateescape")
    # One with a space ends in a tab.
    return path.encode("utf-8", "surrogateescape") + (b"\t" if " " in path else b"")


def _lines(content: bytes) -> list[bytes]:
    """Lines as git counts them: a carriage return is a part of one."""
    return [line for line in _split(content) if line]


def _split(content: bytes) -> Iterable[bytes]:
    *whole, last = content.split(b"\n")
    return [*(line + b"\n" for line in whole), last]


FORMATS: Final[dict[str, Callable[[Outcome, int | None], str]]] = {
    "text": as_text,
    "json": as_json,
}
