"""See `homonym.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Binding
from pluribus.findings import Evidence, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.kinship import are_twins, has_family
from pluribus.rules.role import GENERIC_METHODS
from pluribus.rules.subject import Subject


@rule(
    name="homonym",
    family="imports",
    summary="the concept's public name is bound to different objects in different modules",
    severity=Severity.WARNING,
)
def homonym(subject: Subject) -> Iterator[Violation]:
    for name in subject.public_names:
        bindings = subject.codebase.bindings_named(name)
        for each in bindings:
            if each.target.handle in subject.handles or not _is_own_object(subject, each):
                continue
            if _is_of_the_family(subject, each):
                continue
            again = [
                other.site.place.location(f"offers it as `{other.path}`")
                for other in bindings
                if other is not each and other.target.handle == each.target.handle
            ]
            yield Violation(
                site=each.site,
                message=f"`{name}` names another object here than `{subject.keep}`",
                hint="give it a name of its own, or make it the owner's",
                severity=_severity(subject, each),
                related=tuple(again),
                evidence=(Evidence("this", each.target.name), Evidence("owner", subject.keep)),
                key=(each.path, subject.keep),
            )


def _severity(subject: Subject, binding: Binding) -> Severity:
    """A name-sake that does nothing of what the owner does will not be taken for it."""
    owner, handle = subject.owner_class, binding.target.handle
    other = subject.codebase.class_of(handle) if handle is not None else None
    methods = set(owner.public_methods) if owner else set()
    others = set(other.public_methods) if other else set()
    is_other_role = bool(methods and others) and not (methods & others) - GENERIC_METHODS
    return Severity.NOTE if binding.site.is_test or is_other_role else Severity.WARNING


def _is_of_the_family(subject: Subject, binding: Binding) -> bool:
    """Plug-ins, subclasses and twins of the owner go by its name on purpose."""
    owner, handle = subject.owner, binding.target.handle
    if owner is None or handle is None:
        return False
    if are_twins(owner, subject.codebase.definition(handle)):
        return True
    owner_class, other = subject.owner_class, subject.codebase.class_of(handle)
    return bool(owner_class and other and has_family(subject, owner_class, other))


def _is_own_object(subject: Subject, binding: Binding) -> bool:
    """Whether the name is given to another object here, and not as a stand-in for nothing."""
    if binding.target.kind != "definition" or set(subject.handles) & set(binding.alternatives):
        return False
    if binding.kind in ("definition", "assignment"):
        return not (binding.kind == "assignment" and binding.is_placeholder)
    # An alias or import gives the name where the object went by another one.
    if binding.kind == "import":
        return binding.source not in ("", binding.name)
    return binding.kind == "alias"
