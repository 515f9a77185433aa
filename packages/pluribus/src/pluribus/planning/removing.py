"""The steps in which a way to the owner goes, or a rival of it; and what stands before them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from pluribus.findings import Finding
from pluribus.planning.drafts import Draft, Matter, dotted, named
from pluribus.planning.moves import Move
from pluribus.rules.subject import is_inside


def strings(matter: Matter, imports: Sequence[Draft]) -> Iterator[Draft]:
    """What names old paths in strings, of files that stay."""
    found = matter.taken(lambda each: each.rule == "legacy-string" and not matter.goes(each))
    if found:
        step = Draft(
            kind="string",
            concept=matter.name,
            what="let strings name what the code uses now; a patch has to follow the code that "
            "it patches",
            files={each.location.path for each in found},
        )
        step.wait_for(each for each in imports if not any(move.is_use for move in each.moves))
        step.take(found)
        yield step


def removals(matter: Matter, imports: Sequence[Draft], text: Sequence[Draft]) -> Iterator[Draft]:
    """What goes when nothing needs it any more."""
    yield from _names(matter, imports)
    yield from _definitions(matter, imports)
    yield from _modules(matter, imports, text)


def _needing(imports: Sequence[Draft], needs: Callable[[Move], bool]) -> list[Draft]:
    return [step for step in imports if any(map(needs, step.moves))]


def _modules(matter: Matter, imports: Sequence[Draft], text: Sequence[Draft]) -> Iterator[Draft]:
    groups: dict[str, set[str]] = {}
    for module, path in matter.going.modules.items():
        groups.setdefault(path, set()).add(module)
    for path, modules in sorted(groups.items()):
        files = {matter.file_of[each] for each in modules if each in matter.file_of}
        found = matter.taken(lambda each, files=files: each.location.path in files)  # type: ignore[misc] # bound now
        step = Draft(
            kind="remove",
            concept=matter.name,
            what=_how(matter, path, modules),
            files=files,
            removes=tuple(sorted(modules)),
        )
        step.take(found)
        merges = [_merge(matter, each) for each in found if _is_rival(each)]
        step.wait_for(merges)
        # With a package goes, sooner or later, what is in it.
        inside = modules | {each for each in matter.going.modules if _is_below(each, modules)}
        step.wait_for(_needing(imports, lambda move, inside=inside: _is_in(move, inside)))  # type: ignore[misc] # bound now
        step.wait_for(text)
        yield from (*merges, step)


def _is_in(move: Move, modules: Collection[str]) -> bool:
    taken = {move.through, move.taken, dotted(move.taken), move.reaches.partition(":")[0]}
    return not taken.isdisjoint(modules)


def _is_below(module: str, modules: Collection[str]) -> bool:
    return any(is_inside(module, each) for each in modules)


def _how(matter: Matter, path: str, modules: Collection[str]) -> str:
    left = [
        each for each in matter.file_of if _is_below(each, modules) and not matter.going.goes(each)
    ]
    if left:
        return (
            f"take what leads to the owner out of `{path}`; as a package it stays, because "
            f"`{min(left)}` is in it"
        )
    return f"remove `{path}`, when nothing imports it any more"


def _definitions(matter: Matter, imports: Sequence[Draft]) -> Iterator[Draft]:
    for path, finding in sorted(matter.going.definitions.items()):
        after = _needing(imports, lambda move, path=path: move.reaches == path)  # type: ignore[misc] # bound now
        step = Draft(
            kind="remove",
            concept=matter.name,
            what=f"remove `{path}`, when nothing uses it any more",
            files={finding.location.path},
            removes=(path,),
        )
        if _is_rival(finding):
            merge = _merge(matter, finding)
            for each in after:
                each.wait_for([merge])
            step.wait_for([merge])
            yield merge
        step.wait_for(after)
        step.take(matter.taken(lambda _: True, [finding]))
        yield step


def _is_rival(finding: Finding) -> bool:
    return finding.rule == "rival" and ":" in finding.key[0]


def _merge(matter: Matter, finding: Finding) -> Draft:
    return Draft(
        kind="merge",
        concept=matter.name,
        what=f"let `{matter.subject.keep}` do what `{finding.key[0]}` does better; or name that "
        "after the role that is its own, and plan anew",
        phases={finding.phase},
        files={each.path for each in finding.related} or {finding.location.path},
    )


def _names(matter: Matter, imports: Sequence[Draft]) -> Iterator[Draft]:
    """Names in modules that stay; those of one module go together."""
    by_module: dict[str, list[str]] = {}
    for path in sorted(matter.going.names):
        after = _needing(imports, lambda move, path=path: dotted(move.taken) == path)  # type: ignore[misc] # bound now
        if after and not _is_offered(matter, path):
            # Once nobody takes it, it is no way: its module may keep it for itself.
            finding = matter.going.names[path]
            after[-1].take(matter.taken(lambda _: True, [finding]))
        else:
            by_module.setdefault(path.rpartition(".")[0], []).append(path)
    for module, paths in by_module.items():
        found = matter.taken(
            lambda each, paths=paths: each.rule == "fragmented-path" and each.key[0] in paths  # type: ignore[misc] # bound now
        )
        step = Draft(
            kind="remove",
            concept=matter.name,
            what=f"stop offering {named(paths)}, when nothing imports it from there",
            files={each.location.path for each in found},
            removes=tuple(f"{module}:{each.rpartition('.')[2]}" for each in paths),
        )
        step.take(found)
        step.wait_for(
            _needing(imports, lambda move, paths=paths: dotted(move.taken) in paths)  # type: ignore[misc] # bound now
        )
        yield step


def _is_offered(matter: Matter, path: str) -> bool:
    """Whether a module says that a name is for others, or has it for nothing else."""
    for each in matter.subject.offers:
        if each.path == path:
            is_bare = each.is_package and not each.uses
            return each.kind != "import" or each.exported or each.redundant or is_bare
    return True
