"""Managers from the wild, driven in memory and over real sockets: their faults are known.

Each runs with a Python of its own, which has what it needs; `README.md` beside this file says how
to make one. The contracts say how the managers are called and nothing of their faults.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
TRANSPORTS = ("memory", "sockets")
PATIENCE_S = 900


@cache
def outcomes(name: str, contract: str, python: str, transport: str) -> dict[str, tuple[str, str]]:
    """What came of each property, with what was found."""
    given = os.environ.get("PLURIBUS_REAL")
    if not given:
        pytest.skip("no real code bases: `make real REAL=DIR` says where they are")
    root, interpreter = Path(given) / name, Path(given) / python / "bin" / "python"
    for needed in (root, interpreter):
        if not needed.exists():
            pytest.skip(f"`{needed.name}` is not there: tests/real/README.md says how to make it")
    placed = root / "pluribus-conform.toml"
    shutil.copy(HERE / "conform" / f"{contract}.toml", placed)
    done = subprocess.run(
        [
            *(interpreter, "-m", "pluribus", "conform", "--output-format", "json"),
            *("--contract", placed.name, "--transport", transport),
        ],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.stdout, done.stderr
    (concept,) = json.loads(done.stdout)["concepts"]
    return {each["property"]: (each["outcome"], each["claim"]) for each in concept["verdicts"]}


def _faults(found: dict[str, tuple[str, str]], *names: str) -> dict[str, str]:
    return {name: found[name][1] for name in names if found[name][0] == "FAIL"}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_manager_of_the_fastapi_tutorial_has_its_three_faults(transport: str) -> None:
    found = outcomes("fastapi-tutorial", "fastapi-tutorial", "managers", transport)

    faults = _faults(found, "E3", "E8", "G1")
    assert "raised ValueError: list.remove(x): x not in list" in faults["E3"]
    assert "missed 1 of 2 sockets" in faults["E8"]
    assert "raised WebSocketDisconnect and reached 0 of 2 open sockets" in faults["G1"]
    assert found["D1"][0] == "PASS"
    assert found["G5"][0] == {"memory": "DECLINED", "sockets": "FAIL"}[transport]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_of_veraths_manager_two_faults_were_mended_and_one_was_left(transport: str) -> None:
    before = outcomes("verath-before", "verath", "managers", transport)
    after = outcomes("verath-after", "verath", "managers", transport)

    faults = _faults(before, "E8", "E10", "G2")
    assert "the same user, who had connected again" in faults["E10"]
    assert "RuntimeError: dictionary changed size" in faults["E8"]
    assert set(faults) == {"E8", "E10", "G2"}
    assert (after["E8"][0], after["E10"][0], after["G2"][0]) == ("PASS", "PASS", "FAIL")
    assert after["D1"][0] == "PASS"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_taskdogs_manager_was_red_and_is_green(transport: str) -> None:
    before = outcomes("taskdog-before", "taskdog", "managers", transport)
    after = outcomes("taskdog-after", "taskdog", "managers", transport)

    assert "RuntimeError: dictionary changed size" in _faults(before, "E8")["E8"]
    assert (after["E8"][0], after["E9"][0]) == ("PASS", "PASS")
    for each in (before, after):
        assert (each["G1"][0], each["G2"][0], each["D1"][0]) == ("PASS", "PASS", "PASS")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_manager_of_the_founding_report_takes_no_socket_in(transport: str) -> None:
    found = outcomes("zen", "zen", "zen-python", transport)

    faults = _faults(found, "A7", "B4", "B5", "B6", "B7")
    assert "`add_connection` raised AttributeError" in faults["A7"]
    assert "`_message_recovery_queue`" in faults["A7"].replace("'", "`")
    assert set(faults) == {"A7", "B4", "B5", "B6", "B7"}
    assert found["D1"][0] == "NOT_EXERCISED"
