"""The programs of the README are what they claim to be."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from pluribus_unum import Hub

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


def test_there_are_no_other_programs_that_nobody_tried() -> None:
    assert len(PROGRAMS) == 2
