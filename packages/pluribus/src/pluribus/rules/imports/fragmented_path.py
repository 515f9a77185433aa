"""See `fragmented_path.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Binding
from pluribus.findings import Confidence, Severity
from pluribus.rules.base import Violation, chain_evidence, rule
from pluribus.rules.subject import Subject


@rule(
    name="fragmented-path",
    family="imports",
    summary="a re-export or alias gives the owner one more public path",
    severity=Severity.WARNING,
)
def fragmented_path(subject: Subject) -> Iterator[Violation]:
    for each in subject.offers:
        if each.site.module in subject.allowed or each.name.startswith("_"):
            continue
        importers = subject.importers.get(each.path, set()) - {each.site.place.path}
        reason = reexport_reason(each, len(importers))
        if reason is None or (not importers and _is_kept_back(subject, each)):
            continue
        yield Violation(
            site=each.site,
            message=f"`{each.path}` is one more path to `{subject.keep}`: {reason}",
            hint=f"let its importers use `{subject.concept.allowed_paths[0]}`, then remove it",
            confidence=_confidence(each, len(importers)),
            evidence=chain_evidence(
                [each.path, *(hop.path for hop in each.chain[1:]), subject.keep]
            ),
            key=(each.path, subject.keep),
        )


def reexport_reason(binding: Binding, importers: int) -> str | None:
    """What shows that a name is offered to others, and not only used here; None when nothing."""
    imported = f", and {importers} file{'s import' if importers > 1 else ' imports'} it from here"
    tail = imported if importers else ""
    match binding.kind:
        case "star":
            # A test may well import all that it tests.
            return (
                None
                if binding.site.is_test and not importers
                else "a star import brings it" + tail
            )
        case "lazy":
            return "the module serves it lazily" + tail
        case "replaced":
            return "the module puts another in its place" + tail
        case "alias":
            return "an alias" + tail
        case "import":
            return _import_reason(binding, importers, tail)
        case _:
            return None


def _is_kept_back(subject: Subject, binding: Binding) -> bool:
    """Whether the module says in `__all__` what it offers, and this is not among it."""
    if binding.kind != "import" or binding.exported or binding.redundant:
        return False
    exports = subject.codebase.exports(binding.site.module)
    return exports is not None and exports.names is not None


def _import_reason(binding: Binding, importers: int, tail: str) -> str | None:
    if binding.exported:
        return "`__all__` lists it" + tail
    if binding.redundant:
        return "it is imported under its own name, which offers it on" + tail
    if importers:
        return f"{importers} file{'s import' if importers > 1 else ' imports'} it from here"
    if binding.is_package and not binding.uses:
        return "a package imports it at its top level"
    return None


def _confidence(binding: Binding, importers: int) -> Confidence:
    is_plain = binding.kind == "import" and not (binding.exported or binding.redundant)
    return Confidence.LIKELY if is_plain and not importers else Confidence.CERTAIN
