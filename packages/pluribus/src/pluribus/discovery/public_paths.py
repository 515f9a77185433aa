"""One object that is imported by several paths, and modules that stand for others."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Inventoried
from pluribus.discovery.group import Group
from pluribus.discovery.landscape import Landscape, Thing
from pluribus.findings import Confidence, Evidence

KIND = "public paths"
_LEAST_PATHS = 3
_SHOWN = 6


def public_paths(landscape: Landscape) -> Iterator[Group]:
    """Definitions by their paths, then modules by those that stand for them."""
    for thing, paths in landscape.imported_things():
        if thing.qualname:
            group = _of_definition(landscape, thing, paths)
            if group is not None:
                yield group
    yield from _stand_ins(landscape)


def _of_definition(
    landscape: Landscape, thing: Thing, paths: dict[tuple[str, str], tuple[int, ...]]
) -> Group | None:
    used = {
        f"{module}.{name}": production
        for (module, name), files in paths.items()
        if (production := [each for each in files if not landscape.file(each).is_test])
    }
    strange = {
        path
        for path in used
        if not _is_expected(path, thing) and not _is_by_product(landscape, path, used[path])
    }
    through = {path.rpartition(".")[0] for path in strange}
    is_many = len(used) >= _LEAST_PATHS and len(through) >= 2
    if not is_many:
        return None
    renamed = {path for path in strange if path.rpartition(".")[2] != thing.name}
    listed = [f"{path} ({len(files)})" for path, files in sorted(used.items(), key=_most_used)]
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return Group(
        kind=KIND,
        things=(thing,),
        evidence=(
            Evidence(
                KIND,
                f"`{thing.path}` is imported by {len(used)} paths: "
                f"{', '.join(listed[:_SHOWN])}{more}",
            ),
        ),
        confidence=Confidence.LIKELY if renamed or len(through) >= 3 else Confidence.POSSIBLE,
        subject=tuple(
            sorted(
                {path.rpartition(".")[2] for path in used}, key=lambda each: (each[0] == "_", each)
            )
        ),
        ends_in=thing.path,
        detours=frozenset(
            file
            for (module, name), files in paths.items()
            if f"{module}.{name}" in strange
            for file in files
        ),
    )


def _most_used(item: tuple[str, list[int]]) -> tuple[int, str]:
    return -len(item[1]), item[0]


def _is_expected(path: str, thing: Thing) -> bool:
    """Whether a path goes through the thing's own module, or a package around it: by what name
    it is to be imported is theirs to say."""
    module = path.rpartition(".")[0]
    return thing.module == module or thing.module.startswith(module + ".")


def _is_by_product(landscape: Landscape, path: str, files: list[int]) -> bool:
    """Whether a module only uses what one other file takes from it."""
    module = landscape.by_name.get(path.rpartition(".")[0])
    is_small = module is not None and not module.classes and not module.functions
    return len(files) < 2 and not is_small


def _stand_ins(landscape: Landscape) -> Iterator[Group]:
    of: dict[int, list[Inventoried]] = {}
    for module in landscape.product:
        target = _stands_for(landscape, module)
        if target is not None:
            of.setdefault(target, []).append(module)
    for target, modules in sorted(of.items()):
        if target in landscape.modules:
            yield from _group(landscape, landscape.modules[target], modules)


def _stands_for(landscape: Landscape, module: Inventoried) -> int | None:
    """The one module that a module hands on, having nothing of its own."""
    has_own = module.classes or module.functions or module.sets or module.texts
    if has_own or module.values or len(module.takes_from) > 1:
        return None
    if len(module.stands_for) == 1:
        target = module.stands_for[0]
    elif len(module.takes_from) == 1 and not module.is_package:
        target = module.takes_from[0]
    else:
        return None
    home = landscape.modules.get(target)
    if home is None or home.module.startswith(module.module + "."):
        return None
    # `decimal` is the face of `_pydecimal`: nobody is meant to import what is behind it.
    is_face = _last(home.module).startswith("_") and not _last(module.module).startswith("_")
    return None if is_face else target


def _group(
    landscape: Landscape, target: Inventoried, modules: list[Inventoried]
) -> Iterator[Group]:
    # A module that holds one class is that class.
    public = [each for each in target.classes if not each.name.startswith("_")]
    home = (
        landscape.class_thing(target, public[0])
        if len(public) == 1
        else landscape.module_thing(target)
    )
    used = []
    for module in modules:
        through = landscape.handed_on(module, target)
        if through.production or len(through.tests) >= 2:
            used.append((landscape.module_thing(module), through))
    if not used:
        return
    straight = landscape.through(target)
    is_mixed = bool(straight.production) and any(each.production for _, each in used)
    yield Group(
        kind=KIND,
        things=(home, *(thing for thing, _ in used)),
        evidence=tuple(
            Evidence(
                KIND,
                f"`{thing.module}` only stands for `{target.module}`: "
                f"{len(through.production)} modules of the product import through it, "
                f"{len(straight.production)} directly",
            )
            for thing, through in used
        ),
        confidence=Confidence.CERTAIN
        if is_mixed and any(_last(target.module) == each.name for each, _ in used)
        else Confidence.LIKELY
        if is_mixed
        else Confidence.POSSIBLE,
        subject=(home.name,) if home.qualname else (),
        ends_in=home.path,
    )


def _last(path: str) -> str:
    return path.rpartition(".")[2]
