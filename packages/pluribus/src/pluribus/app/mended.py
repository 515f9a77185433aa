"""What is asked of a fix, and what it comes to: plain values."""

from __future__ import annotations

import msgspec

from pluribus.app.options import CheckOptions
from pluribus.findings import Finding
from pluribus.remedy.edit import Change, Left


class FixOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a fix."""

    check: CheckOptions
    phase: str | None = None
    """The name of a phase of the contract, or its number from 1; all when None."""
    takes_unsafe: bool = False
    keeps_shims: bool = False
    """Let modules that only hand on warn who imports them, where they would be removed."""


class ChangedFile(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    before: bytes
    after: bytes | None
    """None for a file that is gone."""
    changes: tuple[Change, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What was changed for a phase, over what was changed for those before it."""

    number: int
    phase: str
    files: tuple[ChangedFile, ...]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a fix comes to; nothing of it has been written."""

    steps: tuple[Step, ...]
    before: tuple[Finding, ...]
    """Those that were to be mended."""
    after: tuple[Finding, ...]
    """What a check finds afterwards, by the same rules."""
    left: tuple[Left, ...]
    """Why each of those is still there, once for each place that it is about."""
    refused: tuple[tuple[str, str], ...]
    """Files of which an edit did not hold, and why; they stay as they are."""

    @property
    def files(self) -> dict[str, tuple[bytes, bytes | None]]:
        """Each changed file, as it was and as it is to be; None for one that is gone."""
        changed: dict[str, tuple[bytes, bytes | None]] = {}
        for step in self.steps:
            for file in step.files:
                first = changed.get(file.path, (file.before, None))[0]
                changed[file.path] = first, file.after
        return {path: both for path, both in sorted(changed.items()) if both[0] != both[1]}
