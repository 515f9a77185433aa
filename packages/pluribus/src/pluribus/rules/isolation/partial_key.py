"""See `partial_key.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pluribus.codebase import Change
from pluribus.contract import Context
from pluribus.findings import Confidence, Evidence, Severity
from pluribus.rules.base import Violation, quoted, rule
from pluribus.rules.keeping import changes_of, is_of_owner
from pluribus.rules.subject import Subject


@rule(
    name="partial-key",
    family="isolation",
    summary="instances of the owner are kept by less than the declared key",
    severity=Severity.ERROR,
)
def partial_key(subject: Subject) -> Iterator[Violation]:
    context = subject.concept.context
    if context is None:
        return
    seen = set()
    for each in changes_of(subject):
        if each.how != "item" or not is_of_owner(subject, each.value):
            continue
        keys, is_made = _keys(context, each)
        for key in keys:
            missing = [part for part in context.key if part not in key]
            # What else is in the key may tell more.
            if not missing or not key <= set(context.key):
                continue
            identity = (each.target, each.site.scope, *sorted(key))
            if identity in seen:
                continue
            seen.add(identity)
            kept = quoted(f"{context.parameter}.{part}" for part in sorted(key))
            yield Violation(
                site=each.site,
                message=f"`{each.name}` keeps `{subject.keep}` by {kept} alone: "
                f"two that differ in {quoted(missing)} get the same",
                hint=f"make {quoted(context.key)} the key",
                confidence=Confidence.LIKELY if is_made else Confidence.CERTAIN,
                related=(each.place.place.location("kept here"),) if each.place else (),
                evidence=(Evidence("key", ", ".join(each.key)),),
                key=identity,
            )


def _keys(context: Context, each: Change) -> tuple[list[set[str]], bool]:
    """The parts of the context that may be all of a key; whether another function makes it."""
    if set(each.key) == {context.parameter}:
        return [set(key) for key in each.made_of if key], True
    parts = _parts(context, each.key)
    return ([parts] if parts else []), False


def _parts(context: Context, key: Iterable[str]) -> set[str] | None:
    """The parts of the context that a key is made of; None when it is made of more."""
    start = f"{context.parameter}."
    found = {chain.removeprefix(start) for chain in key if chain.startswith(start)}
    return found if len(found) == len(set(key)) else None
