"""See `rival_factory.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pluribus.codebase import Definition, Site
from pluribus.findings import Confidence, Severity
from pluribus.rules.base import Violation, quoted, rule
from pluribus.rules.subject import Subject, is_inside

_MOST_CALLS = 4
"""As many calls may lie between a factory and a part of it."""


@rule(
    name="rival-factory",
    family="isolation",
    summary="another function makes the owner beside the declared factories",
    severity=Severity.ERROR,
)
def rival_factory(subject: Subject) -> Iterator[Violation]:
    if subject.owner_class is None or not subject.factories:
        return
    owner = subject.owner_class.definition
    home = [_home(each) for each in (owner, *subject.factories)]
    found = {
        each.definition.handle: each
        for each in subject.codebase.makers([owner.handle])
        if not each.definition.site.is_test
        and not _is_within(each.definition.site.module, each.definition.qualname, home)
        and not any(name.endswith("fixture") for name in each.definition.decorators)
    }
    parts = _parts(subject, found, home)
    for each in (each for handle, each in found.items() if handle not in parts):
        made = each.definition
        yield Violation(
            site=made.site,
            message=f"`{made.path}` makes `{subject.keep}` and returns it, beside its factory",
            hint=f"call {quoted(subject.concept.factories)}, or declare it as a factory",
            confidence=Confidence.CERTAIN if each.is_certain else Confidence.LIKELY,
            related=(owner.site.place.location("the owner"),),
            key=(made.path, subject.keep),
        )


def _home(each: Definition) -> tuple[str, str]:
    return each.site.module, each.qualname


def _is_within(module: str, qualname: str, home: list[tuple[str, str]]) -> bool:
    """Whether a definition is one of these, or lies in one."""
    return any(module == at and is_inside(qualname, name) for at, name in home)


def _parts(subject: Subject, found: Iterable[int], home: list[tuple[str, str]]) -> set[int]:
    """Those of these functions that only the factories, the owner or other such parts call."""
    callers: dict[int, set[tuple[str, str]]] = {}
    asked = set(found)
    for _ in range(_MOST_CALLS):
        outside = set()
        for target, site in _calls(subject, asked):
            place = (site.module, site.scope)
            callers.setdefault(target, set()).add(place)
            if site.scope and not _is_within(*place, home):
                outside.add(place)
        handles = {subject.codebase.handle(module, scope) for module, scope in outside}
        asked = {handle for handle in handles if handle is not None} - callers.keys()
    parts: set[int] = set()
    while True:
        homes = [*home, *(_home(subject.codebase.definition(handle)) for handle in parts)]
        more = {
            handle
            for handle, places in callers.items()
            if all(_is_within(*place, homes) for place in places)
        }
        if more == parts:
            return parts
        parts = more


def _calls(subject: Subject, handles: set[int]) -> Iterator[tuple[int, Site]]:
    """Calls of functions and methods outside tests."""
    codebase = subject.codebase
    if not handles:
        return
    classes = {
        codebase.handle(each.site.module, each.qualname.rpartition(".")[0])
        for each in map(codebase.definition, handles)
        if "." in each.qualname
    }
    known = sorted(handle for handle in classes if handle is not None)
    # By the name of its class a method is called too.
    for call in codebase.calls(sorted({*handles, *known})):
        if call.target in handles and not call.site.is_test:
            yield call.target, call.site
    for found in codebase.method_calls(known) if known else ():
        target = found.target
        if target is not None and target in handles and not found.site.is_test:
            yield target, found.site
