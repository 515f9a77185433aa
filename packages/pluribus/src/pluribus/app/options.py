"""What can be asked of a check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final, Protocol

import msgspec

from pluribus.findings import Severity

Say = Callable[[str], None]
"""Is told, in a few words."""

BASELINE_PLACE: Final = ".pluribus/baseline.jsonl"
"""Where the baseline is, as seen from the folder of the contract."""


class Base(msgspec.Struct, frozen=True):
    """A git revision that the baseline must not have grown since."""

    ref: str
    read: Callable[[Path], bytes | None]
    """What a file held where HEAD left the revision; None where it was not there."""


class ReadSource(Protocol):
    """Reads a file of the code base, named relative to its root; None when that cannot be done."""

    def __call__(self, path: str) -> bytes | None: ...


class ReadEditable(Protocol):
    """The bytes of a file of the code base that may be edited; or why it may not."""

    def __call__(self, path: str) -> bytes | str: ...


class CheckOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a check."""

    select: tuple[str, ...] = ()
    """Names of rules or families; all when empty."""
    ignore: tuple[str, ...] = ()
    phase: str | None = None
    """The phase whose rules are run and whose target is the threshold; None for all."""
    concepts: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    """Globs that filter the report, never the facts."""
    changed: frozenset[str] | None = None
    """Paths relative to the root; filters the report, never the facts."""
    fail_on: Severity = Severity.NOTE
    """The least severity that makes the check fail."""
    contract: Path | None = None
    """None for the nearest at or above the root."""
    cache: Path | None = None
    """Where facts are kept between runs; None to keep nothing."""
    engine: bytes = b""
    """What the code that judges looks like; a verdict is kept only for the very same code, and
    not at all when this is empty."""
    reads_all: bool = False
    """Parse every file, also those whose words prove that they do not matter."""
    honours_suppressions: bool = True
    with_texts: bool = False
    """Give the report what is to be said of its rules."""
    excerpts_from: ReadSource | None = None
    """Give the report the lines around its findings, read by this."""
    fixes_from: ReadEditable | None = None
    """Give the report what a machine would do about its findings, in the files that this reads."""
    baseline: Path | None = None
    """None for that beside the contract, if there is one."""
    honours_baseline: bool = True
    base: Base | None = None
    today: date | None = None
    """The day, for entries of the baseline that expire; None when none has."""
