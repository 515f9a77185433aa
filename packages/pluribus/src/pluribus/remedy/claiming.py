"""Which places the findings of a check ask to be mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pluribus.codebase import Import, Place, String
from pluribus.findings import Finding
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.deciding import Claims
from pluribus.remedy.decision import Claim
from pluribus.rules import Subject
from pluribus.rules.imports.unresolved_import import missing_of
from pluribus.rules.subject import is_inside

IsAccepted = Callable[[str, Subject, str], bool]
"""Whether a rule is silent for a concept in a file."""


def claims_of(
    atlas: Atlas,
    subjects: Sequence[Subject],
    findings: Sequence[Finding],
    *,
    found: Sequence[Finding],
    is_accepted: IsAccepted,
) -> Claims:
    """The names of imports, and the strings, that findings are about.

    Args:
        atlas: The code base.
        subjects: Its concepts.
        findings: What is to be mended.
        found: All that was found.
        is_accepted: Says where the contract silences a rule.
    """
    imports: dict[tuple[str, int], dict[str, Subject]] = {}
    asked_by: dict[tuple[str, int], list[str]] = {}
    strings: dict[tuple[str, int], tuple[Subject, String, list[str]]] = {}
    for subject in subjects:
        kept = _kept(subject, found)
        asks_missing = any(each.rule == "unresolved-import" for each in findings)
        missing = missing_of(subject) if asks_missing else []
        for finding in findings:
            if finding.concept != subject.concept.name:
                continue
            for each in _imports(subject, finding, missing, is_accepted):
                place = each.site.place
                if finding.rule == "dual-import" and place in kept:
                    continue
                key = place.path, place.start
                imports.setdefault(key, {})[subject.concept.name] = subject
                asked_by.setdefault(key, []).append(finding.id)
            if finding.rule == "legacy-string":
                for string in subject.legacy_strings:
                    place = string.site.place
                    if place.location() == finding.location:
                        key = place.path, place.start
                        strings.setdefault(key, (subject, string, []))[2].append(finding.id)
    atlas.load(sorted({path for path, _ in (*imports, *strings)}))
    aliases = {}
    for (path, start), takers in imports.items():
        ids = tuple(dict.fromkeys(asked_by[path, start]))
        script = atlas.scripts.get(path)
        for index, alias in enumerate(script.aliases if script else ()):
            if alias.found.site.place.start == start:
                atlas.claimed.setdefault(path, set()).add(alias.found.statement.start)
                aliases[path, index] = tuple(Claim(each, ids) for each in takers.values())
    claimed = [
        (string, Claim(subject, tuple(dict.fromkeys(ids))))
        for subject, string, ids in strings.values()
    ]
    named = {subject.concept.name: subject for subject in subjects}
    whole = [
        (each, named[each.concept])
        for each in findings
        if each.rule in ("fragmented-path", "facade")
    ]
    facades = frozenset(
        each.key[1]
        for each in found
        if each.rule == "facade" and each.key[0] == "module" and each.concept in named
        if any(is_inside(each.key[1], path) for path in named[each.concept].concept.legacy_paths)
    )
    return Claims(aliases, claimed, whole, facades)


def _kept(subject: Subject, found: Sequence[Finding]) -> set[Place]:
    """Imports of legacy paths that a comment or the contract accepts."""
    legacy = {
        each.site.place for each in subject.imports if subject.legacy_path_of(each) is not None
    }
    for finding in found:
        if finding.rule == "legacy-import" and finding.concept == subject.concept.name:
            beside = _beside(subject.imports_by_file.get(finding.location.path, ()), finding)
            legacy -= {each.site.place for each in beside}
    return legacy


def _imports(
    subject: Subject, finding: Finding, missing: Sequence[Import], is_accepted: IsAccepted
) -> Iterator[Import]:
    path = finding.location.path
    match finding.rule:
        case "legacy-import":
            for each in _beside(subject.imports_by_file.get(path, ()), finding):
                if subject.legacy_path_of(each) == finding.key[2]:
                    yield each
        case "unresolved-import":
            yield from _beside([each for each in missing if each.site.place.path == path], finding)
        case "dual-import":
            for each in subject.imports_by_file.get(path, ()):
                through = subject.path_of(each)
                if through is not None and through not in subject.allowed:
                    yield each
        case "fragmented-path":
            for each in subject.imports:
                offered = f"{each.canonical}.{each.name}"
                here = each.site.place.path
                is_importer = offered == finding.key[0] and here != path
                if (
                    is_importer
                    and subject.reaches_owner(each)
                    and not is_accepted("fragmented-path", subject, here)
                ):
                    yield each


def _beside(imports: Sequence[Import], finding: Finding) -> list[Import]:
    """Those of the statement in which a finding stands."""
    statements = {
        each.statement
        for each in imports
        if finding.location in (each.site.place.location(), each.module_place.location())
    }
    return [each for each in imports if each.statement in statements]
