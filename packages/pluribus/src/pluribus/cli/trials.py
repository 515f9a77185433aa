"""`pluribus check --self-test`: runs it, and writes what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from pluribus.app.self_test import SelfTest, self_test
from pluribus.cli.exits import FOUND, OK
from pluribus.errors import UsageError
from pluribus.reports.table import table
from pluribus.reports.wording import counted, printable

if TYPE_CHECKING:
    from pluribus.cli.checking import Request


def as_text(tested: SelfTest) -> str:
    """Write a row a rule and concept, and why something was not tried or went wrong."""
    head = ("rule", "concept", "violation", "near miss", "")
    rows = [
        (rule, names(concepts), violation, near_miss, printable(reason))
        for (rule, violation, near_miss, reason), concepts in _alike(tested).items()
    ]
    failed = sum(each.has_failed for each in tested.trials)
    tried = sum(each.violation != "not-applicable" for each in tested.trials)
    rules = {each.rule for each in tested.trials if each.violation == "found"}
    lines = [
        *table([head, *rows]),
        "",
        f"{'failed' if tested.failed else 'passed'}: {counted(tried, 'violation')} planted, "
        f"{counted(failed, 'trial')} failed; {counted(len(rules), 'rule')} found what was "
        f"planted; {counted(tested.checks, 'check')}",
    ]
    return "\n".join(lines) + "\n"


def _alike(tested: SelfTest) -> dict[tuple[str, str, str, str], list[str]]:
    """The concepts of which the same is said of a rule."""
    rows: dict[tuple[str, str, str, str], list[str]] = {}
    for each in tested.trials:
        key = (each.rule, each.violation, each.near_miss, each.reason)
        rows.setdefault(key, []).append(each.concept)
    return rows


def names(concepts: list[str]) -> str:
    """The first of them, and how many more there are."""
    return concepts[0] + (f" and {len(concepts) - 1} more" if len(concepts) > 1 else "")


def as_json(tested: SelfTest) -> str:
    """Write the same for programs."""
    document = {
        "schema_version": 1,
        "tool": {"name": "pluribus", "version": tested.tool_version},
        "failed": tested.failed,
        "checks": tested.checks,
        "trials": tested.trials,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


FORMATS: Final[dict[str, Callable[[SelfTest], str]]] = {"text": as_text, "json": as_json}


def refuse_unfit(request: Request) -> None:
    """Refuse options that say how findings are reported: there are none.

    Raises:
        UsageError: naming the option.
    """
    unfit = {
        "--only": request.only,
        "--changed-since": request.changed_since,
        "--exit-zero": request.exit_zero,
        "--baseline": request.baseline,
        "--no-baseline": request.no_baseline,
        "--base-ref": request.base_ref,
        "--require-complete": request.require_complete,
        "--statistics": request.statistics,
        "--paths": request.paths,
        "--matrix": request.matrix,
        "--limit": request.limit,
        "--report": request.reports,
        f"--output-format {request.output_format}": request.output_format not in FORMATS,
    }
    for option, is_given in unfit.items():
        if is_given:
            raise UsageError(
                f"`--self-test` and `{option}` exclude each other",
                hint="a self-test says of each rule whether it works, as text or json",
            )


def exit_status(tested: SelfTest) -> int:
    """Say whether a rule missed what was planted, or gave a false alarm."""
    return FOUND if tested.failed else OK


__all__ = ["FORMATS", "exit_status", "refuse_unfit", "self_test"]
