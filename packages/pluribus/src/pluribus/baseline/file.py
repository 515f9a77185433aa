"""The file: a header, then one sorted line an entry, so that merges and reviews are by entry."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from pluribus.baseline.entry import Entry, Identity
from pluribus.errors import BaselineError

_BOM: Final = b"\xef\xbb\xbf"
_CONFLICT: Final = (b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>")
_REGENERATE: Final = "mend that line, or take it out and run `pluribus baseline update`"


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line: what the rest is to be read as."""

    baseline: int = 1
    """Version of the fields of an entry."""
    fingerprint: int = 1
    """Version of what makes an identity."""


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """Entries by identity, in the order of the file."""

    entries: Mapping[Identity, Entry] = {}
    lines: Mapping[Identity, int] = {}
    """The line of each entry, from 1."""


def read_baseline(path: Path) -> Baseline:
    """Read the baseline at `path`.

    Raises:
        BaselineError: it is not there, cannot be read, or is malformed.
    """
    try:
        if path.is_fifo():
            # Whoever reads one that nobody writes to waits for ever.
            raise OSError(errno.EINVAL, "it is a pipe, and no file")
        content = path.read_bytes()
    except OSError as error:
        raise BaselineError(
            f"cannot read the baseline `{path}`: {error.strerror or error}",
            hint="`pluribus baseline create --reason WHY` makes one",
        ) from error
    return parse(content, name=str(path))


def parse(content: bytes, *, name: str) -> Baseline:
    """Read the bytes of a baseline; a byte-order mark, CRLF and empty lines do no harm.

    Args:
        content: What the file holds.
        name: What messages call it.

    Raises:
        BaselineError: with the line, and what to do.
    """
    entries: dict[Identity, Entry] = {}
    lines: dict[Identity, int] = {}
    has_header = False
    for number, raw in enumerate(content.removeprefix(_BOM).split(b"\n"), start=1):
        line = raw.strip()
        if not line:
            continue
        where = f"{name}:{number}"
        if line.startswith(_CONFLICT):
            raise BaselineError(
                f"{where}: a merge conflict is not resolved",
                hint="keep the lines that are still true and delete the marks, then run "
                "`pluribus baseline prune`; `pluribus baseline merge --help` says how git can "
                "do it",
            )
        if not has_header:
            _check_header(line, where)
            has_header = True
            continue
        entry = _entry(line, where)
        if entry.identity in entries:
            raise BaselineError(
                f"{where}: the same entry is in line {lines[entry.identity]} too",
                hint="keep one of the two lines, with the `count` that is right",
            )
        entries[entry.identity] = entry
        lines[entry.identity] = number
    if not has_header:
        raise BaselineError(
            f"{name}: the baseline is empty: not even a header is in it",
            hint="delete it, and run `pluribus baseline create --reason WHY`",
        )
    return Baseline(entries=entries, lines=lines)


def as_bytes(entries: Iterable[Entry]) -> bytes:
    """Write entries, sorted by identity: the same entries give the same bytes."""
    ordered = sorted(entries, key=lambda each: each.identity)
    lines = [msgspec.json.encode(Header()), *map(line_of, ordered)]
    return b"".join(line + b"\n" for line in lines)


def line_of(entry: Entry) -> bytes:
    """Write one entry, without the end of its line."""
    return msgspec.json.encode(entry)


def _check_header(line: bytes, where: str) -> None:
    try:
        found = msgspec.json.decode(line, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = {}
    for key, known in (("baseline", Header().baseline), ("fingerprint", Header().fingerprint)):
        version = found.get(key)
        if not isinstance(version, int):
            raise BaselineError(
                f"{where}: this is no header of a baseline",
                hint=f"the first line is `{msgspec.json.encode(Header()).decode()}`",
            )
        if version != known:
            raise BaselineError(
                f"{where}: `{key}` {version} is not known; this pluribus knows {known}",
                hint="use the version of pluribus that wrote it, or create the baseline anew",
            )


def _entry(line: bytes, where: str) -> Entry:
    try:
        return msgspec.json.decode(line, type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BaselineError(f"{where}: not an entry: {error}", hint=_REGENERATE) from error
