"""What `pluribus discover` does with what it was asked."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from pluribus.adapters.files import texts, write_file
from pluribus.adapters.git import last_changes
from pluribus.app.discover import DiscoverOptions, discover, proposals
from pluribus.cli.exits import OK
from pluribus.cli.options import cache_folder
from pluribus.cli.output import (
    has_color,
    is_terminal,
    terminal_width,
    write_stderr,
    write_stdout,
    write_warning,
)
from pluribus.cli.progress import progress
from pluribus.contract import CONTRACT_FILES, find_contract
from pluribus.errors import ContractError, OutputError, UsageError
from pluribus.findings.discovery import Discovery
from pluribus.reports import DISCOVERY_FORMATS, RenderOptions
from pluribus.reports.wording import counted, printable

_SHOWN: Final = 20
"""As many concepts are enough to read."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of the command, under the names that it gives them."""

    root: Path
    exclude: tuple[str, ...]
    write: bool
    into: Path | None
    output_format: str
    limit: int | None
    color: str
    quiet: bool
    no_cache: bool
    cache_dir: Path | None


def run(request: Request) -> int:
    """Discover, write what was asked for, and return the exit status."""
    if request.into is not None and not request.write:
        raise UsageError("`--into` says where `--write` writes", hint="add `--write`")
    discovery = _discovered(request)
    text = DISCOVERY_FORMATS[request.output_format](discovery, _render_options(request))
    write_stdout(text)
    if request.write:
        _write(request, discovery)
    return OK


def _discovered(request: Request) -> Discovery:
    limit = request.limit
    if limit is None and request.output_format == "text":
        limit = _SHOWN
    options = DiscoverOptions(
        limit=limit,
        exclude=request.exclude,
        cache=cache_folder(
            request.root,
            contract=None,
            given=request.cache_dir,
            is_refused=request.no_cache,
            needs_contract=False,
        ),
    )
    warnings: list[str] = []
    with progress(is_quiet=request.quiet) as say:
        discovery = discover(
            request.root,
            options,
            history=partial(last_changes, request.root),
            text=texts(request.root),
            progress=say,
            warn=warnings.append,
        )
    for warning in warnings:
        write_warning(warning)
    return discovery


def _render_options(request: Request) -> RenderOptions:
    to_terminal = is_terminal(sys.stdout)
    return RenderOptions(
        color=has_color(request.color, to_terminal=to_terminal, environ=os.environ),
        width=terminal_width() if to_terminal else None,
    )


def _write(request: Request, discovery: Discovery) -> None:
    """Write the proposed contracts that are not there yet, and say which are."""
    contract = _contract_at(request)
    folder = request.into or (contract.parent if contract else request.root)
    files = proposals(discovery, folder, has_contract=contract is not None)
    written = kept = 0
    for path, text in sorted(files.items()):
        if os.path.lexists(path):
            kept += 1
            write_stderr(f"kept {printable(str(path))}, which is there already")
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"cannot write `{path}`: {error.strerror or error}", hint="name a folder by --into"
            ) from error
        write_file(path, text.encode("utf-8", "backslashreplace"))
        written += 1
        write_stderr(f"wrote {printable(str(path))}")
    undecided = sum(not each.proposal.owner for each in discovery.concepts)
    parts = [f"{counted(written, 'file')} written"]
    if kept:
        parts.append(f"{kept:,} kept as they are")
    if undecided:
        parts.append(f"{counted(undecided, 'concept')} without a contract: no owner is decided")
    write_stderr("; ".join(parts))


def _contract_at(request: Request) -> Path | None:
    """The contract beside which the files of concepts are read."""
    if request.into is not None:
        return next(
            (path for name in CONTRACT_FILES if os.path.lexists(path := request.into / name)), None
        )
    try:
        return find_contract(request.root)
    except ContractError:
        return None
