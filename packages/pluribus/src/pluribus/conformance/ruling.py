"""How a property ends when it does not simply hold."""

from __future__ import annotations

from collections.abc import Sequence

from pluribus.conformance.history import Call
from pluribus.findings import Evidence


class Ruled(Exception):
    """A property has been decided; not an error."""


class Failed(Ruled):
    """There is a counterexample.

    Args:
        claim: what was found, one sentence without a full stop.
        about: names that tell this root cause from another; never values of one run.
        places: file, line and name of what is at fault, before those of the operations.
    """

    def __init__(
        self,
        claim: str,
        *about: str,
        hint: str = "",
        evidence: Sequence[tuple[str, str]] = (),
        places: Sequence[tuple[str, int, str]] = (),
    ) -> None:
        super().__init__(claim)
        self.claim = claim
        self.about = about
        self.hint = hint
        self.places = tuple(places)
        self.evidence = tuple(Evidence(name, text) for name, text in evidence)


class Unexercised(Ruled):
    """Something that would have to be seen was not."""

    def __init__(self, witness: str, hint: str = "") -> None:
        super().__init__(witness)
        self.claim = witness
        self.hint = hint


class Declined(Ruled):
    """The contract does not promise it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.claim = reason


class Hung(Ruled):
    """A call did not return."""

    def __init__(self, call: Call, timeout_s: float, chain: Sequence[str]) -> None:
        super().__init__(call.name)
        self.call = call
        self.timeout_s = timeout_s
        self.chain = tuple(chain)
