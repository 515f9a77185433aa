"""What SARIF says of the rules, and of what kept a check from being complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from pluribus.findings import Completeness, FileNote, Report, RuleText, Severity
from pluribus.reports import _sarif_shape as sarif
from pluribus.reports._sarif_places import at
from pluribus.reports.wording import sentence

Kinds = Mapping[str, tuple[str, str]]
"""What can be told besides findings: a sentence, and what it means."""

_GAPS: Final[Kinds] = MappingProxyType(
    {
        "not-parsed": ("A file could not be read.", "Nothing is known of what it holds."),
        "recovered": (
            "A file has syntax errors.",
            "What could be read of it was judged; the rest is not known.",
        ),
        "not-run": (
            "A rule could not be run for a concept.",
            "The message says what the contract or the code base lacks for it.",
        ),
        "left-out": (
            "Findings were left out of this file.",
            "What reads it takes no more; the worst are there.",
        ),
        "nothing-checked": (
            "There was nothing to check.",
            "No concept is declared, no rule was run, or no file was seen.",
        ),
    }
)

_PROBLEM: Final[Mapping[Severity, str]] = MappingProxyType(
    {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
)
"""The words of GitHub."""


def rule_names(report: Report) -> list[str]:
    """The rules that ran, then the others that are named; their indexes are those of `rules`."""
    others = {each.rule for each in report.findings}
    others |= {each.rule for each in report.completeness.not_run}
    return list(dict.fromkeys([*report.rules, *sorted(others)]))


def rules(report: Report) -> tuple[sarif.Descriptor, ...]:
    """Describe every rule, those without a text by their names alone."""
    texts = {each.name: each for each in report.texts}
    return tuple(
        described(texts[name]) if name in texts else sarif.Descriptor(id=name)
        for name in rule_names(report)
    )


def notification_kinds(kinds: Kinds = _GAPS) -> tuple[sarif.Descriptor, ...]:
    """Describe what notifications can be about."""
    return tuple(
        sarif.Descriptor(
            id=name,
            name=_pascal(f"notice-{name}"),
            short_description=sarif.Message(text=short),
            full_description=sarif.Message(text=f"{short} {more}"),
            help=sarif.Message(text=more),
        )
        for name, (short, more) in kinds.items()
    )


def gaps(report: Report, folder: str) -> Iterator[sarif.Notification]:
    """Tell of each file that was not read whole, and of each rule that was not run."""
    completeness = report.completeness
    if not (report.rules and report.concepts and completeness.files.seen):
        yield notification("nothing-checked", " ".join(_GAPS["nothing-checked"]), level="error")
    yield from _files("not-parsed", completeness.not_parsed, folder)
    yield from _files("recovered", completeness.recovered, folder)
    yield from _not_run(completeness, rule_names(report))


def notification(
    kind: str,
    text: str,
    *,
    level: sarif.Level = "warning",
    place: sarif.Location | None = None,
    rule: sarif.Reference | None = None,
    kinds: Kinds = _GAPS,
) -> sarif.Notification:
    """Tell of something that is no finding."""
    return sarif.Notification(
        descriptor=sarif.Reference(id=kind, index=list(kinds).index(kind)),
        level=level,
        message=sarif.Message(text=text),
        locations=(place,) if place else (),
        associated_rule=rule,
    )


def _files(kind: str, notes: tuple[FileNote, ...], folder: str) -> Iterator[sarif.Notification]:
    for note in sorted(notes):
        place = sarif.Location(physical_location=at(folder + note.path))
        yield notification(kind, sentence(f"{note.path}: {note.reason}"), place=place)


def _not_run(completeness: Completeness, names: list[str]) -> Iterator[sarif.Notification]:
    for each in sorted(completeness.not_run):
        yield notification(
            "not-run",
            sentence(f"{each.rule} for {each.concept}: {each.reason}"),
            level="note",
            rule=sarif.Reference(id=each.rule, index=names.index(each.rule)),
        )


def described(text: RuleText) -> sarif.Descriptor:
    """A rule with all that is to be said of it."""
    return sarif.Descriptor(
        id=text.name,
        # With the family, because a name must differ from the id by more than its case.
        name=_pascal(f"{text.family}-{text.name}"),
        short_description=sarif.Message(text=sentence(text.summary)),
        full_description=sarif.Message(text=text.description or sentence(text.summary)),
        help=sarif.Message(text=text.page, markdown=text.page),
        default_configuration=sarif.Configuration(level=text.severity.value),
        properties=sarif.RuleProperties(
            precision=text.precision,
            problem_severity=_PROBLEM[text.severity],
            tags=("maintainability", "architecture", text.family),
        ),
    )


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))
