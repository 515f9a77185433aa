"""See `unknown_event.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from pluribus.findings import Confidence, Severity
from pluribus.rules.base import Violation, quoted, rule
from pluribus.rules.sending import Send, sends
from pluribus.rules.subject import Subject

LIKENESS = 0.8
"""From this ratio on one name is taken for another that was misspelled; 1 is the same."""


@rule(
    name="unknown-event",
    family="delivery",
    summary="an event is sent that the contract does not declare",
    severity=Severity.ERROR,
)
def unknown_event(subject: Subject) -> Iterator[Violation]:
    declared = subject.concept.events
    for send in sends(subject):
        word, call = send.event.word, send.call
        if word in declared or call.is_guarded or call.expects_error:
            continue
        meant = get_close_matches(word, declared, n=1, cutoff=LIKENESS)
        if call.site.is_test and not meant:
            # Tests make events up to see that any arrives.
            continue
        yield Violation(
            site=call.site,
            message=f"`{call.callee}(...)` sends {_named(send)}, which is no event of "
            f"`{subject.concept.name}`",
            hint=f"did you mean `{meant[0]}`?" if meant else f"declared: {quoted(declared)}",
            confidence=Confidence.CERTAIN if call.is_certain else Confidence.LIKELY,
            related=(send.method.site.place.location("defined here"),),
            key=(call.site.place.path, call.site.scope, call.callee, word),
        )


def _named(send: Send) -> str:
    event = send.event
    return f"`{event.name}`, `{event.word}`" if event.name else f"`{event.word}`"
