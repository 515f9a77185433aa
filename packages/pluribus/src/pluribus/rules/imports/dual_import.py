"""See `dual_import.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pluribus.codebase import Import
from pluribus.findings import Evidence, Severity
from pluribus.rules.base import Violation, quoted, rule
from pluribus.rules.subject import Subject


@rule(
    name="dual-import",
    family="imports",
    summary="a file imports through two or more of a concept's modules",
    severity=Severity.ERROR,
    needs_owner=False,
)
def dual_import(subject: Subject) -> Iterator[Violation]:
    for path, imports in subject.imports_by_file.items():
        uses = [(module, each) for each in imports if (module := subject.path_of(each))]
        modules = sorted({module for module, _ in uses})
        if len(modules) < 2 or _are_all_allowed(subject, modules, uses):
            continue
        stray = [use for use in uses if use[0] not in subject.allowed] or [
            use for use in uses if use[0] != subject.owner_module
        ]
        first = stray[0][1]
        others = [(module, each) for module, each in uses if each is not first]
        shared = [module for module in modules if module != subject.owner_module]
        is_one_object = all(subject.is_one_object_with_owner(module) for module in shared)
        what = (
            f"`{subject.concept.name}` is imported through {len(modules)} modules"
            f" ({quoted(modules)})"
        )
        if is_one_object:
            what += " that are one module object"
        yield Violation(
            site=first.site,
            message=what,
            hint=f"import it through `{min(subject.allowed)}` alone, and keep `{subject.keep}`"
            if len(subject.allowed) == 1
            else f"keep one of {quoted(sorted(subject.allowed))}",
            severity=Severity.WARNING if is_one_object else Severity.ERROR,
            related=tuple(
                each.site.place.location(f"through `{module}`") for module, each in others
            ),
            evidence=tuple(_says(subject, module, each) for module, each in uses),
            key=(path, *modules),
        )


def _are_all_allowed(
    subject: Subject, modules: Sequence[str], uses: Sequence[tuple[str, Import]]
) -> bool:
    """Allowed modules may each bring something of their own: the class, the factory."""
    if not subject.allowed.issuperset(modules):
        return False
    brought: dict[str, str] = {}
    for module, each in uses:
        other = brought.setdefault(each.target.name or each.path, module)
        if other != module:
            return False
    return True


def _says(subject: Subject, module: str, each: Import) -> Evidence:
    name = f"{module}.{each.name}" if each.name else each.written
    return Evidence(name, _reach(subject, each))


def _reach(subject: Subject, each: Import) -> str:
    if subject.reaches_owner(each):
        hops = [hop.path for hop in each.chain]
        through = f" through {' -> '.join(hops)}" if hops else ""
        return f"reaches the owner{through}"
    match each.target.kind:
        case "definition":
            return f"reaches another definition, {each.target.name}"
        case "module":
            return f"the module {each.target.name}"
        case "external" | "unknown":
            return f"not known: {each.target.name or 'it comes from outside'}"
        case _:
            return "reaches nothing: it does not exist"
