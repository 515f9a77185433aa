"""What is selected, and why the rest is not."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pluribus.app.focusing import focus_of
from pluribus.app.opening import select_files
from pluribus.contract import find_contract, load_contract
from pluribus.findings import FileNote, Root


class SelectedFile(msgspec.Struct, frozen=True, order=True):
    path: str
    module: str
    is_test: bool
    status: str
    """`parsed`, `recovered`, `set-aside` or `not-parsed`."""
    reason: str


class FileListing(msgspec.Struct, frozen=True, kw_only=True):
    selected: tuple[SelectedFile, ...]
    left_out: tuple[FileNote, ...]
    roots: tuple[Root, ...]


def list_files(root: Path, *, contract: Path | None, cache: Path | None) -> FileListing:
    """List the files of a tree the way that a check sees them.

    Raises:
        ContractError: no contract, or a malformed one.
        FactsError: the tree could not be read.
    """
    loaded = load_contract(contract or find_contract(root))
    codebase = select_files(root, loaded, cache)
    codebase.focus(focus_of(loaded.concepts))
    ledger = codebase.ledger()
    unreadable = [FileNote(path, reason) for path, reason in ledger.unreadable]
    return FileListing(
        selected=tuple(
            SelectedFile(each.path, each.module, each.is_test, each.status, each.reason)
            for each in codebase.files()
        ),
        left_out=tuple(sorted([*unreadable, *(FileNote(*each) for each in ledger.left_out)])),
        roots=tuple(Root(path, files, reason) for path, files, reason in ledger.roots),
    )
