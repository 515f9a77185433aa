"""Which places the findings of a check ask to be mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pluribus.codebase import Import, String
from pluribus.findings import Finding
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.decision import Claim
from pluribus.remedy.planning import Claims
from pluribus.rules import Subject
from pluribus.rules.imports.unresolved_import import missing_of

IsAccepted = Callable[[str, Subject, str], bool]
"""Whether a rule is silent for a concept in a file."""


def claims_of(
    atlas: Atlas,
    subjects: Sequence[Subject],
    findings: Sequence[Finding],
    *,
    is_accepted: IsAccepted,
) -> Claims:
    """The names of imports, and the strings, that findings are about."""
    imports: dict[tuple[str, int], tuple[Subject, list[str]]] = {}
    strings: dict[tuple[str, int], tuple[Subject, String, list[str]]] = {}
    for subject in subjects:
        for finding in findings:
            if finding.concept != subject.concept.name:
                continue
            for found in _imports(subject, finding, is_accepted):
                place = found.site.place
                known = imports.setdefault((place.path, place.start), (subject, []))
                known[1].append(finding.id)
            if finding.rule == "legacy-string":
                for string in subject.legacy_strings:
                    place = string.site.place
                    if place.location() == finding.location:
                        key = place.path, place.start
                        strings.setdefault(key, (subject, string, []))[2].append(finding.id)
    atlas.load(sorted({path for path, _ in (*imports, *strings)}))
    aliases = {}
    for (path, start), (subject, ids) in imports.items():
        script = atlas.scripts.get(path)
        for index, alias in enumerate(script.aliases if script else ()):
            if alias.found.site.place.start == start:
                aliases[path, index] = Claim(subject, tuple(dict.fromkeys(ids)))
    claimed = [
        (string, Claim(subject, tuple(dict.fromkeys(ids))))
        for subject, string, ids in strings.values()
    ]
    return Claims(aliases, claimed)


def _imports(subject: Subject, finding: Finding, is_accepted: IsAccepted) -> Iterator[Import]:
    path = finding.location.path
    match finding.rule:
        case "legacy-import":
            for each in _beside(subject.imports_by_file.get(path, ()), finding):
                if subject.legacy_path_of(each) == finding.key[2]:
                    yield each
        case "unresolved-import":
            missing = [each for each in missing_of(subject) if each.site.place.path == path]
            yield from _beside(missing, finding)
        case "dual-import":
            for each in subject.imports_by_file.get(path, ()):
                through = subject.path_of(each)
                if through is not None and through not in subject.allowed:
                    yield each
        case "fragmented-path":
            for each in subject.imports:
                offered = f"{each.canonical}.{each.name}"
                here = each.site.place.path
                if offered == finding.key[0] and subject.reaches_owner(each) and here != path:
                    if not is_accepted("fragmented-path", subject, here):
                        yield each


def _beside(imports: Sequence[Import], finding: Finding) -> list[Import]:
    """Those of the statement in which a finding stands."""
    statements = {
        each.statement
        for each in imports
        if finding.location in (each.site.place.location(), each.module_place.location())
    }
    return [each for each in imports if each.statement in statements]
