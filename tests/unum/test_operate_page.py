"""Every program of the page about operating unum runs as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "operate-unum.md").read_text()
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SAYS = {"HubCollector": "['unum_users 0.0']\n", "Tickets(": "wss://shop.example/ws?ticket="}


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_the_program_runs(number: int) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAMS[number]],
        env={"PYTHONPATH": str(ROOT / "packages" / "unum" / "src")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    for word, said in SAYS.items():
        if word in PROGRAMS[number]:
            assert done.stdout.startswith(said)


def test_every_metric_is_on_the_page() -> None:
    source = (ROOT / "packages/unum/src/pluribus_unum/metrics.py").read_text()
    names = set(re.findall(r'"(unum_\w+)"', source))

    assert names
    missing = {each for each in names if each not in PAGE}
    assert missing == set()
