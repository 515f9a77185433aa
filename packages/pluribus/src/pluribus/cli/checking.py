"""What `pluribus check` does with what it was asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pluribus.adapters.editing import read_editable
from pluribus.adapters.engine import engine_stamp
from pluribus.adapters.files import read_source
from pluribus.adapters.git import changed_since, file_where_left
from pluribus.app.check import CheckOptions, check
from pluribus.app.options import Base
from pluribus.cli.delivery import Delivery
from pluribus.cli.exits import FOUND, OK, UNABLE
from pluribus.cli.options import cache_folder, today
from pluribus.cli.output import (
    is_terminal,
    seen_from_here,
    write_error,
    write_stderr,
    write_warning,
)
from pluribus.cli.progress import progress
from pluribus.errors import UsageError
from pluribus.findings import Report, Severity
from pluribus.reports import FORMATS, WITH_EXCERPTS, WITH_FIXES, WITH_TEXTS, RenderOptions
from pluribus.reports.wording import accepted, counted, severities, unchecked

if TYPE_CHECKING:
    from pluribus.findings.history import Burndown


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of the command, under the names that it gives them."""

    root: Path
    contract: Path | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    phase: str | None
    concepts: tuple[str, ...]
    only: tuple[str, ...]
    changed_since: str | None
    ignore_suppressions: bool
    self_test: bool
    fail_on: str
    exit_zero: bool
    require_complete: bool
    output_format: str
    output_file: Path | None
    reports: tuple[tuple[str, Path], ...]
    """Formats and files of the reports beside the main one."""
    fixes: bool
    burndown: Path | None
    statistics: bool
    paths: bool
    matrix: bool
    limit: int | None
    baseline: Path | None
    no_baseline: bool
    base_ref: str | None
    color: str
    quiet: bool
    no_cache: bool
    cache_dir: Path | None


def run(request: Request) -> int:
    """Check, write the report, and return the exit status."""
    delivery = Delivery(
        request.output_format,
        request.output_file,
        request.reports,
        color=request.color,
        drawing=RenderOptions(
            statistics=request.statistics,
            paths=request.paths,
            matrix=request.matrix,
            folder=seen_from_here(request.root),
            limit=request.limit,
        ),
    )
    if request.self_test:
        return _tested(request, delivery)
    burndown = _burndown(request, delivery.formats)
    report = _checked(request, delivery.formats)
    delivery.deliver(
        lambda name, options: FORMATS[name](report, replace(options, burndown=burndown))
    )
    if not request.quiet and not _shows_its_verdict(request):
        write_stderr(summary(report, request.output_file))
    status = exit_status(
        report, exits_zero=request.exit_zero, requires_complete=request.require_complete
    )
    if status == UNABLE:
        write_error(f"the check is incomplete: {unchecked(report)}", "the report says which")
    return status


def _tested(request: Request, delivery: Delivery) -> int:
    """Try the rules, and not the code base."""
    from pluribus.cli import trials

    trials.refuse_unfit(request)
    with progress(is_quiet=request.quiet) as say:
        tested = trials.self_test(request.root, _options(request, delivery.formats), progress=say)
    delivery.show(trials.FORMATS[request.output_format](tested))
    return trials.exit_status(tested)


def exit_status(report: Report, *, exits_zero: bool, requires_complete: bool) -> int:
    """Say whether the check failed, or is not as complete as it is required to be."""
    if requires_complete and unchecked(report):
        return UNABLE
    return FOUND if report.failed and not exits_zero else OK


def summary(report: Report, written_to: Path | None) -> str:
    """Say in one line how the check went."""
    parts = ["failed" if report.failed else "passed"]
    found = counted(len(report.findings), "finding")
    worst = f" ({severities(report.findings)})" if report.findings else ""
    parts.append(f"{found}{worst} in {counted(report.completeness.files.seen, 'file')}")
    line = ": ".join(parts)
    if held := accepted(report):
        line += f"; {held}"
    if gaps := unchecked(report):
        line += f"; incomplete: {gaps}"
    return line if written_to is None else f"{line}; the report is in {written_to}"


def _checked(request: Request, formats: frozenset[str]) -> Report:
    asked = _options(request, formats)
    warnings: list[str] = []
    with progress(is_quiet=request.quiet) as say:
        report = check(request.root, asked, progress=say, warn=warnings.append)
    for warning in warnings:
        write_warning(warning)
    return report


def _options(request: Request, formats: frozenset[str]) -> CheckOptions:
    if request.no_baseline and (request.baseline or request.base_ref):
        given = "--baseline" if request.baseline else "--base-ref"
        raise UsageError(f"`--no-baseline` and `{given}` exclude each other")
    if request.phase is not None and (request.select or request.ignore):
        given = "--select" if request.select else "--ignore"
        raise UsageError(f"`--phase` and `{given}` exclude each other")
    if request.fixes and WITH_FIXES.isdisjoint(formats):
        raise UsageError(
            "`--fixes` is written into SARIF and JSON", hint="add `--report sarif=FILE`"
        )
    changed = (
        None
        if request.changed_since is None
        else changed_since(request.root, request.changed_since)
    )
    return CheckOptions(
        select=request.select,
        ignore=request.ignore,
        phase=request.phase,
        concepts=request.concepts,
        only=request.only,
        changed=changed,
        fail_on=Severity(request.fail_on),
        contract=request.contract,
        cache=cache_folder(
            request.root,
            contract=request.contract,
            given=request.cache_dir,
            is_refused=request.no_cache,
        ),
        engine=engine_stamp(),
        honours_suppressions=not request.ignore_suppressions,
        with_texts=not WITH_TEXTS.isdisjoint(formats),
        excerpts_from=None
        if WITH_EXCERPTS.isdisjoint(formats)
        else partial(read_source, request.root),
        fixes_from=partial(read_editable, request.root) if request.fixes else None,
        baseline=request.baseline,
        honours_baseline=not request.no_baseline,
        base=None if request.base_ref is None else based_on(request.base_ref),
        today=today(),
    )


def based_on(ref: str) -> Base:
    """A git revision, as a check asks for it."""
    return Base(ref, lambda path: file_where_left(path, ref))


def _burndown(request: Request, formats: frozenset[str]) -> Burndown | None:
    if request.burndown is None:
        return None
    if "html" not in formats:
        raise UsageError("`--burndown` is drawn into HTML", hint="add `--report html=FILE`")
    # What it needs is not kept waiting for by every other check.
    from pluribus.reports.burndown_json import parsed

    try:
        return parsed(request.burndown.read_bytes())
    except OSError as error:
        raise UsageError(f"--burndown: `{request.burndown}`: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--burndown: `{request.burndown}` holds no burn-down: {error}",
            hint="write it by `pluribus burndown --report json=FILE`",
        ) from error


def _shows_its_verdict(request: Request) -> bool:
    """Whether the person has just read the end of the report on the same terminal."""
    return (
        request.output_file is None
        and request.output_format in ("text", "concise")
        and is_terminal(sys.stdout)
        and is_terminal(sys.stderr)
    )
