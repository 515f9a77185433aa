"""The programs of the README and of the how-to are what they claim to be."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jwt
import pytest

from pluribus_unum import Hub
from tests.unum.brokers.nodes import MISSING, SERVERS, server_of
from tests.unum.brokers.servers import running
from tests.unum.running import runs
from tests.unum.server import served

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "packages" / "unum"
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


@pytest.mark.parametrize("kind", SERVERS)
def test_the_program_of_the_how_to_says_what_it_is_shown_to_say(kind: str, tmp_path: Path) -> None:
    if missing := MISSING[kind]:
        pytest.skip(f"needs {missing}: pip install -r requirements/dev.txt")
    page = (ROOT / "docs" / "how-to" / "run-unum-on-several-nodes.md").read_text()
    found = re.search(
        r"```python\n(?P<program>.*?)```\s+```text\n(?P<says>.*?)```", page, re.DOTALL
    )
    assert found is not None
    with running(server_of(kind, tmp_path)) as server:
        done = subprocess.run(
            [sys.executable, "-c", found["program"], server.url],
            env={"PYTHONPATH": str(PACKAGE / "src")},
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )

    assert done.stdout == found["says"]
