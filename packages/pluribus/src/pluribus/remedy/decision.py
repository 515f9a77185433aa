"""What is to be done about one place, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass

from pluribus.codebase import Alias, Script, String
from pluribus.remedy.applicability import Applicability
from pluribus.remedy.edit import Edit
from pluribus.remedy.statements import Taken
from pluribus.rules import Subject

Key = tuple[str, str]
"""A module, and a name that is looked up in it when the code runs: what a patch may replace."""


@dataclass(frozen=True)
class Claim:
    """A place that findings ask to be mended."""

    subject: Subject
    findings: tuple[str, ...]
    """Their ids."""


@dataclass(kw_only=True)
class Decision:
    """Something that can be done; it may still turn out that it must not."""

    claim: Claim
    path: str
    line: int
    applicability: Applicability
    reason: str
    """Why it is not safe."""
    keys: tuple[Key, ...] = ()
    destinations: tuple[Key, ...] = ()
    """Where each key is looked up from then on."""
    edits: tuple[Edit, ...] = ()

    def doubt(self, applicability: Applicability, reason: str) -> None:
        """Note a reason not to do it, if there is none that weighs as much."""
        order = ("safe", "unsafe", "person")
        if order.index(applicability) > order.index(self.applicability):
            self.applicability, self.reason = applicability, reason


@dataclass(kw_only=True)
class AliasDecision(Decision):
    """One name of an import statement is taken from elsewhere."""

    script: Script
    index: int
    """Of the alias in the script."""
    taken: Taken | None = None
    """None where `edits` say it all."""
    is_other: bool = False

    @property
    def alias(self) -> Alias:
        return self.script.aliases[self.index]


@dataclass(kw_only=True)
class StringDecision(Decision):
    """A string names another path."""

    string: String
    is_patch: bool = False
    """Whether it replaces a name in the module that it names."""
