"""The commands that others call. A change here is a change for users: it needs a news fragment."""

from __future__ import annotations

import click
import pytest

from pluribus.cli.baseline import command
from pluribus.cli.commands import program

COMMANDS = {
    "check": [
        "--base-ref",
        "--baseline",
        "--burndown",
        "--cache-dir",
        "--changed-since",
        "--color",
        "--concept",
        "--contract",
        "--exit-zero",
        "--fail-on",
        "--fixes",
        "--ignore",
        "--ignore-suppressions",
        "--limit",
        "--matrix",
        "--no-baseline",
        "--no-cache",
        "--only",
        "--output-file",
        "--output-format",
        "--paths",
        "--phase",
        "--quiet",
        "--report",
        "--require-complete",
        "--select",
        "--self-test",
        "--statistics",
        "-q",
    ],
    "discover": [
        "--cache-dir",
        "--color",
        "--exclude",
        "--into",
        "--limit",
        "--no-cache",
        "--output-format",
        "--quiet",
        "--write",
        "-q",
    ],
    "plan": [
        "--base-ref",
        "--baseline",
        "--cache-dir",
        "--color",
        "--concept",
        "--contract",
        "--limit",
        "--no-cache",
        "--output-file",
        "--output-format",
        "--quiet",
        "-q",
    ],
    "fix": [
        "--allow-dirty",
        "--cache-dir",
        "--concept",
        "--contract",
        "--diff",
        "--emit-patch",
        "--ignore",
        "--limit",
        "--no-cache",
        "--only",
        "--output-format",
        "--phase",
        "--quiet",
        "--select",
        "--shim",
        "--unsafe-fixes",
        "-q",
    ],
    "conform": [
        "--bind",
        "--color",
        "--concept",
        "--contract",
        "--output-file",
        "--output-format",
        "--property",
        "--quiet",
        "--replay",
        "--report",
        "--rivals",
        "--seed",
        "--self-test",
        "--suggest",
        "--transport",
        "-q",
    ],
    "baseline": [],
    "burndown": [
        "--cache-dir",
        "--color",
        "--concept",
        "--contract",
        "--every",
        "--ignore",
        "--limit",
        "--no-cache",
        "--output-file",
        "--output-format",
        "--quiet",
        "--report",
        "--select",
        "--since",
        "--trace",
        "--until",
        "-q",
    ],
    "prove": [
        "--accept",
        "--bundle",
        "--cache-dir",
        "--color",
        "--concept",
        "--contract",
        "--ignore",
        "--limit",
        "--no-cache",
        "--output-file",
        "--output-format",
        "--quiet",
        "--report",
        "--select",
        "-q",
    ],
    "explain": ["--color"],
    "files": ["--cache-dir", "--contract", "--no-cache", "--output-format"],
    "config": ["--contract", "--output-format", "--schema"],
}

_BASELINE = ["--baseline", "--cache-dir", "--contract", "--no-cache"]
_PART = ["--concept", "--only", "--select"]
_TERMS = ["--expires", "--owner", "--reason"]
BASELINE_COMMANDS = {
    "create": [*_BASELINE, *_PART, *_TERMS],
    "update": [*_BASELINE, *_PART, *_TERMS],
    "prune": [*_BASELINE, *_PART],
    "diff": ["--base-ref", "--baseline", "--contract"],
    "explain": _BASELINE,
    "merge": [],
}


def _options(command: click.Command) -> list[str]:
    found = {
        name
        for each in command.params
        if isinstance(each, click.Option)
        for name in (*each.opts, *each.secondary_opts)
    }
    return sorted(found - {"-h", "--help"})


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_these_options_and_no_others(name: str) -> None:
    assert isinstance(program, click.Group)
    found = program.get_command(click.Context(program), name)

    assert found is not None
    assert _options(found) == COMMANDS[name]


def test_these_are_the_commands_of_the_baseline_and_their_options() -> None:
    assert isinstance(command, click.Group)
    found = {name: _options(each) for name, each in command.commands.items()}

    assert found == {name: sorted(names) for name, names in BASELINE_COMMANDS.items()}
    assert list(found) == list(BASELINE_COMMANDS)


def test_these_are_the_commands() -> None:
    assert isinstance(program, click.Group)

    assert program.list_commands(click.Context(program)) == list(COMMANDS)
