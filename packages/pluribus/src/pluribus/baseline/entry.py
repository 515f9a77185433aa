"""One line of a baseline: how many violations of one identity are accepted, and on what terms."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from pluribus.findings import Finding, Severity

Identity = tuple[str, str, str, tuple[str, ...]]
"""Rule, concept, path and key of a violation: names and no positions."""

_Said = Annotated[str, Meta(pattern=r"\S")]


class Entry(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """So many violations that cannot be told apart, accepted for one reason.

    The fields that make the identity come first, so that they are the beginning of its line.
    """

    rule: _Said
    concept: _Said
    path: _Said
    """The file, relative to the folder of the contract, with forward slashes."""
    key: tuple[str, ...]
    """The names by which the rule tells one violation in the file from another."""
    count: Annotated[int, Meta(ge=1, le=1_000_000_000)]
    """How many are accepted. Two imports of one name in one function have the same identity."""
    reason: _Said
    """Why they are accepted."""
    owner: str = ""
    """Who is to remove them; empty for nobody in particular."""
    expires: date | None = None
    """The last day on which they are accepted; None for no end."""
    phase: str = ""
    """The step of the work that is to remove them."""
    severity: Severity | None = None
    """The worst that is accepted; None, as in files that do not say, for any."""

    @property
    def identity(self) -> Identity:
        """What makes a finding one of these."""
        return (self.rule, self.concept, self.path, self.key)

    @property
    def id(self) -> str:
        """A short name for the identity: `rule:` and a digest."""
        digest = hashlib.sha256(msgspec.json.encode(self.identity)).hexdigest()[:12]
        return f"{self.rule}:{digest}"

    @property
    def what(self) -> str:
        """The identity in words, for messages."""
        return f"{self.rule} of {self.concept} in {self.path}: " + (
            " ".join(part for part in self.key if part) or "the file"
        )

    def accepts(self, severity: Severity) -> bool:
        """Whether a finding is no worse than what was accepted."""
        return self.severity is None or severity.rank <= self.severity.rank

    def has_expired(self, today: date | None) -> bool:
        """Whether it accepts nothing any more on this day; never when the day is not known."""
        return self.expires is not None and today is not None and today > self.expires


def is_worse(now: Severity | None, before: Severity | None) -> bool:
    """Whether more is accepted up to one severity than up to another; None is for any."""
    return before is not None and (now is None or now.rank > before.rank)


def milder(one: Severity | None, other: Severity | None) -> Severity | None:
    """The stricter of two limits."""
    return other if is_worse(one, other) else one


def identity_of(finding: Finding, prefix: str) -> Identity:
    """What a baseline knows a finding by.

    The path is a part of it, because a violation that goes in one file and comes in another is a
    swap, and rules whose keys are dotted names alone would not see it.

    Args:
        finding: What was found.
        prefix: What stands before its path as seen from the folder of the contract.
    """
    path = finding.location.path
    # Most rules put the path first; once is enough, and the prefix is not in their keys.
    key = finding.key[1:] if finding.key[:1] == (path,) else finding.key
    return (finding.rule, finding.concept, prefix + path, key)
