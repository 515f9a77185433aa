"""What others build on of `pluribus baseline`. A change here is a change for users, too."""

from __future__ import annotations

import click

from pluribus.cli.baseline import command
from tests.unit.test_public_api import options_of

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


def test_these_are_the_commands_of_the_baseline_and_their_options() -> None:
    assert isinstance(command, click.Group)
    found = {name: options_of(each) for name, each in command.commands.items()}

    assert found == {name: sorted(names) for name, names in BASELINE_COMMANDS.items()}
    assert list(found) == list(BASELINE_COMMANDS)
