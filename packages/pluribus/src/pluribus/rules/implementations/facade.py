"""See `facade.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Binding, Module
from pluribus.findings import Evidence, Severity
from pluribus.rules.base import Violation, quoted, rule
from pluribus.rules.kinship import forwarded_methods
from pluribus.rules.subject import Subject, is_inside

# What a module may import or call and still do nothing of its own.
_PLUMBING = {
    "__future__",
    "typing",
    "typing_extensions",
    "warnings",
    "logging",
    "importlib",
    "sys",
}
_PLUMBING_CALLS = (
    "warn",
    "warn_deprecated",
    "debug",
    "info",
    "warning",
    "getLogger",
    "setdefault",
)


@rule(
    name="facade",
    family="implementations",
    summary="a module or class only forwards to the owner",
    severity=Severity.WARNING,
)
def facade(subject: Subject) -> Iterator[Violation]:
    yield from _modules(subject)
    yield from _classes(subject)
    yield from _functions(subject)


def _modules(subject: Subject) -> Iterator[Violation]:
    by_module: dict[str, list[Binding]] = {}
    for each in subject.offers:
        by_module.setdefault(each.site.module, []).append(each)
    others = sorted(by_module.keys() - subject.allowed)
    for name in subject.codebase.bare_modules(others):
        offers = by_module[name]
        module = subject.codebase.module(name)
        if module is None or not only_forwards(subject, module, offers):
            continue
        first = offers[0]
        replaced = module.replaced_by
        what = (
            f"module `{name}` puts `{replaced[0]}` in its place: both names are one module object"
            if replaced
            else f"module `{name}` only hands `{subject.keep}` on: two paths to one object"
        )
        importers = set().union(
            *(subject.importers.get(each.path, set()) - {first.site.place.path} for each in offers)
        )
        yield Violation(
            site=first.site,
            place=replaced[1] if replaced else None,
            message=what,
            hint=f"let its importers use `{subject.concept.allowed_paths[0]}`, then remove it",
            evidence=(
                Evidence("offers", ", ".join(sorted({each.name for each in offers}))),
                Evidence("imported by", f"{len(importers)} files"),
            ),
            key=("module", name),
        )


def only_forwards(subject: Subject, module: Module, offers: list[Binding]) -> bool:
    """Whether nothing stands in a module but ways to the concept."""
    if module.replaced_by is not None:
        return True
    if all(each.name.startswith("_") for each in offers):
        return False
    forwarded = {each.name for each in offers}
    known = {"__all__", "__getattr__", "__dir__", "logger", "log", "_logger", "__version__"}
    aliases = {own.name for own in module.own if own.kind == "alias"}
    handed_on = known | forwarded | aliases | {each.name for each in module.imported}
    for own in module.own:
        is_table = module.has_getattr and own.name.startswith("_")
        if own.name not in handed_on and not is_table:
            return False
    calls_plumbing = all(call.rpartition(".")[2] in _PLUMBING_CALLS for call in module.calls)
    return (
        calls_plumbing
        and _is_mostly_of_concept(subject, module, forwarded)
        and _is_offered(subject, module, offers)
    )


def _is_mostly_of_concept(subject: Subject, module: Module, forwarded: set[str]) -> bool:
    """A package's face may hand on much else; a facade hands on the concept, and little else."""
    of_concept = others = 0
    for each in module.imported:
        paths = (each.written, each.target.name.partition(":")[0])
        declared = subject.declared_modules
        if each.name in forwarded or any(is_inside(p, m) for p in paths for m in declared):
            of_concept += 1
        elif each.written.partition(".")[0] not in _PLUMBING:
            others += 1
    return others == 0 if module.is_package else others < max(of_concept, 1)


def _is_offered(subject: Subject, module: Module, offers: list[Binding]) -> bool:
    """A script that only imports hands nothing on."""
    return any(
        each.kind != "import"
        or each.exported
        or each.redundant
        or each.uses == 0
        or subject.importers.get(each.path)
        for each in offers
    ) and not (module.is_package and len(module.imported) > len(offers))


def _classes(subject: Subject) -> Iterator[Violation]:
    if subject.owner_class is None:
        return
    makers = (*subject.handles, *(factory.handle for factory in subject.factories))
    for each in subject.codebase.holders(makers):
        if each.definition.handle in subject.handles:
            continue
        forwarded = forwarded_methods(subject, each)
        if forwarded is None:
            continue
        yield Violation(
            site=each.definition.site,
            message=f"class `{each.definition.path}` only forwards to `{subject.keep}`: "
            "two objects for one job",
            hint="let its users take the owner itself, then remove it",
            evidence=(Evidence("forwards", ", ".join(forwarded) or "every attribute"),),
            key=("class", each.definition.path),
        )


def _functions(subject: Subject) -> Iterator[Violation]:
    owner = subject.owner
    if owner is None or owner.kind != "function":
        return
    calls = {
        (call.site.place.path, call.site.scope) for call in subject.codebase.calls([owner.handle])
    }
    scopes = {scope for _, scope in calls}
    for each in subject.codebase.functions(names=sorted(scopes)):
        is_caller = (each.site.place.path, each.qualname) in calls
        if not is_caller or each.body != "forward" or each.site.is_test:
            continue
        yield Violation(
            site=each.site,
            message=f"function {quoted([each.path])} only forwards to `{subject.keep}`",
            hint="let its callers call the owner, then remove it",
            key=("function", each.path),
        )
