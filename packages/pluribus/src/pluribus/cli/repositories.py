"""What the commands that read a git history have in common."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pluribus.adapters.files import refuse_unwritable
from pluribus.adapters.history import is_bare
from pluribus.cli.options import cache_folder
from pluribus.cli.output import (
    has_color,
    is_terminal,
    terminal_width,
    write_stdout,
    write_text,
    write_warning,
)
from pluribus.reports import RenderOptions

_SHOWN: Final = 40
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


class Delivery:
    """Where the reports of one command go: what is shown, and files."""

    def __init__(
        self,
        shown: str,
        file: Path | None,
        reports: Sequence[tuple[str, Path]],
        *,
        color: str,
        limit: int | None,
    ) -> None:
        """Find out before the work what could not be written after it.

        Args:
            shown: The format of the main report.
            file: Where that goes; None for stdout.
            reports: Formats and files of the others.
            color: `auto`, `always` or `never`.
            limit: The most lines of a kind; None for as many as are enough.

        Raises:
            OutputError: a file could not be written.
        """
        for _, path in reports:
            refuse_unwritable(path)
        if file is not None:
            refuse_unwritable(file)
        self._shown = shown
        self._file = file
        self._reports = reports
        self._color = color
        self._limit = limit

    def deliver(self, drawn: Callable[[str, RenderOptions], str]) -> None:
        """Write every report; `drawn` gives the text of a format.

        Raises:
            OutputError: one could not be written.
        """
        for name, path in self._reports:
            write_text(path, drawn(name, self._options(to_file=True)))
        if self._file is None:
            write_stdout(drawn(self._shown, self._options(to_file=False)))
        else:
            write_text(self._file, drawn(self._shown, self._options(to_file=True)))

    def _options(self, *, to_file: bool) -> RenderOptions:
        to_terminal = not to_file and is_terminal(sys.stdout)
        # A file is for later and for others: FORCE_COLOR speaks of what is seen now.
        environ = {} if to_file else os.environ
        return RenderOptions(
            color=has_color(self._color, to_terminal=to_terminal, environ=environ),
            width=terminal_width() if to_terminal else None,
            limit=self._limit or _SHOWN,
        )
