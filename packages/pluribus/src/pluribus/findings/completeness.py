"""What was seen, what was not checked, and why. Silence means checked."""

from __future__ import annotations

import msgspec


class FileNote(msgspec.Struct, frozen=True, order=True):
    """A file, and what is to be said of it."""

    path: str
    reason: str


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of files. `seen` = `parsed` + `recovered` + `set_aside` + `not_parsed`."""

    seen: int
    """Python files that the selection kept."""
    parsed: int
    """Read without a syntax error."""
    recovered: int
    """With syntax errors; what could be read of them was."""
    set_aside: int
    """Not parsed, because their words prove that they cannot name any concept."""
    not_parsed: int
    """Unreadable; see `not_parsed` of the completeness for the reasons."""
    tests: int
    """How many of `seen` the contract counts as tests."""


class Root(msgspec.Struct, frozen=True, order=True):
    """A folder from which modules are imported."""

    path: str
    files: int
    reason: str
    """`configured`, or what gave it away."""


class Selector(msgspec.Struct, frozen=True, order=True):
    """A pattern of the contract, and how much it matched: to match nothing is news."""

    key: str
    pattern: str
    matched: int


class NotRun(msgspec.Struct, frozen=True, order=True):
    """A rule that could not be run for a concept."""

    rule: str
    concept: str
    reason: str


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """Part of every report."""

    files: Files
    roots: tuple[Root, ...]
    selectors: tuple[Selector, ...]
    recovered: tuple[FileNote, ...]
    not_parsed: tuple[FileNote, ...]
    excluded: dict[str, int]
    """How many Python files were not selected, by reason."""
    unresolved_imports: dict[str, int]
    """Imports whose target is not known, by reason, over the files that were parsed."""
    not_run: tuple[NotRun, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every selected file was read whole and every rule ran."""
        return not (self.recovered or self.not_parsed or self.not_run)
