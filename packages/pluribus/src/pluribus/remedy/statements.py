"""Import statements, rewritten in place: what stays keeps its bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pluribus.codebase import Alias, Script
from pluribus.remedy.edit import Edit
from pluribus.remedy.source import Source

_WIDTH = 88
"""A new statement that is wider goes on several lines, if it stands alone on its own."""
_COMMENT = re.compile(rb"#[^\r\n]*")
_REST = re.compile(rb"[ \t]*,?[ \t]*(#.*)?$")


class Taken(NamedTuple):
    """A name that is taken from elsewhere from now on."""

    module: str
    """Absolute; empty for a top-level module, which `import` alone can name."""
    name: str
    bound: str
    """What the file calls it."""

    @property
    def clause(self) -> str:
        return self.name if self.name == self.bound else f"{self.name} as {self.bound}"


class TangledError(ValueError):
    """A statement cannot be taken apart without losing something; the text says what."""


def rewritten(
    source: Source,
    script: Script,
    aliases: Sequence[Alias],
    taken: Mapping[int, Taken],
    dropped: frozenset[int],
) -> list[Edit]:
    """Edits that let a `from` statement take some of its names from elsewhere.

    Args:
        source: The file.
        script: The same.
        aliases: All names of the statement, in order.
        taken: By place in `aliases`, what is taken from elsewhere.
        dropped: Names that the file has already.

    Raises:
        TangledError: that cannot be done without losing a comment.
    """
    groups: dict[str, list[int]] = {}
    for index, each in taken.items():
        groups.setdefault(each.module, []).append(index)
    staying = [
        index for index in range(len(aliases)) if index not in taken and index not in dropped
    ]
    edits: list[Edit] = []
    if not staying and "" in groups and len(groups) == 1 and len(aliases) == 1:
        place = aliases[0].found.statement
        text = f"import {taken[0].clause}".encode()
        return [Edit(place.start, place.end, text)]
    base = "" if staying else next((module for module in groups if module), "")
    if not staying and not base:
        return [_without(source, aliases)]
    kept = (
        dict.fromkeys(staying)
        if staying
        else {index: taken[index].clause for index in groups.pop(base)}
    )
    if not staying:
        place = aliases[0].found.module_place
        shown = spelled(base, script, aliases[0].found.level)
        edits.append(Edit(place.start, place.end, shown.encode()))
    shrunk, comments = _shrunk(source, aliases, kept)
    if not dropped.isdisjoint(comments):
        raise TangledError("a comment stands beside a name that is not needed")
    edits += shrunk
    at = aliases[0].found.statement.start
    lead = _lead(source, at)
    for module, indexes in groups.items():
        clauses = [taken[index].clause for index in indexes]
        goal = spelled(module, script, aliases[0].found.level)
        said = [comments[index] for index in indexes if index in comments]
        added = _statement(goal, clauses, lead, said)
        edits.append(Edit(at, at, added.encode()))
    return _joined(edits)


def spelled(module: str, script: Script, level: int) -> str:
    """A module as a `from` statement names it: relative where it was so, and can be."""
    if not level:
        return module
    package = script.module.split(".")
    if not script.is_package:
        package = package[:-1]
    parts = module.split(".")
    common = 0
    while common < min(len(package), len(parts)) and package[common] == parts[common]:
        common += 1
    if not common:
        return module
    return "." * (len(package) - common + 1) + ".".join(parts[common:])


class _Lead(NamedTuple):
    """What a statement that is put before another ends with."""

    newline: str
    indent: str
    is_alone: bool
    """Whether the statement begins its line."""


def _lead(source: Source, at: int) -> _Lead:
    before = source.before(at).decode()
    # A byte-order mark is no indentation.
    indent = before.removeprefix("\ufeff")
    return _Lead(source.newline.decode(), indent, not indent.strip(" \t\f"))


def _statement(module: str, clauses: Sequence[str], lead: _Lead, comments: Sequence[str]) -> str:
    if not module:
        return "".join(_line(f"import {clause}", lead, comments) for clause in clauses)
    text = f"from {module} import {', '.join(clauses)}"
    if lead.is_alone and len(lead.indent) + len(text) > _WIDTH and len(clauses) > 1:
        inner = f"{lead.newline}{lead.indent}    "
        lines = f",{inner}".join(clauses)
        text = f"from {module} import ({inner}{lines},{lead.newline}{lead.indent})"
    return _line(text, lead, comments)


def _line(text: str, lead: _Lead, comments: Sequence[str]) -> str:
    if not lead.is_alone:
        if comments:
            raise TangledError("a comment stands between names that part")
        return f"{text}; "
    said = "".join(f"  {each}" for each in comments)
    return f"{text}{said}{lead.newline}{lead.indent}"


def _without(source: Source, aliases: Sequence[Alias]) -> Edit:
    """A statement is gone, with its lines."""
    place = aliases[0].found.statement
    around = source.before(place.start) + source.after(place.end)
    if around.strip() or b"#" in source.text[place.start : place.end]:
        raise TangledError("something else stands in the lines of a statement that is not needed")
    return Edit(source.line_start(place.start), source.next_line(place.end), b"")


def _shrunk(
    source: Source, aliases: Sequence[Alias], kept: Mapping[int, str | None]
) -> tuple[list[Edit], dict[int, str]]:
    """Edits that leave only some names, each spelled anew or as it is (None); and the comments of
    those that go, by their place."""
    places = [each.found.site.place for each in aliases]
    edits = [
        Edit(places[index].start, places[index].end, text.encode())
        for index, text in kept.items()
        if text is not None
        and text.encode() != source.text[places[index].start : places[index].end]
    ]
    gone = [index for index in range(len(aliases)) if index not in kept]
    if not gone:
        return edits, {}
    first, last = places[0].start, places[-1].end
    statement = aliases[0].found.statement
    has_brackets = b"(" in source.text[aliases[0].found.module_place.end : first]
    lines = [_own_line(source, each.start, each.end) for each in places]
    if has_brackets and all(lines[index] is not None for index in gone):
        comments = {}
        for index in gone:
            start, end = places[index].start, places[index].end
            edits.append(Edit(source.line_start(start), source.next_line(end), b""))
            found = _COMMENT.search(source.text, end, source.line_end(end))
            if found:
                comments[index] = found.group().decode()
        return edits, comments
    if b"#" in source.text[first : statement.end]:
        raise TangledError("a comment stands between names that part")
    end_of_kept = 0
    for index, place in enumerate(places):
        if index in kept:
            end_of_kept = place.end
        elif any(other > index for other in kept):
            edits.append(Edit(place.start, places[index + 1].start, b""))
    if max(kept) < len(aliases) - 1:
        edits.append(Edit(end_of_kept, last, b""))
    return edits, {}


def _own_line(source: Source, start: int, end: int) -> bytes | None:
    """The line of a name that has one for itself."""
    before, after = source.before(start), source.after(end)
    if before.strip(b" \t\f") or not _REST.match(after):
        return None
    return before + after


def _joined(edits: Sequence[Edit]) -> list[Edit]:
    """Several insertions at one place become one, in their order."""
    merged: dict[tuple[int, int], bytes] = {}
    for each in edits:
        key = each.start, each.end
        merged[key] = merged.get(key, b"") + each.text if each.start == each.end else each.text
    return [Edit(start, end, text) for (start, end), text in merged.items()]
