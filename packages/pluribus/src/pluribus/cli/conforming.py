"""What `pluribus conform` does with what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pluribus.adapters.driving import drive
from pluribus.adapters.trying import judged_apart
from pluribus.app.conform import conform
from pluribus.app.conform_binding import bindings
from pluribus.app.conform_driving import Driving
from pluribus.app.conform_options import ConformOptions, replayed
from pluribus.app.conform_self_test import kit, sabotage
from pluribus.cli.delivery import Delivery
from pluribus.cli.ending import leaving_in_order
from pluribus.cli.exits import FOUND, OK, UNABLE
from pluribus.cli.output import seen_from_here, write_stderr
from pluribus.cli.progress import progress
from pluribus.cli.suggesting import binding_table, suggestion
from pluribus.conformance.transports.names import MEMORY
from pluribus.contract import Contract, find_contract, load_contract
from pluribus.errors import UsageError
from pluribus.findings.conformance import Conformance, KitTrial
from pluribus.reports import CONFORMANCE_FORMATS, TRIAL_FORMATS, RenderOptions
from pluribus.reports.verdicts import headline

_Result = TypeVar("_Result")


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of the command, under the names that it gives them."""

    root: Path
    contract: Path | None
    concepts: tuple[str, ...]
    properties: tuple[str, ...]
    seed: int
    replay: str
    transport: str
    bind: bool
    suggest: bool
    self_test: bool
    rivals: bool
    output_format: str
    output_file: Path | None
    reports: tuple[tuple[str, Path], ...]
    color: str
    quiet: bool


def run(request: Request) -> int:
    """Do what was asked, write it, and return the exit status."""
    _refuse_unfit(request)
    with leaving_in_order():
        return _run(request)


def _run(request: Request) -> int:
    options = _options(request)
    if request.self_test:
        return _self_test(request, options)
    contract = _contract(request)
    delivery = _delivery(request, seen_from_here(contract.directory))
    if request.bind or request.suggest:
        found = bindings(Driving(contract=contract, options=options, drive=drive))
        draw = binding_table if request.bind else suggestion
        delivery.show("\n".join(draw(*each) for each in found))
        return OK
    judged = _watched(request, lambda say: _judged(request, _driving(contract, options, say)))
    delivery.deliver(lambda name, drawing: CONFORMANCE_FORMATS[name](judged, drawing))
    if request.output_file is not None and not request.quiet:
        write_stderr(f"{headline(judged)}; the report is in {request.output_file}")
    if judged.has_failed:
        return FOUND
    return OK if judged.is_whole else UNABLE


def _refuse_unfit(request: Request) -> None:
    """Refuse what would have no effect.

    Raises:
        UsageError: naming two options.
    """
    instead = {
        "--bind": request.bind,
        "--suggest": request.suggest,
        "--self-test": request.self_test,
    }
    formats = TRIAL_FORMATS if request.self_test else ("text",)
    unfit = {
        "--rivals": request.rivals,
        "--report": bool(request.reports) and not request.self_test,
        f"--output-format {request.output_format}": request.output_format not in formats,
    }
    asked = [name for name, is_given in instead.items() if is_given]
    if request.replay and (asked or request.rivals):
        asked.append("--replay")
    also = [name for name, is_given in unfit.items() if is_given] if asked else []
    also += [
        f"--report {name}=..."
        for name, _ in request.reports
        if request.self_test and name not in TRIAL_FORMATS
    ]
    if len(asked) > 1 or also:
        first, second, *_ = [*asked, *also]
        raise UsageError(f"`{first}` and `{second}` exclude each other")


def _judged(request: Request, driving: Driving) -> Conformance:
    if not request.rivals:
        return conform(driving)
    # What reads source is not kept waiting for by those who do not ask for it.
    from pluribus.app.conform_rivals import conform_with_rivals

    return conform_with_rivals(driving)


def _driving(contract: Contract, options: ConformOptions, say: Callable[[str], None]) -> Driving:
    return Driving(contract=contract, options=options, drive=drive, progress=say)


def _options(request: Request) -> ConformOptions:
    if not request.replay:
        return ConformOptions(
            concepts=request.concepts,
            properties=request.properties,
            seed=request.seed,
            transport=request.transport,
        )
    for name, is_given in (
        ("--concept", request.concepts),
        ("--property", request.properties),
        ("--seed", request.seed),
        ("--transport", request.transport != MEMORY),
    ):
        if is_given:
            raise UsageError(f"`{name}` and `--replay` exclude each other: the id holds it")
    return replayed(request.replay)


def _self_test(request: Request, options: ConformOptions) -> int:
    delivery = _delivery(request, "")
    trials: tuple[KitTrial, ...]
    if request.concepts:
        contract = _contract(request)
        trials = _watched(request, lambda say: sabotage(_driving(contract, options, say)))
    else:
        trials = (_watched(request, lambda say: kit(options, judging=judged_apart, progress=say)),)
    delivery.deliver(
        lambda name, drawing: "".join(TRIAL_FORMATS[name](each, drawing) for each in trials)
    )
    return OK if all(each.is_sound for each in trials) else UNABLE


def _delivery(request: Request, folder: str) -> Delivery:
    return Delivery(
        request.output_format,
        request.output_file,
        request.reports,
        color=request.color,
        drawing=RenderOptions(folder=folder),
    )


def _contract(request: Request) -> Contract:
    path = find_contract(request.root) if request.contract is None else request.contract
    return load_contract(path)


def _watched(request: Request, work: Callable[[Callable[[str], None]], _Result]) -> _Result:
    with progress(is_quiet=request.quiet) as say:
        return work(say or (lambda text: None))
