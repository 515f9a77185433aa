"""See `bypassed_factory.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pluribus.findings import Confidence, Severity
from pluribus.rules.base import Violation, quoted, rule
from pluribus.rules.subject import Subject

_LEGITIMATE = {"annotation", "type-check", "base"}


@rule(
    name="bypassed-factory",
    family="imports",
    summary="the owner is constructed or imported where a factory is declared",
    severity=Severity.ERROR,
)
def bypassed_factory(subject: Subject) -> Iterator[Violation]:
    owner = subject.owner
    if owner is None or owner.kind != "class" or not subject.concept.factories:
        return
    makers = {owner.site.module, *(each.site.module for each in subject.factories)}
    hint = f"call {quoted(subject.concept.factories)}"
    constructing = set()
    # A function that hands it out is one wrong thing, and not as many as it makes objects.
    reported = {each.function.handle for each in subject.rival_makers if each.rival is None}
    for call in subject.constructions:
        if call.target != owner.handle or call.site.module in makers:
            continue
        constructing.add(call.site.place.path)
        if call.handed_out is not None and call.handed_out[0] in reported:
            continue
        where = f" in `{call.site.scope}`" if call.site.scope else ""
        yield Violation(
            site=call.site,
            message=f"`{owner.path}` is constructed{where} and not by its factory",
            hint=hint,
            severity=Severity.NOTE if call.site.is_test else Severity.ERROR,
            key=(call.site.place.path, call.site.scope, "constructed"),
        )
    yield from _imports(subject, makers | constructing, hint)


def _imports(subject: Subject, silent: set[str], hint: str) -> Iterator[Violation]:
    """Imports for handing the class to a call, which may construct it out of sight."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for use in subject.uses:
        if use.target in subject.handles:
            kinds[use.site.place.path].add(use.kind)
    handed_on = {
        (each.site.place.path, each.name)
        for each in subject.offers
        if each.exported
        or each.redundant
        or each.is_package
        or subject.importers.get(each.path, set()) - {each.site.place.path}
    }
    for each in subject.imports:
        site = each.site
        path = site.place.path
        if not subject.reaches_owner(each) or site.module in silent or path in silent:
            continue
        is_value = "argument" in kinds[path] and not kinds[path] & _LEGITIMATE
        if (
            site.type_checking
            or not is_value
            or site.is_test
            or (path, each.bound) in handed_on
            or each.name == "*"
        ):
            continue
        yield Violation(
            site=site,
            message=f"`{subject.keep}` is imported as `{each.bound}`, though a factory makes it",
            hint=hint,
            severity=Severity.NOTE,
            confidence=Confidence.LIKELY,
            key=(path, site.scope, "imported", each.path),
        )
