"""What a table [conform] names and is not there is refused before anything is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.conform_project import QUICK, project


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            'errors = { unknown-event = "builtins:Missing" }',
            "concepts.chat.conform.errors.unknown-event: `builtins:Missing` cannot be imported:"
            " `builtins` has no `Missing`",
        ),
        (
            'errors = { remove-twice = "app.nowhere:Gone" }',
            "concepts.chat.conform.errors.remove-twice: `app.nowhere:Gone` cannot be imported:"
            " there is no module `app.nowhere`",
        ),
        (
            'errors = { remove-twice = "builtins:int" }',
            "concepts.chat.conform.errors.remove-twice: `builtins:int` is no exception",
        ),
        (
            'connection-lost = "builtins:Missing"',
            "concepts.chat.conform.connection-lost: `builtins:Missing` cannot be imported",
        ),
        (
            'ops.dispose = { call = "app.chat:release" }',
            "concepts.chat.conform.ops.dispose.call: `app.chat:release` cannot be imported",
        ),
        (
            'payload = { at = [{ build = "app.chat:Place" }] }',
            "concepts.chat.conform.payload.at.build: `app.chat:Place` cannot be imported",
        ),
        ('route = "/ws"', "concepts.chat.conform.route must be declared with app"),
    ],
)
def test_it_is_named_with_its_key(tmp_path: Path, lines: str, said: str) -> None:
    done = project(tmp_path, more=f"{QUICK}{lines}\n").run("conform", "--property", "A1")

    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert done.stdout == ""


def test_what_is_there_is_driven(tmp_path: Path) -> None:
    lines = (
        'errors = { remove-twice = "builtins:ValueError" }\n'
        'connection-lost = "builtins:ConnectionResetError"\n'
    )

    done = project(tmp_path, more=f"{QUICK}{lines}").run("conform", "--property", "A1")

    assert done.returncode == 0, done.stdout + done.stderr
