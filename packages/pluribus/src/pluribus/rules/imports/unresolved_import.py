"""See `unresolved_import.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Import, Site
from pluribus.findings import Confidence, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.subject import Subject


@rule(
    name="unresolved-import",
    family="imports",
    summary="an import of the concept names a module or name that does not exist",
    severity=Severity.ERROR,
)
def unresolved_import(subject: Subject) -> Iterator[Violation]:
    factories = (factory.rpartition(":")[2] for factory in subject.concept.factories)
    names = {*subject.public_names, *factories}
    missing = subject.codebase.missing_imports(
        modules=sorted(subject.allowed),
        packages=(subject.owner_module, *subject.concept.legacy_paths),
        names=sorted(names),
        globs=subject.concept.rivals.names,
    )
    asked = sorted({(each.canonical, each.name) for each in missing})
    nearest = dict(zip(asked, subject.codebase.nearest(asked), strict=True))
    for each in missing:
        yield Violation(
            site=each.site,
            message=_message(each),
            hint=_hint(subject, each, nearest.get((each.canonical, each.name), [])),
            severity=_severity(each.site),
            confidence=Confidence.CERTAIN,
            key=(each.site.place.path, each.site.scope, each.path),
        )


def _message(each: Import) -> str:
    match each.target.kind:
        case "missing-name":
            return f"`{each.written}` does not define `{each.name}`"
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
