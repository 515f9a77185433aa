"""Options that several commands take, and the values that they accept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from pluribus.adapters.files import prepare_cache
from pluribus.cli.help import option
from pluribus.cli.output import write_warning
from pluribus.errors import ContractError, UsageError

ReportsCallback = Callable[
    [click.Context, click.Parameter, tuple[str, ...]], tuple[tuple[str, Path], ...]
]

_Function = TypeVar("_Function", bound=Callable[..., Any])

CACHE_FOLDER: Final = ".pluribus_cache"


def text(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse an empty value: an unset variable in a script is a mistake, not a choice."""
    if value is not None and not value.strip():
        called = (
            max(parameter.opts, key=len)
            if isinstance(parameter, click.Option)
            else parameter.make_metavar(ctx).strip("[]")
        )
        raise UsageError(
            f"`{called}` has an empty value", hint="give it one, or leave it out altogether"
        )
    return value


def words(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse what no file in UTF-8 and no report can hold: bytes that are no text."""
    given = text(ctx, parameter, value)
    if given is not None and any("\ud800" <= character <= "\udfff" for character in given):
        raise click.BadParameter("it is not valid UTF-8", ctx, parameter)
    return given


def texts(
    ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse an empty value among those of an option that may be repeated."""
    for value in values:
        text(ctx, parameter, value)
    return values


def names(
    ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Split each value at its commas, and refuse empty names."""
    split = tuple(name.strip() for value in values for name in value.split(","))
    return texts(ctx, parameter, split)


def path(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Path | None:
    """Refuse the empty path, which Python takes for the current folder."""
    given = text(ctx, parameter, value)
    return None if given is None else Path(given)


def reports(formats: Sequence[str]) -> ReportsCallback:
    """Split each FORMAT=FILE, and refuse formats that there are not and files named twice."""

    def split(
        ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
    ) -> tuple[tuple[str, Path], ...]:
        wanted: list[tuple[str, Path]] = []
        for value in texts(ctx, parameter, values):
            name, _, file = value.partition("=")
            if name not in formats or not file.strip():
                raise UsageError(
                    f"--report: `{value}` is no FORMAT=FILE",
                    hint=f"FORMAT is one of {', '.join(formats)}",
                )
            if any(Path(file) == other for _, other in wanted):
                raise UsageError(
                    f"--report: two reports are to be written to `{file}`",
                    hint="name a file for each",
                )
            wanted.append((name, Path(file)))
        return tuple(wanted)

    return split


def report_option(formats: Sequence[str]) -> Callable[[_Function], _Function]:
    """Reports beside the main one."""
    return option(
        "Output",
        "--report",
        "reports",
        metavar="FORMAT=FILE",
        multiple=True,
        callback=reports(formats),
        help="Write a report there too; may be repeated, with any of the formats.",
    )


def root(ctx: click.Context, parameter: click.Parameter, value: str) -> Path:
    """Refuse what is not a folder."""
    folder = path(ctx, parameter, value) or Path()
    if not folder.exists():
        raise UsageError(f"`{folder}` does not exist", hint="PATH is the root of a code base")
    if not folder.is_dir():
        raise UsageError(
            f"`{folder}` is not a folder",
            hint="PATH is the root of a code base; `check --only` reports on some of its files",
        )
    return folder


root_argument: Final = click.argument("root", metavar="[PATH]", default=".", callback=root)

contract_option: Final = option(
    "What to judge",
    "--contract",
    metavar="FILE",
    callback=path,
    help="Read this contract; by default the nearest one at or above PATH.",
)

select_option: Final = option(
    "What to judge",
    "--select",
    metavar="RULE",
    multiple=True,
    callback=names,
    help="Run only these rules or families of rules; may be repeated, and take a,b,c.",
)

ignore_option: Final = option(
    "What to judge",
    "--ignore",
    metavar="RULE",
    multiple=True,
    callback=names,
    help="Do not run these rules or families of rules.",
)

concept_option: Final = option(
    "What to judge",
    "--concept",
    "concepts",
    metavar="NAME",
    multiple=True,
    callback=names,
    help="Judge only these concepts of the contract.",
)

quiet_option: Final = option(
    "Output", "-q", "--quiet", is_flag=True, help="No progress on stderr."
)

color_option: Final = option(
    "Output",
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Colours; auto means on a terminal, unless NO_COLOR or FORCE_COLOR is set.",
)

no_cache_option: Final = option(
    "Cache", "--no-cache", is_flag=True, help="Read every file anew and keep nothing."
)

cache_dir_option: Final = option(
    "Cache",
    "--cache-dir",
    metavar="FOLDER",
    callback=path,
    help=f"Where to keep what was read; by default {CACHE_FOLDER} in PATH.",
)


baseline_option: Final = option(
    "Baseline",
    "--baseline",
    metavar="FILE",
    callback=path,
    help="The file of accepted findings; by default .pluribus/baseline.jsonl beside the contract.",
)


def today() -> date:
    """The day by which entries of a baseline expire: the same wherever the check is run."""
    return datetime.now(tz=UTC).date()


def cache_folder(
    root: Path,
    *,
    contract: Path | None,
    given: Path | None,
    is_refused: bool,
    needs_contract: bool = True,
) -> Path | None:
    """Prepare the folder of the cache; without one that can be written, warn and go on.

    Raises:
        ContractError: no contract was named and there is none, so that nothing is written into a
            folder that pluribus has no business in. Who needs no contract goes without a cache.
        UsageError: the cache is both named and refused.
    """
    if is_refused:
        if given is not None:
            raise UsageError("`--no-cache` and `--cache-dir` exclude each other")
        return None
    if contract is None:
        from pluribus.contract import find_contract

        try:
            find_contract(root)
        except ContractError:
            if needs_contract:
                raise
            if given is None:
                return None  # nobody has said that pluribus has any business here
    folder = root / CACHE_FOLDER if given is None else given
    problem = prepare_cache(folder)
    if problem is not None:
        write_warning(f"{problem}; going on without a cache")
        return None
    return folder
