"""What `pluribus conform` does with what it was asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pluribus.adapters.driving import drive
from pluribus.app.conform import ConformOptions, bindings, conform, kit, sabotage
from pluribus.cli.exits import FOUND, OK, UNABLE
from pluribus.cli.output import has_color, is_terminal, terminal_width, write_stdout
from pluribus.cli.progress import progress
from pluribus.cli.suggesting import binding_table, suggestion
from pluribus.contract import Contract, find_contract, load_contract
from pluribus.errors import UsageError
from pluribus.findings.conformance import KitTrial
from pluribus.reports import CONFORMANCE_FORMATS, TRIAL_FORMATS, RenderOptions

_Result = TypeVar("_Result")


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of the command, under the names that it gives them."""

    root: Path
    contract: Path | None
    concepts: tuple[str, ...]
    properties: tuple[str, ...]
    seed: int
    transport: str
    bind: bool
    suggest: bool
    self_test: bool
    output_format: str
    color: str
    quiet: bool


def run(request: Request) -> int:
    """Do what was asked, write it, and return the exit status."""
    asked = [
        name
        for name, is_given in (
            ("--bind", request.bind),
            ("--suggest", request.suggest),
            ("--self-test", request.self_test),
        )
        if is_given
    ]
    if len(asked) > 1:
        raise UsageError(f"`{asked[0]}` and `{asked[1]}` exclude each other")
    options = ConformOptions(
        concepts=request.concepts,
        properties=request.properties,
        seed=request.seed,
        transport=request.transport,
    )
    if request.self_test:
        return _self_test(request, options)
    contract = _contract(request)
    if request.bind or request.suggest:
        found = bindings(contract, options, drive=drive)
        draw = binding_table if request.bind else suggestion
        write_stdout("\n".join(draw(*each) for each in found))
        return OK
    judged = _watched(request, lambda say: conform(contract, options, drive=drive, progress=say))
    write_stdout(CONFORMANCE_FORMATS[request.output_format](judged, _drawing(request)))
    if judged.has_failed:
        return FOUND
    return OK if judged.is_whole else UNABLE


def _self_test(request: Request, options: ConformOptions) -> int:
    trials: tuple[KitTrial, ...]
    if request.concepts:
        contract = _contract(request)
        trials = _watched(
            request, lambda say: sabotage(contract, options, drive=drive, progress=say)
        )
    else:
        trials = (_watched(request, lambda say: kit(options, progress=say)),)
    for each in trials:
        write_stdout(TRIAL_FORMATS[request.output_format](each, _drawing(request)))
    return OK if all(each.is_sound for each in trials) else UNABLE


def _contract(request: Request) -> Contract:
    path = find_contract(request.root) if request.contract is None else request.contract
    return load_contract(path)


def _watched(request: Request, work: Callable[[Callable[[str], None]], _Result]) -> _Result:
    with progress(is_quiet=request.quiet) as say:
        return work(say or (lambda text: None))


def _drawing(request: Request) -> RenderOptions:
    to_terminal = is_terminal(sys.stdout)
    return RenderOptions(
        color=has_color(request.color, to_terminal=to_terminal, environ=os.environ),
        width=terminal_width() if to_terminal else None,
    )
