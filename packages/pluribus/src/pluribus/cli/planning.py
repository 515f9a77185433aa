"""What `pluribus plan` does with what it was asked."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from pluribus.adapters.codeowners import code_owners
from pluribus.adapters.editing import read_editable
from pluribus.adapters.files import refuse_unwritable, write_file
from pluribus.adapters.git import file_where_left
from pluribus.app.options import Base, CheckOptions
from pluribus.app.plan import PlanOptions, plan
from pluribus.cli.commands import PROGRAM
from pluribus.cli.exits import OK
from pluribus.cli.options import cache_folder, today
from pluribus.cli.output import (
    has_color,
    is_terminal,
    terminal_width,
    write_stdout,
    write_warning,
)
from pluribus.cli.progress import progress
from pluribus.reports import PLAN_FORMATS, RenderOptions

_LISTED: Final = 12
"""As many files of a step are enough to see which they are."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of the command, under the names that it gives them."""

    root: Path
    contract: Path | None
    concepts: tuple[str, ...]
    baseline: Path | None
    base_ref: str | None
    output_format: str
    output_file: Path | None
    limit: int | None
    color: str
    quiet: bool
    no_cache: bool
    cache_dir: Path | None


def run(request: Request) -> int:
    """Plan, write the plan, and return the exit status."""
    if request.output_file is not None:
        refuse_unwritable(request.output_file)  # before the work, not after it
    warnings: list[str] = []
    asked = PlanOptions(
        owners=code_owners(request.root, warnings.append),
        gate=lambda phase: gate(request, phase),
        read=partial(read_editable, request.root),
    )
    with progress(is_quiet=request.quiet) as say:
        planned = plan(request.root, _options(request), asked, progress=say, warn=warnings.append)
    for warning in warnings:
        write_warning(warning)
    text = PLAN_FORMATS[request.output_format](planned, _render_options(request))
    if request.output_file is None:
        write_stdout(text)
    else:
        write_file(request.output_file, text.encode("utf-8", "backslashreplace"))
    return OK


def gate(request: Request, phase: str) -> str:
    """The command that is green when a phase is at its target, as it is typed here."""
    words = [PROGRAM, "check"]
    if request.root != Path():
        words.append(str(request.root))
    words += ["--phase", phase, "--no-baseline"]
    if request.contract is not None:
        words += ["--contract", str(request.contract)]
    for concept in request.concepts:
        words += ["--concept", concept]
    return shlex.join(words)


def _options(request: Request) -> CheckOptions:
    ref = request.base_ref
    return CheckOptions(
        concepts=request.concepts,
        contract=request.contract,
        cache=cache_folder(
            request.root,
            contract=request.contract,
            given=request.cache_dir,
            is_refused=request.no_cache,
        ),
        baseline=request.baseline,
        base=None if ref is None else Base(ref, lambda path: file_where_left(path, ref)),
        today=today(),
    )


def _render_options(request: Request) -> RenderOptions:
    to_file = request.output_file is not None
    to_terminal = not to_file and is_terminal(sys.stdout)
    return RenderOptions(
        color=has_color(
            request.color, to_terminal=to_terminal, environ={} if to_file else os.environ
        ),
        width=terminal_width() if to_terminal else None,
        limit=request.limit or _LISTED,
    )
