"""See `mismatched_signature.md` beside this file: what is caught, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Parameter
from pluribus.findings import Evidence, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.binding import Arguments, Signature, why_not_bound
from pluribus.rules.comparing import compared, signature_of
from pluribus.rules.subject import Subject


@rule(
    name="mismatched-signature",
    family="interfaces",
    summary="the owner takes other arguments than its protocol, or a rival than the owner",
    severity=Severity.WARNING,
)
def mismatched_signature(subject: Subject) -> Iterator[Violation]:
    for pair in compared(subject):
        model = signature_of(pair.model, on_object=pair.is_method)
        copy = signature_of(pair.copy, on_object=pair.is_method)
        ways = [(model, copy)] if pair.may_take_more else [(model, copy), (copy, model)]
        witness = next((found for one, two in ways if (found := _witness(one, two))), None)
        if witness is None:
            continue
        fits, fails, call, reason = witness
        yield Violation(
            site=pair.copy.site,
            message=f"`{pair.copy.path}` does not take what `{pair.model.path}` takes: "
            f"`{call}` fits `{fits}` only",
            hint="let both take the same, before callers are moved from one to the other",
            severity=pair.severity,
            confidence=pair.confidence,
            related=(pair.model.site.place.location("what it is compared with"),),
            evidence=(
                Evidence("this one", str(copy)),
                Evidence("the other", str(model)),
                Evidence(f"{call} on {fails}", f"TypeError: {reason}"),
            ),
            key=(pair.copy.path, pair.model.path),
        )


def _witness(one: Signature, two: Signature) -> tuple[str, str, str, str] | None:
    """A call that binds to one and not to the other: to which, to which not, the call, and why."""
    for arguments, call in _calls_of(one):
        if why_not_bound(arguments, one) is None and (reason := why_not_bound(arguments, two)):
            return one.name, two.name, call, reason
    return None


def _calls_of(signature: Signature) -> Iterator[tuple[Arguments, str]]:
    """The shortest call, the longest, and the one by keywords, each with its spelling."""
    positional = signature.positional[signature.bound :]
    needed = [each for each in positional if not each.default]
    only = [each for each in signature.keyword_only if not each.default]
    yield _call(signature, needed, only)
    yield _call(signature, positional, only)
    hidden = [each for each in positional if each.kind == "positional-only"]
    yield _call(signature, hidden, [*positional[len(hidden) :], *signature.keyword_only])


def _call(
    signature: Signature, positional: list[Parameter], keywords: list[Parameter]
) -> tuple[Arguments, str]:
    names = [each.name for each in positional]
    named = [f"{each.name}=..." for each in keywords]
    method = signature.name.rpartition(".")[2]
    arguments = Arguments(
        positional=len(positional), keywords=tuple(each.name for each in keywords)
    )
    return arguments, f"{method}({', '.join([*names, *named])})"
