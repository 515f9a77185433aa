"""What only hands on, and is not needed any more: re-exports, and modules of nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from pluribus.codebase import Script
from pluribus.findings import Finding
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.edit import Change, Edit
from pluribus.remedy.rebinding import used_through
from pluribus.remedy.renaming import is_taken
from pluribus.remedy.source import Source
from pluribus.remedy.statements import TangledError, rewritten
from pluribus.rules import Subject
from pluribus.rules.subject import is_inside

UNSEEN: Final = "whoever imports it from outside of this code base is not seen"
_TAIL = re.compile(rb"[ \t]*,[ \t]*")


def without_reexport(atlas: Atlas, finding: Finding, facades: Collection[str]) -> Change | str:
    """A module that does not hand the owner on; or why that is a person's work.

    Args:
        atlas: The code base.
        finding: Of `fragmented-path`.
        facades: Modules that go as wholes.
    """
    module, _, name = finding.key[0].rpartition(".")
    path = finding.location.path
    if module in facades:
        return f"nothing else is in `{module}`, which goes as a whole: see `facade`"
    atlas.load([path])
    if path not in atlas.sources:
        return atlas.obstacles.get(path, "it was not read")
    script, source = atlas.scripts[path], atlas.sources[path]
    indexes = [
        index
        for index, each in enumerate(script.aliases)
        if each.scope == 0 and each.found.bound == name and each.found.name
    ]
    if len(indexes) != 1 or script.bound_in.get((0, name)) != 1:
        return f"`{module}` does not bind `{name}` by one import alone"
    if script.uses_of.get((0, name)):
        return f"`{module}` uses `{name}` itself"
    if is_taken(atlas, script, name):
        return f"other files take `{name}` from `{module}`"
    named = [each for each in atlas.strings(f"{module}.{name}") if each.site.place.path != path]
    if named:
        place = named[0].site.place
        return f"a string in {place.path}:{place.line} names `{module}.{name}`"
    source_module = script.aliases[indexes[0]].found.canonical
    for asker, line, _ in used_through(atlas, source_module):
        return f"{asker}:{line} asks for `{source_module}`, and counts on others to import it"
    start = script.aliases[indexes[0]].found.statement.start
    beside = [each for each in script.aliases if each.found.statement.start == start]
    gone = frozenset([beside.index(script.aliases[indexes[0]])])
    try:
        edits = rewritten(source, script, beside, {}, gone)
        edits += _unlisted(source, script, name)
    except TangledError as error:
        return str(error)
    return Change(
        path=path,
        line=finding.location.line,
        edits=tuple(edits),
        what=f"does not hand `{name}` on",
        findings=(finding.id,),
    )


def _unlisted(source: Source, script: Script, name: str) -> list[Edit]:
    """Edits that take a name out of `__all__`."""
    edits = []
    for each in script.listed:
        if each.name != name:
            continue
        start, end = each.place.start, each.place.end
        before, after = source.before(start), source.after(end)
        if not before.strip(b" \t") and re.fullmatch(rb"[ \t]*,?[ \t]*(#.*)?", after):
            edits.append(Edit(source.line_start(start), source.next_line(end), b""))
        elif tail := _TAIL.match(source.text, end):
            edits.append(Edit(start, tail.end(), b""))
        elif head := re.search(rb"[ \t]*,[ \t]*$", before):
            edits.append(Edit(start - len(head.group()), end, b""))
        elif re.search(rb"[\[(][ \t]*$", before):
            edits.append(Edit(start, end, b""))
        else:
            raise TangledError("`__all__` is spelled so that a name cannot be taken out")
    return edits


def without_facade(
    atlas: Atlas, subject: Subject, finding: Finding, *, keeps_shims: bool
) -> Change | str:
    """A module that only hands on is gone, or warns whoever imports it; or why that is a person's
    work."""
    kind, module = finding.key[0], finding.key[-1]
    path = finding.location.path
    if kind != "module":
        return f"it needs a decision: {finding.hint}"
    if not any(is_inside(module, each) for each in subject.concept.legacy_paths):
        return f"the contract does not say that `{module}` is a legacy path"
    atlas.load([path])
    if path not in atlas.sources:
        return atlas.obstacles.get(path, "it was not read")
    script = atlas.scripts[path]
    needed = _imported(atlas, module, path)
    if needed is None and not keeps_shims:
        needed = _named(atlas, module, path)
    if needed is not None:
        return needed
    if keeps_shims:
        return _shim(atlas, subject, script, finding)
    if script.is_package:
        return f"`{module}` is a package: whether its folder is needed is not seen"
    return Change(
        path=path,
        line=1,
        edits=(Edit(0, len(atlas.sources[path].text), b""),),
        what="is gone: nothing needs it",
        findings=(finding.id,),
        removes=True,
    )


def _imported(atlas: Atlas, module: str, path: str) -> str | None:
    """Who imports a module."""
    for found in atlas.codebase.imports(modules=[module], packages=[module]):
        place = found.site.place
        if place.path != path:
            return f"{place.path}:{place.line} imports it"
    for asker, line, _ in used_through(atlas, module):
        return f"{asker}:{line} uses it through a package around it"
    return None


def _named(atlas: Atlas, module: str, path: str) -> str | None:
    """Who may import a module by a string."""
    for string in atlas.strings(module):
        place = string.site.place
        if place.path != path:
            return f"a string in {place.path}:{place.line} names it"
    parent, _, name = module.rpartition(".")
    listed = atlas.codebase.exports(parent) if parent else None
    if listed is not None and name in (listed.names or ()):
        return f"`__all__` of `{parent}` lists it"
    return None


def _shim(atlas: Atlas, subject: Subject, script: Script, finding: Finding) -> Change | str:
    """The module warns whoever still imports it."""
    source = atlas.sources[script.path]
    found = atlas.codebase.module(script.module)
    if found is not None and any(
        call.rpartition(".")[2].startswith("warn") for call in found.calls
    ):
        return "it is kept for outside users, and warns them already"
    top = [
        each.found.statement
        for each in script.aliases
        if each.scope == 0 and each.branch == 0 and each.found.written != "__future__"
    ]
    first = min((each.start for each in script.bindings if each.scope == 0), default=-1)
    futures = [
        each.found.site.place.start
        for each in script.aliases
        if each.found.written == "__future__"
    ]
    starts = [each.start for each in top]
    # What stands before the first import may be anything; an import that begins its line is clear.
    if not top or (first < min(starts) and first not in futures):
        return "it does not begin with its imports"
    begin, end = min(starts), max(each.end for each in top)
    if source.before(begin).strip(b"\xef\xbb\xbf") or source.after(end).strip():
        return "something else stands in the lines of its imports"
    if any(each.name == "warnings" for each in script.bindings):
        return "it has a `warnings` already"
    line = source.newline.decode()
    goal = subject.concept.allowed_paths[0]
    warning = (
        f'{line}warnings.warn({line}    "`{script.module}` is deprecated: import from `{goal}`",'
        f"{line}    DeprecationWarning,{line}    stacklevel=2,{line})"
    )
    return Change(
        path=script.path,
        line=1,
        edits=(
            Edit(begin, begin, f"import warnings{line}".encode()),
            Edit(end, end, f"{line}{warning}".encode()),
        ),
        what="warns whoever imports it",
        findings=(finding.id,),
        builtins=("DeprecationWarning",),
    )
