"""See `legacy_import.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Import, Place
from pluribus.findings import Severity
from pluribus.rules.base import Violation, chain_evidence, quoted, rule
from pluribus.rules.subject import Subject, is_inside


@rule(
    name="legacy-import",
    family="imports",
    summary="an import goes through a path that the contract declares legacy",
    severity=Severity.WARNING,
    needs_owner=False,
)
def legacy_import(subject: Subject) -> Iterator[Violation]:
    statements: dict[tuple[Place, str], list[Import]] = {}
    for each in subject.imports:
        path = subject.legacy_path_of(each)
        # What lies inside a legacy path may use it: it goes when the path goes.
        if path is not None and not (
            is_inside(each.site.module, path) or _offers_owner(subject, each, path)
        ):
            statements.setdefault((each.statement, path), []).append(each)
    for (_, path), imports in statements.items():
        first = imports[0]
        names = [each.name or each.written for each in imports]
        names_module = first.name != "" and not is_inside(first.canonical, path)
        yield Violation(
            site=first.site,
            place=first.site.place if names_module or not first.name else first.module_place,
            message=f"legacy path `{path}` is imported"
            + _for_names([] if names_module or not first.name else names),
            hint=_hint(subject, imports),
            severity=Severity.NOTE if first.site.type_checking else Severity.WARNING,
            evidence=chain_evidence(
                list(
                    dict.fromkeys(
                        [first.path, *(hop.path for hop in first.chain), first.target.name]
                    )
                )
                if subject.reaches_owner(first)
                else []
            ),
            key=(first.site.place.path, first.site.scope, path, *names),
        )


def _offers_owner(subject: Subject, found: Import, path: str) -> bool:
    """Whether an allowed module takes it from where the owner is: there is no other way."""
    return is_inside(subject.owner_module, path) and found.site.module in subject.allowed


def _for_names(names: list[str]) -> str:
    return f" for {quoted(names)}" if names else ""


def _hint(subject: Subject, imports: list[Import]) -> str:
    moved = [
        subject.concept.moved[key]
        for each in imports
        if (key := f"{each.written}:{each.name}") in subject.concept.moved
    ]
    if moved:
        return f"import {quoted(moved)}"
    return f"import from `{subject.concept.allowed_paths[0]}`"
