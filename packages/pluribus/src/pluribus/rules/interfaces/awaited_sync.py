"""See `awaited_sync.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Call, Definition, MethodCall
from pluribus.findings import Confidence, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.comparing import is_plain
from pluribus.rules.interfaces.mismatched_async import is_plain_type
from pluribus.rules.subject import Subject


@rule(
    name="awaited-sync",
    family="interfaces",
    summary="a call awaits what the owner or a factory gives at once",
    severity=Severity.ERROR,
)
def awaited_sync(subject: Subject) -> Iterator[Violation]:
    for call in subject.method_calls:
        if call.awaited and call.target is not None and not call.is_guarded:
            target = subject.codebase.definition(call.target)
            yield from _judged(call, target, is_certain=subject.is_sure_of(call))
    for made in subject.maker_calls:
        if made.awaited:
            yield from _judged(made, subject.makers[made.target], is_certain=True)


def _judged(
    call: Call | MethodCall, target: Definition, *, is_certain: bool
) -> Iterator[Violation]:
    if call.expects_error or not is_plain(target) or not _is_sync(target):
        return
    yield Violation(
        site=call.site,
        message=f"`await {call.callee}(...)` awaits `{target.path}`, which is not async",
        hint="call it without `await`, or make it async for all",
        confidence=Confidence.CERTAIN if is_certain else Confidence.LIKELY,
        related=(target.site.place.location("defined here"),),
        key=(call.site.place.path, call.site.scope, call.callee),
    )


def _is_sync(target: Definition) -> bool:
    if target.is_async:
        return False
    if target.body == "stub":
        return bool(target.returns) and is_plain_type(target.returns)
    return target.gives == "plain" or (target.gives == "unknown" and is_plain_type(target.returns))
