"""Mutations of what stands in a package: its imports of the owner, and its calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pluribus.codebase import Import, MethodCall
from pluribus.plants import MARK, Edit, Ground, Sample
from pluribus.plants.spelling import most
from pluribus.rules.comparing import is_plain

MOST_PLACES = 4
"""So many places of a kind are mutated for each concept."""
Mutate = Callable[[Ground], Iterator[Sample]]


def _places(ground: Ground) -> list[tuple[Import, ast.ImportFrom, str]]:
    """Import statements of one line that bring the owner: the row, the node, the indentation."""
    found = []
    for row in ground.subject.imports:
        path, line = row.site.place.path, row.statement.line
        text = ground.texts.get(path, "")
        if not row.name or row.name == "*" or "pluribus_planted" in path or not text:
            continue
        if not ground.subject.reaches_owner(row) or row.written != ground.concept.owner_module:
            continue
        source = text.splitlines()[line - 1]
        try:
            (node,) = ast.parse(source.strip()).body
        except (SyntaxError, ValueError):
            continue
        if isinstance(node, ast.ImportFrom):
            found.append((row, node, source[: len(source) - len(source.lstrip())]))
    # One statement of a file is enough, and files in turn say more than lines of one file.
    found = [each for each in found if not _is_handed_on(ground, each[0])]
    first = {row.site.place.path: (row, node, indent) for row, node, indent in reversed(found)}
    return [first[path] for path in sorted(first)][:MOST_PLACES]


def _is_handed_on(ground: Ground, row: Import) -> bool:
    """Whether others import the owner from there: they would be broken too."""
    return bool(ground.subject.importers.get(f"{row.site.module}.{row.bound}"))


def _others(node: ast.ImportFrom, name: str, indent: str) -> str:
    """The statement without one of its names, as a line; empty when nothing is left."""
    rest = [alias for alias in node.names if alias.name != name]
    if not rest:
        return ""
    left = ast.ImportFrom(module=node.module, names=rest, level=node.level)
    return f"{indent}{ast.unparse(left)}\n"


def _bound(row: Import) -> str:
    return row.name if row.bound == row.name else f"{row.name} as {row.bound}"


def _rewritten(ground: Ground, spell: Callable[[Import], str]) -> Iterator[tuple[Import, Edit]]:
    for row, node, indent in _places(ground):
        yield (
            row,
            Edit(
                path=row.site.place.path,
                line=row.statement.line,
                before=_others(node, row.name, indent),
                instead=f"{indent}{spell(row)}  {MARK}",
            ),
        )


_SAME_FILE: Final = frozenset(
    {"legacy-import", "dual-import", "fragmented-path", "unresolved-import"}
)


def old_path(ground: Ground) -> Iterator[Sample]:
    """The owner is imported through its old path."""
    legacy = ground.concept.legacy_paths[0]
    for row, edit in _rewritten(ground, lambda row: f"from {legacy} import {_bound(row)}"):
        yield Sample(name="an import goes the old way", edits=(edit,), also=_SAME_FILE)
        again = f"import {legacy} as planted_old; {row.bound} = planted_old.{row.name}"
        instead = f"{_indent(edit)}{again}  {MARK}"
        changed = Edit(path=edit.path, line=edit.line, before=edit.before, instead=instead)
        yield Sample(
            name="an import of the old module", edits=(changed,), also=_SAME_FILE | {"facade"}
        )


def _indent(edit: Edit) -> str:
    text = edit.instead or ""
    return text[: len(text) - len(text.lstrip())]


def gone(ground: Ground) -> Iterator[Sample]:
    """The name that is imported does not exist any more."""
    for _, edit in _rewritten(
        ground, lambda row: f"from {row.written} import {row.name}Planted as {row.bound}"
    ):
        yield Sample(name="an imported name is gone", edits=(edit,), also=_SAME_FILE)
    for _, edit in _rewritten(
        ground, lambda row: f"from {row.written}_planted import {_bound(row)}"
    ):
        yield Sample(name="an imported module is gone", edits=(edit,), also=_SAME_FILE)


def second_path(ground: Ground) -> Iterator[Sample]:
    """Beside its right import a file has one through the old path."""
    legacy = ground.concept.legacy_paths[0]
    for row, _, indent in _places(ground):
        again = f"{indent}from {legacy} import {row.name} as PlantedAgain  {MARK}\n"
        edit = Edit(path=row.site.place.path, line=row.statement.line, before=again)
        yield Sample(name="a second path beside the first", edits=(edit,), also=_SAME_FILE)


def commented(ground: Ground) -> Iterator[Sample]:
    """Comments and strings that hold imports of the old path, beside real imports."""
    legacy = ground.concept.legacy_paths[0]
    for row, _, indent in _places(ground):
        text = f"{indent}# from {legacy} import {row.name}  {MARK}\n"
        text += f'{indent}"""import {legacy}"""  {MARK}\n'
        edit = Edit(path=row.site.place.path, line=row.statement.line, before=text)
        if row.level == 0 or not row.site.place.path.endswith("__init__.py"):
            yield Sample(name="text beside an import", edits=(edit,))


def _calls(ground: Ground) -> Iterator[tuple[MethodCall, str]]:
    """Calls of methods of the owner that stand on one line, with that line."""
    for call in ground.subject.method_calls:
        path = call.site.place.path
        text = ground.texts.get(path)
        if text is None or call.target is None or call.is_guarded or call.expects_error:
            continue
        line = text.splitlines()[call.site.place.line - 1]
        if line.count(f"{call.callee}(") == 1:
            yield call, line


def too_many(ground: Ground) -> Iterator[Sample]:
    """A call hands over more than the method takes."""
    places = []
    for call, line in _calls(ground):
        assert call.target is not None
        target = ground.subject.codebase.definition(call.target)
        takes = most(target) if is_plain(target) else None
        if takes is not None:
            more = "None, " * (takes + 1)
            places.append((call, line.replace(f"{call.callee}(", f"{call.callee}({more}", 1)))
    for call, line in places[:MOST_PLACES]:
        edit = Edit(
            path=call.site.place.path, line=call.site.place.line, instead=line, suffix=MARK
        )
        if _stands_alone(line):
            yield Sample(name="a call hands over too much", edits=(edit,))


def _stands_alone(line: str) -> bool:
    """Whether a comment may follow."""
    return not line.rstrip().endswith("\\") and '"""' not in line


def not_awaited(ground: Ground) -> Iterator[Sample]:
    """An `await` before a coroutine is dropped."""
    places = []
    for call, line in _calls(ground):
        awaits = re.match(rf"\s*await {re.escape(call.callee)}\(", line)
        assert call.target is not None
        target = ground.subject.codebase.definition(call.target)
        if call.awaited and awaits and target.is_async and not target.decorators:
            places.append((call, line.replace("await ", "", 1)))
    for call, line in places[:MOST_PLACES]:
        edit = Edit(
            path=call.site.place.path, line=call.site.place.line, instead=line, suffix=MARK
        )
        if _stands_alone(line):
            yield Sample(name="an await is dropped", edits=(edit,))


VIOLATIONS: Final[Sequence[tuple[str, Mutate]]] = (
    ("legacy-import", old_path),
    ("unresolved-import", gone),
    ("dual-import", second_path),
    ("unbound-call", too_many),
    ("unawaited-send", not_awaited),
)
"""The rule that must report each, and what makes them."""

NEAR_MISSES: Final[Sequence[tuple[str, Mutate]]] = (
    ("legacy-import", commented),
    ("dual-import", commented),
    ("legacy-string", commented),
)
