"""Where the reports of one command go: what is shown, and files beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pluribus.adapters.files import refuse_unwritable
from pluribus.cli.output import has_color, is_terminal, terminal_width, write_stdout, write_text
from pluribus.errors import UsageError
from pluribus.reports import RenderOptions


class Delivery:
    """The main report, on stdout or in a file, and the others in files of their own."""

    def __init__(
        self,
        shown: str,
        file: Path | None,
        reports: Sequence[tuple[str, Path]],
        *,
        color: str,
        drawing: RenderOptions | None = None,
    ) -> None:
        """Find out before the work what could not be written after it.

        Args:
            shown: The format of the main report.
            file: Where that goes; None for stdout.
            reports: Formats and files of the others.
            color: `auto`, `always` or `never`.
            drawing: How all of them are drawn, but for colour and width.

        Raises:
            UsageError: two of them are to be written to one file.
            OutputError: a file could not be written.
        """
        if file is not None and any(file == path for _, path in reports):
            raise UsageError(
                f"two reports are to be written to `{file}`", hint="name a file for each"
            )
        for path in [*(path for _, path in reports), *([] if file is None else [file])]:
            refuse_unwritable(path)
        self._shown = shown
        self._file = file
        self._reports = reports
        self._color = color
        self._drawing = drawing or RenderOptions()

    @property
    def formats(self) -> frozenset[str]:
        """The formats that something is written in."""
        return frozenset({self._shown, *(name for name, _ in self._reports)})

    def deliver(self, drawn: Callable[[str, RenderOptions], str]) -> None:
        """Write every report; `drawn` gives the text of a format.

        Raises:
            OutputError: one could not be written.
        """
        for name, path in self._reports:
            # Like the main report in a file: without colour, and as wide as it wants to be.
            write_text(path, drawn(name, self._options(to_file=True)))
        self.show(drawn(self._shown, self._options(to_file=self._file is not None)))

    def show(self, text: str) -> None:
        """Write the main report.

        Raises:
            OutputError: it could not be written.
        """
        if self._file is None:
            write_stdout(text)
        else:
            write_text(self._file, text)

    def _options(self, *, to_file: bool) -> RenderOptions:
        to_terminal = not to_file and is_terminal(sys.stdout)
        # A file is for later and for others: FORCE_COLOR speaks of what is seen now.
        environ = {} if to_file else os.environ
        return replace(
            self._drawing,
            color=has_color(self._color, to_terminal=to_terminal, environ=environ),
            width=terminal_width() if to_terminal else None,
        )
