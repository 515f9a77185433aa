"""How the files of a code base are listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from pluribus.app.files import FileListing
from pluribus.reports.table import table
from pluribus.reports.wording import counted, printable

Rows = Sequence[Sequence[str]]


def as_text(listing: FileListing) -> str:
    """Write a section for the files that are judged, for the others, and for the roots."""
    selected = [
        (each.path, each.module or "-", "test" if each.is_test else "", each.status, each.reason)
        for each in sorted(listing.selected, key=lambda each: each.path)
    ]
    left_out = [(each.path, each.reason) for each in sorted(listing.left_out)]
    roots = [
        (each.path, counted(each.files, "file"), each.reason) for each in sorted(listing.roots)
    ]
    lines = [
        *_section(f"{counted(len(selected), 'file')} judged", selected),
        *_section(f"{counted(len(left_out), 'file')} left out", left_out),
        *_section(f"{counted(len(roots), 'root')} of imports", roots),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def as_json(listing: FileListing) -> str:
    """Write the same for programs."""
    document = {
        "schema_version": 1,
        "selected": [
            {
                "path": each.path,
                "module": each.module,
                "is_test": each.is_test,
                "status": each.status,
                "reason": each.reason,
            }
            for each in sorted(listing.selected, key=lambda each: each.path)
        ],
        "left_out": sorted(listing.left_out),
        "roots": sorted(listing.roots),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


FORMATS: Final[dict[str, Callable[[FileListing], str]]] = {"text": as_text, "json": as_json}


def _section(title: str, rows: Rows) -> Iterator[str]:
    yield title
    if rows:
        shown = [[printable(cell or "") for cell in row] for row in rows]
        yield from (f"  {line}".rstrip() for line in table(shown, right=set()))
    yield ""
