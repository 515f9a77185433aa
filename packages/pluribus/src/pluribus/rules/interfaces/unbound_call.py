"""See `unbound_call.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Call, Class, Definition, MethodCall
from pluribus.findings import Confidence, Evidence, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.binding import Arguments, Signature, why_not_bound
from pluribus.rules.comparing import is_plain, may_have_more, signature_of
from pluribus.rules.subject import Subject


@rule(
    name="unbound-call",
    family="interfaces",
    summary="a call whose arguments cannot bind to the owner, or of a method that it lacks",
    severity=Severity.ERROR,
)
def unbound_call(subject: Subject) -> Iterator[Violation]:
    yield from _methods(subject)
    yield from _constructors(subject)
    for call in subject.maker_calls:
        target = subject.makers[call.target]
        if is_plain(target):
            yield from _judged(subject, call, signature_of(target, on_object=False), target)


def _methods(subject: Subject) -> Iterator[Violation]:
    for call in subject.method_calls:
        if call.is_guarded:
            continue
        if call.target is None:
            yield from _missing(subject, call)
            continue
        target = subject.codebase.definition(call.target)
        if is_plain(target):
            yield from _judged(subject, call, signature_of(target, on_object=True), target)


def _missing(subject: Subject, call: MethodCall) -> Iterator[Violation]:
    owner = subject.owner
    # A class below may well have what this one lacks.
    is_below = subject.is_extended and not call.is_exact
    if owner is None or call.expects_error or is_below:
        return
    yield Violation(
        site=call.site,
        message=f"`{call.callee}(...)` calls what the owner lacks: "
        f"'{owner.name}' object has no attribute '{call.method}'",
        hint=f"call what `{owner.path}` has, or give it the method",
        confidence=_confidence(subject, call),
        related=(owner.site.place.location("the owner"),),
        evidence=(Evidence("reason", f"AttributeError: no `{call.method}` in the class"),),
        key=(call.site.place.path, call.site.scope, call.callee, call.method),
    )


def _constructors(subject: Subject) -> Iterator[Violation]:
    owner = subject.owner_class
    if owner is None:
        return
    made = _constructor(subject, owner)
    if made is None:
        return
    for call in subject.constructions:
        if call.target == owner.definition.handle:
            yield from _judged(subject, call, signature_of(made, on_object=True), made)


def _constructor(subject: Subject, owner: Class) -> Definition | None:
    """The `__new__` or else the `__init__` that a call of the class reaches first; None where
    something else may be called."""
    if owner.definition.decorators or may_have_more(subject, owner):
        return None
    found: dict[str, Definition] = {}
    for each in (owner, *(_class(subject, target.handle) for target in owner.ancestors)):
        for method in each.methods if each else ():
            found.setdefault(method.name, method)
    made = found.get("__new__", found.get("__init__"))
    return made if made is not None and is_plain(made) else None


def _class(subject: Subject, handle: int | None) -> Class | None:
    return None if handle is None else subject.codebase.class_of(handle)


def _judged(
    subject: Subject, call: Call | MethodCall, signature: Signature, target: Definition
) -> Iterator[Violation]:
    arguments = Arguments(
        positional=call.positional,
        keywords=call.keywords,
        has_star=call.has_star,
        has_double_star=call.has_double_star,
    )
    reason = why_not_bound(arguments, signature)
    if reason is None or call.expects_error:
        return
    yield Violation(
        site=call.site,
        message=f"`{_spelled(call)}` does not fit: {reason}",
        hint=f"call it as `{signature}` asks",
        confidence=_confidence(subject, call),
        related=(target.site.place.location("defined here"),),
        evidence=(
            Evidence("signature", str(signature)),
            Evidence("reason", f"TypeError: {reason}"),
        ),
        key=(call.site.place.path, call.site.scope, call.callee, reason),
    )


def _confidence(subject: Subject, call: Call | MethodCall) -> Confidence:
    is_certain = not isinstance(call, MethodCall) or subject.is_sure_of(call)
    return Confidence.CERTAIN if is_certain else Confidence.LIKELY


def _spelled(call: Call | MethodCall) -> str:
    parts = ["..."] * call.positional
    parts += ["*..."] * call.has_star
    parts += [f"{name}=..." for name in call.keywords]
    parts += ["**..."] * call.has_double_star
    return f"{call.callee}({', '.join(parts)})"
