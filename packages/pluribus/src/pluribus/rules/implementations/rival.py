"""See `rival.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.findings import Confidence, Evidence, Location, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.rivalry import rival_functions, rival_modules
from pluribus.rules.role import shared_words
from pluribus.rules.subject import Subject


def _obstacle(subject: Subject) -> str | None:
    if subject.owner is not None and subject.owner.kind == "variable":
        return "the owner is a value: it has neither methods nor parameters to compare"
    return None


@rule(
    name="rival",
    family="implementations",
    summary="another class plays the concept's role",
    severity=Severity.ERROR,
    obstacle=_obstacle,
)
def rival(subject: Subject) -> Iterator[Violation]:
    yield from _classes(subject)
    yield from _functions(subject)
    yield from _modules(subject)


def _classes(subject: Subject) -> Iterator[Violation]:
    for each in subject.rivals:
        role = each.role
        path = each.found.definition.path
        yield Violation(
            site=each.found.definition.site,
            message=f"class `{path}` plays the role of `{subject.keep}`: it has "
            f"{len(role.methods) + len(role.more)} of its methods" + _and_events(role.events),
            hint="move what it does better into the owner and let its users take that one, "
            "or name it after the role that is its own",
            confidence=each.confidence,
            related=_owner_place(subject),
            evidence=role.evidence(subject.keep),
            key=(path, subject.keep),
        )


def _and_events(events: tuple[str, ...]) -> str:
    return f" and speaks {len(events)} of its events" if events else ""


def _owner_place(subject: Subject) -> tuple[Location, ...]:
    owner = subject.owner
    return (owner.site.place.location("the owner"),) if owner else ()


def _functions(subject: Subject) -> Iterator[Violation]:
    for each in rival_functions(subject):
        owner, again = each.owned, each.again
        shared = sorted({p.name for p in owner.parameters} & {p.name for p in again.parameters})
        yield Violation(
            site=again.site,
            message=f"function `{again.path}` plays the role of `{subject.keep}`",
            hint="let its callers call the owner, then remove it",
            confidence=Confidence.LIKELY if shared else Confidence.POSSIBLE,
            related=_owner_place(subject),
            evidence=tuple(
                Evidence(name, ", ".join(words))
                for name, words in (
                    ("parameters", shared),
                    ("name", shared_words(owner.name, again.name)),
                )
                if words
            ),
            key=(again.path, subject.keep),
        )


def _modules(subject: Subject) -> Iterator[Violation]:
    for name, pairs in rival_modules(subject).items():
        functions = ", ".join(sorted(each.again.name for each in pairs))
        yield Violation(
            site=pairs[0].again.site,
            message=f"module `{name}` plays the role of `{subject.keep}`: it defines "
            f"{len(pairs)} of its functions again",
            hint="let its users take the owner's, then remove them here",
            confidence=Confidence.LIKELY,
            related=tuple(
                each.owned.site.place.location(f"the owner's `{each.owned.name}`")
                for each in pairs
            ),
            evidence=(Evidence("functions", functions),),
            key=(name, subject.keep),
        )
