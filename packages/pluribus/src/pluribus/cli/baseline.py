"""`pluribus baseline`: what its commands take. What they do is in `baselining`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from pluribus.cli import options
from pluribus.cli.help import STATUSES, TaughtCommand, TaughtGroup, option

_Function = TypeVar("_Function", bound=Callable[..., Any])

_JUDGE: Final = "What to judge"
_TERMS: Final = "Terms"


def _common(function: _Function) -> _Function:
    """What each command takes that looks for a contract and its baseline."""
    for each in (
        options.cache_dir_option,
        options.no_cache_option,
        options.baseline_option,
        options.contract_option,
        options.root_argument,
    ):
        function = each(function)
    return function


def _scope(function: _Function) -> _Function:
    """What each command takes that may look at a part."""
    for each in (
        option(
            _JUDGE,
            "--only",
            metavar="GLOB",
            multiple=True,
            callback=options.texts,
            help="Only findings in these files, and their entries; globs as in .gitignore.",
        ),
        option(
            _JUDGE,
            "--concept",
            "concepts",
            metavar="NAME",
            multiple=True,
            callback=options.names,
            help="Only these concepts of the contract, and their entries.",
        ),
        option(
            _JUDGE,
            "--select",
            metavar="RULE",
            multiple=True,
            callback=options.names,
            help="Only these rules or families of rules, and their entries.",
        ),
    ):
        function = each(function)
    return function


def _terms(*, is_required: bool) -> Callable[[_Function], _Function]:
    """On what terms more is accepted."""

    def decorate(function: _Function) -> _Function:
        for each in (
            option(
                _TERMS,
                "--expires",
                metavar="YYYY-MM-DD",
                callback=_day,
                help="The last day on which it is accepted.",
            ),
            option(
                _TERMS,
                "--owner",
                metavar="NAME",
                callback=options.words,
                help="Who is to remove it: a person or a team.",
            ),
            option(
                _TERMS,
                "--reason",
                metavar="TEXT",
                required=is_required,
                callback=options.words,
                help="Why it is accepted." if is_required else "Why more is accepted.",
            ),
        ):
            function = each(function)
        return function

    return decorate


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("write the day as 2027-01-31", ctx, parameter) from None
    if day < options.today():
        raise click.BadParameter(f"{day} is over", ctx, parameter)
    return day


@click.command(
    "create",
    cls=TaughtCommand,
    examples=(
        ("pluribus baseline create --reason 'before the clean-up'", "accept all that is found"),
        (
            "pluribus baseline create --reason X --expires 2027-06-30",
            "and only until that day",
        ),
    ),
)
@_common
@_scope
@_terms(is_required=True)
def create(**given: Any) -> int:
    """Accept all that is found now, in a new baseline.

    A baseline that is there is not overwritten. PATH is the root of the code base, by default
    this folder.
    """
    from pluribus.cli.baselining import Request, create

    return create(Request(**given))


@click.command(
    "update",
    cls=TaughtCommand,
    examples=(
        ("pluribus baseline update", "take out what is gone"),
        ("pluribus baseline update --reason 'see ADR 12'", "and take in what is new"),
    ),
    statuses=(
        ("0", "the baseline accepts what is found, and no more"),
        ("1", "new findings are not in it, because no reason was given"),
        *STATUSES[1:],
    ),
)
@_common
@_scope
@_terms(is_required=False)
def update(**given: Any) -> int:
    """Take out what is gone and, with a reason, take in what is new.

    Entries that have expired count as new. Each change is printed.
    """
    from pluribus.cli.baselining import Request, update

    return update(Request(**given))


@click.command(
    "prune",
    cls=TaughtCommand,
    examples=(("pluribus baseline prune", "take out what is gone"),),
)
@_common
@_scope
def prune(**given: Any) -> int:
    """Take out what is gone, and nothing else."""
    from pluribus.cli.baselining import Request, prune

    return prune(Request(**given))


@click.command(
    "diff",
    cls=TaughtCommand,
    examples=(
        ("pluribus baseline diff", "what is not committed yet"),
        ("pluribus baseline diff --base-ref origin/main", "what a branch changes"),
    ),
    statuses=(
        ("0", "it accepts no more than it did"),
        ("1", "it accepts more, or for longer"),
        *STATUSES[1:],
    ),
)
@options.root_argument
@options.contract_option
@options.baseline_option
@option(
    "Baseline",
    "--base-ref",
    metavar="REF",
    default="HEAD",
    show_default=True,
    callback=options.words,
    help="Compare with the file where HEAD left this git revision.",
)
def diff(root: Path, contract: Path | None, baseline: Path | None, base_ref: str) -> int:
    """Say how the baseline differs from what it was at a git revision."""
    from pluribus.cli.baselining import diff

    return diff(root, contract=contract, baseline=baseline, base_ref=base_ref)


@click.command(
    "explain",
    cls=TaughtCommand,
    examples=(
        ("pluribus baseline explain", "every entry, with its id"),
        ("pluribus baseline explain legacy-import:9c1f", "what it accepts, and where"),
    ),
)
@click.argument("name", metavar="[ID]", required=False, callback=options.text)
@_common
def explain(name: str | None, **given: Any) -> int:
    """Say what an entry accepts, where that is now, and since when.

    Without ID, every entry is listed.
    ID is that of an entry or the beginning of one, or that of a finding as in a JSON report.
    """
    from pluribus.cli.baseline_entries import explain
    from pluribus.cli.baselining import Request

    return explain(Request(**given), name)


@click.command(
    "merge",
    cls=TaughtCommand,
    examples=(
        (
            "git config merge.pluribus-baseline.driver 'pluribus baseline merge %O %A %B'",
            "once in each clone",
        ),
        (
            "echo '.pluribus/baseline.jsonl merge=pluribus-baseline' >> .gitattributes",
            "once, and committed",
        ),
    ),
    statuses=(
        ("0", "merged"),
        ("1", "both sides changed the words of an entry: they are marked as a conflict"),
        *STATUSES[1:],
    ),
)
@click.argument("ancestor", callback=options.path)
@click.argument("ours", callback=options.path)
@click.argument("theirs", callback=options.path)
def merge(ancestor: Path, ours: Path, theirs: Path) -> int:
    """Merge two versions of a baseline into OURS.

    It is done entry by entry, and made to be a merge driver of git.
    """
    from pluribus.cli.baseline_driver import merge

    return merge(ancestor, ours, theirs)


@click.group(
    "baseline",
    cls=TaughtGroup,
    no_args_is_help=True,
    examples=(
        ("pluribus baseline create --reason TEXT", "accept all that is found now"),
        ("pluribus baseline prune", "take out what is gone"),
        ("pluribus check --base-ref origin/main", "refuse what the baseline has grown by"),
    ),
)
def command() -> None:
    """Accept what is found for now, and only ever less of it.

    The baseline is .pluribus/baseline.jsonl beside the contract, one line an entry, each with a
    reason. `pluribus check` reads it when it is there: what it accepts is counted, not reported.
    """


for _each in (create, update, prune, diff, explain, merge):
    command.add_command(_each)
