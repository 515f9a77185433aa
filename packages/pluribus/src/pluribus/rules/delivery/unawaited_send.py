"""See `unawaited_send.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Call, Definition, MethodCall
from pluribus.findings import Confidence, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.subject import Subject


@rule(
    name="unawaited-send",
    family="delivery",
    summary="a coroutine of the owner is created and dropped: it never runs",
    severity=Severity.ERROR,
)
def unawaited_send(subject: Subject) -> Iterator[Violation]:
    for call in subject.method_calls:
        if call.dropped and not call.awaited and call.target is not None and not call.is_guarded:
            target = subject.codebase.definition(call.target)
            yield from _judged(call, target, is_certain=subject.is_sure_of(call))
    for made in subject.maker_calls:
        if made.dropped and not made.awaited:
            yield from _judged(made, subject.makers[made.target], is_certain=True)


def _judged(
    call: Call | MethodCall, target: Definition, *, is_certain: bool
) -> Iterator[Violation]:
    # Of what a decorator makes of a coroutine function nothing is known.
    is_coroutine = target.is_async and not target.is_generator and not target.decorators
    if not is_coroutine or call.expects_error:
        return
    yield Violation(
        site=call.site,
        message=f"coroutine `{call.callee}(...)` is never awaited: "
        f"nothing of `{target.path}` runs",
        hint="await it, or hand it to a task that someone keeps",
        confidence=Confidence.CERTAIN if is_certain else Confidence.LIKELY,
        related=(target.site.place.location("defined here"),),
        key=(call.site.place.path, call.site.scope, call.callee),
    )
