"""See `unresolved_import.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Import, Place, Site
from pluribus.findings import Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.subject import Subject


@rule(
    name="unresolved-import",
    family="imports",
    summary="an import of the concept names a module or name that does not exist",
    severity=Severity.ERROR,
    needs_owner=False,
)
def unresolved_import(subject: Subject) -> Iterator[Violation]:
    missing = missing_of(subject)
    asked = sorted({(each.canonical, each.name) for each in missing})
    nearest = dict(zip(asked, subject.codebase.nearest(asked), strict=True))
    for imports in _by_statement(missing):
        each = imports[0]
        yield Violation(
            site=each.site,
            message=_message(imports),
            hint=_hint(subject, each, nearest.get((each.canonical, each.name), [])),
            severity=_severity(each.site),
            key=(each.site.place.path, each.site.scope, *(part.path for part in imports)),
        )


def missing_of(subject: Subject) -> list[Import]:
    """The imports of the concept that lead nowhere."""
    factories = (factory.rpartition(":")[2] for factory in subject.concept.factories)
    return subject.codebase.missing_imports(
        modules=sorted(subject.allowed),
        packages=(subject.owner_module, *subject.concept.legacy_paths),
        names=sorted({*subject.public_names, *factories}),
        globs=subject.concept.rivals.names,
    )


def _by_statement(missing: list[Import]) -> list[list[Import]]:
    """One group a missing name, and one for all that a statement wants of a missing module."""
    groups: dict[tuple[Place, str], list[Import]] = {}
    for each in missing:
        name = each.name if each.target.kind == "missing-name" else ""
        groups.setdefault((each.statement, f"{each.written}.{name}"), []).append(each)
    return list(groups.values())


def _message(imports: list[Import]) -> str:
    each = imports[0]
    match each.target.kind:
        case "missing-name":
            return f"`{each.written}` does not define `{each.name}`"
        case "missing-module" if each.module_target.kind == "module":
            return f"`{each.written}` takes `{each.name}` from a module that does not exist"
        case "beyond-root":
            return f"`{each.written}` leaves the code base"
        case _:
            wanted = (
                f", from which `{each.name}` is imported" if each.name not in ("", "*") else ""
            )
            return f"there is no module `{each.written}`{wanted}"


def _hint(subject: Subject, each: Import, nearest: list[str]) -> str:
    if each.name in ("", "*"):
        return f"import `{subject.concept.allowed_paths[0]}`, or remove the import"
    if nearest:
        return "did you mean " + " or ".join(f"`{name}`" for name in nearest) + "?"
    return f"import what it should be from `{subject.concept.allowed_paths[0]}`, or remove it"


def _severity(site: Site) -> Severity:
    if site.type_checking:
        return Severity.NOTE
    return Severity.WARNING if site.guarded else Severity.ERROR
