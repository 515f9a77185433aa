"""The programs of the README are what they claim to be."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jwt

from pluribus_unum import Hub
from tests.unum.running import runs
from tests.unum.server import served

PACKAGE = Path(__file__).parents[2] / "packages" / "unum"
PROGRAMS = re.findall(r"```python\n(.*?)```", (PACKAGE / "README.md").read_text(), re.DOTALL)


def test_the_first_program_says_hello() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAMS[0]],
        env={"PYTHONPATH": str(PACKAGE / "src")},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert '"payload":"hello"' in done.stdout


def test_the_second_program_is_an_application() -> None:
    names: dict[str, object] = {}
    exec(compile(PROGRAMS[1], "README.md", "exec"), names)  # noqa: S102 # that is what is tried

    assert isinstance(names["hub"], Hub)
    assert callable(names["app"])


@runs
async def test_the_third_program_follows_a_run_of_the_second() -> None:
    server: dict[str, Any] = {}
    client: dict[str, Any] = {}
    exec(compile(PROGRAMS[1], "README.md", "exec"), server)  # noqa: S102 # that is what is tried
    exec(compile(PROGRAMS[2], "README.md", "exec"), client)  # noqa: S102
    key = "a secret that is long enough for HS256"
    token = jwt.encode({"sub": "ann", "exp": time.time() + 60}, key, "HS256")

    async with served(server["hub"]) as url:
        position = await client["follow"](url, token)

    assert position.seq == 5


def test_there_are_no_other_programs_that_nobody_tried() -> None:
    assert len(PROGRAMS) == 3
