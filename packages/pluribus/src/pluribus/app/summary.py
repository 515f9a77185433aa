"""What a report says of each concept as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fnmatch import fnmatchcase

from pluribus.codebase import Binding, Definition
from pluribus.findings import (
    ConceptSummary,
    Finding,
    Matrix,
    MatrixClass,
    MatrixRow,
    OwnerPath,
    Tally,
)
from pluribus.rules import Subject
from pluribus.rules.comparing import signature_of
from pluribus.rules.imports.fragmented_path import reexport_reason
from pluribus.rules.role import interface_of, methods_of
from pluribus.rules.subject import is_inside


def summary_of(subject: Subject) -> ConceptSummary:
    concept = subject.concept
    owner = subject.owner
    module = None if owner else subject.codebase.module(subject.owner_module)
    place = owner.site.place if owner else (module.first if module else None)
    return ConceptSummary(
        name=concept.name,
        owner=concept.owner,
        location=place.location() if place else None,
        summary=concept.summary,
        impact=concept.impact,
        risk=concept.risk,
        paths=tuple(sorted(_paths(subject))),
        empty=_empty(subject),
        matrix=_matrix(subject),
    )


def _matrix(subject: Subject) -> Matrix | None:
    """The interface of a class, as the owner and each of its rivals have it."""
    owner = subject.owner_class
    if owner is None:
        return None
    classes = [owner, *(each.found for each in subject.rivals)]
    methods = [methods_of(subject, each) for each in classes]
    return Matrix(
        classes=tuple(
            MatrixClass(each.definition.path, each.definition.site.place.location())
            for each in classes
        ),
        rows=tuple(
            MatrixRow(name, tuple(_cell(has.get(name)) for has in methods))
            for name in sorted(interface_of(subject))
        ),
    )


def _cell(method: Definition | None) -> str:
    if method is None:
        return ""
    signature = str(signature_of(method, on_object=True)).removeprefix(method.qualname)
    return f"async {signature}" if method.is_async else signature


def _paths(subject: Subject) -> list[OwnerPath]:
    """Every dotted path under which the owner can be imported, with its chain."""
    paths = [_path(subject, each) for each in subject.offers]
    owner = subject.owner
    if owner is not None:
        own = f"{owner.site.module}.{owner.qualname}"
        place = owner.site.place.location()
        paths.append(OwnerPath(own, "owner", (own,), place, _importers(subject, own)))
    return paths


def _path(subject: Subject, each: Binding) -> OwnerPath:
    importers = _importers(subject, each.path)
    if each.site.module in subject.allowed:
        kind = "allowed"
    elif each.site.module in subject.concept.legacy_paths:
        kind = "legacy"
    else:
        kind = "import" if reexport_reason(each, importers) is None else "re-export"
    owner = subject.keep.replace(":", ".")
    chain = tuple(dict.fromkeys((each.path, *(hop.path for hop in each.chain), owner)))
    return OwnerPath(each.path, kind, chain, each.site.place.location(), importers)


def _importers(subject: Subject, path: str) -> int:
    return len(subject.importers.get(path, ()))


def _empty(subject: Subject) -> tuple[str, ...]:
    """Declared legacy paths and rival patterns at which nothing is left."""
    concept = subject.concept
    imported = {subject.legacy_path_of(each) for each in subject.imports}
    gone = [
        f"legacy path {path}"
        for path in concept.legacy_paths
        if path not in imported
        and not subject.codebase.has_module(path)
        and not any(
            is_inside(each.text.partition(":")[0], path) for each in subject.legacy_strings
        )
    ]
    names = [each.definition.name for each in subject.candidates]
    unmatched = [
        f"rivals named {pattern}"
        for pattern in concept.rivals.names
        if not any(fnmatchcase(name, pattern) for name in names)
    ]
    return (*gone, *unmatched)


def tallies(findings: Sequence[Finding]) -> tuple[Tally, ...]:
    """One row a concept, phase and rule."""
    groups: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[(finding.concept, finding.phase, finding.rule)].append(finding)
    return tuple(
        Tally(
            concept=concept,
            phase=phase,
            rule=rule,
            severity=max((each.severity for each in group), key=lambda each: each.rank),
            production=sum(not each.in_tests for each in group),
            tests=sum(each.in_tests for each in group),
            files=len({each.location.path for each in group}),
        )
        for (concept, phase, rule), group in sorted(groups.items())
    )
