"""What the commands that read a git history have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pluribus.adapters.history import is_bare
from pluribus.cli.options import cache_folder
from pluribus.cli.output import write_warning

SHOWN: Final = 40
"""As many lines of a kind are enough to read."""


def cache_of(
    root: Path, *, contract: Path | None, given: Path | None, is_refused: bool
) -> Path | None:
    """Prepare the folder of the cache; into a bare repository nothing is written unasked.

    Raises:
        UsageError: the cache is both named and refused.
        GitError: there is no repository.
    """
    bare = is_bare(root)
    if bare and given is None:
        if not is_refused:
            write_warning(
                "nothing is kept for the next run: `--cache-dir` names a folder to keep it in"
            )
        return None
    return cache_folder(
        root,
        # A bare repository has no contract beside it.
        contract=contract or (root if bare else None),
        given=given,
        is_refused=is_refused,
        needs_contract=False,
    )
