"""See `shadowed_definition.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from pluribus.codebase import Definition, Rebound
from pluribus.findings import Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.subject import Subject

# Decorators by which several definitions of one name make one object.
_JOINED = (
    "overload",
    "setter",
    "getter",
    "deleter",
    "register",
    "dispatch",
    "multimethod",
    "command",
)


@rule(
    name="shadowed-definition",
    family="implementations",
    summary="the owner, its protocol or a factory is defined twice, the later silently winning",
    severity=Severity.ERROR,
)
def shadowed_definition(subject: Subject) -> Iterator[Violation]:
    parts = {each.handle: each for each in _parts(subject)}
    modules = sorted({each.site.module for each in parts.values()})
    for module in modules:
        named = {
            (each.site.scope, each.name) for each in parts.values() if each.site.module == module
        }
        classes = {
            each.qualname
            for each in parts.values()
            if each.site.module == module and each.kind == "class"
        }
        groups: dict[tuple[str, str], list[Rebound]] = defaultdict(list)
        for row in subject.codebase.rebound(module):
            key = (row.site.scope, row.name)
            if key in named or row.site.scope in classes:
                groups[key].append(row)
        for (scope, name), rows in groups.items():
            yield from _shadowed(f"{module}:{scope + '.' if scope else ''}{name}", rows)


def _parts(subject: Subject) -> Iterator[Definition]:
    yield from (each for each in (subject.owner, subject.protocol) if each is not None)
    yield from subject.factories


def _shadowed(path: str, rows: list[Rebound]) -> Iterator[Violation]:
    for earlier, later in pairwise(rows):
        if earlier.kind not in ("class", "function") or not _hides(earlier, later):
            continue
        yield Violation(
            site=later.site,
            message=f"`{path}` is defined again here: the one before it is never seen",
            hint="keep one of the two, under one name",
            related=(earlier.site.place.location("defined first here"),),
            key=(path, later.kind),
        )


def _hides(earlier: Rebound, later: Rebound) -> bool:
    if later.kind in ("none", "other") or later.wraps_itself:
        return False
    # A class that is registered somewhere takes nothing over from the one before it.
    joined = (earlier,) if later.kind == "class" else (earlier, later)
    if any(_joins(name) for row in joined for name in row.decorators):
        return False
    # `@name.anything` is looked up before the name is bound anew: the earlier one lives on in it.
    if any(name.startswith(f"{later.name}.") for name in later.decorators):
        return False
    # Under no condition that the earlier one is not under too.
    return later.branches == earlier.branches[: len(later.branches)]


def _joins(decorator: str) -> bool:
    return decorator.replace("()", "").rpartition(".")[2] in _JOINED
