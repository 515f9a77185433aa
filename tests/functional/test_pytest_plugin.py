"""`pytest --pluribus`, in processes of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from junitparser import JUnitXml, TestCase

from pluribus.rules import ALL
from tests.functional.baseline_project import Accepted
from tests.functional.cli_project import CLEAN, FRAGMENTED, Project

pytest_plugins = ["pytester"]

OWN: Final = "def test_own(): assert True\n"
OTHERS: Final = len(("unused-suppression", "malformed-suppression", "stale-entry"))
COUNT: Final = len(ALL) + OTHERS


def ran(pytester: pytest.Pytester, files: Mapping[str, str], *arguments: str) -> pytest.RunResult:
    Project.made(pytester.path, {**files, "test_own.py": OWN})
    return pytester.runpytest_subprocess("--pluribus", "-p", "no:cacheprovider", *arguments)


def test_a_clean_code_base_passes_with_a_test_for_each_rule(pytester: pytest.Pytester) -> None:
    result = ran(pytester, CLEAN, "-v")

    result.assert_outcomes(passed=COUNT + 1)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*pluribus::manager::dual-import*PASSED*"])


def test_findings_are_shown_as_the_report_shows_them(pytester: pytest.Pytester) -> None:
    result = ran(pytester, FRAGMENTED)

    report = Project(pytester.path).run("check").stdout.splitlines()
    shown = result.stdout.lines
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["FAILED pluribus::manager::dual-import*"])
    start = next(i for i, each in enumerate(report) if each.startswith("imports / dual-import"))
    block = report[start : start + 5]
    assert any(shown[i : i + len(block)] == block for i in range(len(shown)))
    assert not any("Traceback" in each for each in shown)


def test_workers_run_each_test_once_and_say_the_same(pytester: pytest.Pytester) -> None:
    alone = ran(pytester, FRAGMENTED, "--junitxml=alone.xml")
    result = ran(pytester, FRAGMENTED, "-n", "2", "--junitxml=spread.xml")

    assert result.ret == alone.ret == pytest.ExitCode.TESTS_FAILED
    assert _told(pytester.path / "spread.xml") == _told(pytester.path / "alone.xml")


def _told(path: Path) -> list[tuple[Any, ...]]:
    cases = [each for suite in JUnitXml.fromfile(str(path)) for each in suite]
    assert all(isinstance(each, TestCase) for each in cases)
    return sorted(
        (each.classname, each.name, [(type(one).__name__, one.text) for one in each.result])
        for each in cases
    )


def test_the_check_is_run_once_for_all_workers(pytester: pytest.Pytester) -> None:
    """A cache is written by whoever judges; a worker that did would find it written already."""
    log = pytester.path / "checks.log"
    counting = (
        "import os\n"
        "def pytest_configure(config):\n"
        "    if not config.option.pluribus: return\n"
        "    from pluribus.pytest_plugin import outcome\n"
        "    judge = outcome.check\n"
        "    def counted(*args, **named):\n"
        f"        open({str(log)!r}, 'a').write('once\\n')\n"
        "        return judge(*args, **named)\n"
        "    outcome.check = counted\n"
    )

    ran(pytester, {**FRAGMENTED, "conftest.py": counting}, "-n", "2")

    assert log.read_text() == "once\n"


def test_tests_are_listed_without_a_check(pytester: pytest.Pytester) -> None:
    result = ran(pytester, CLEAN, "--collect-only", "-q")

    assert f"{COUNT + 1} tests collected" in result.stdout.str()
    assert not (pytester.path / ".pluribus_cache").exists()


def test_tests_are_chosen_by_name(pytester: pytest.Pytester) -> None:
    result = ran(pytester, FRAGMENTED, "-k", "dual-import or test_own")

    result.assert_outcomes(passed=1, failed=1, deselected=COUNT - 1)
    ours = pytester.runpytest_subprocess("--pluribus", "-k", "pluribus")
    assert ours.parseoutcomes()["deselected"] == 1


def test_without_the_option_nothing_of_pluribus_is_imported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import sys\n"
        "def test_modules():\n"
        "    ours = {name for name in sys.modules if name.startswith('pluribus')}\n"
        "    assert ours == {'pluribus', 'pluribus.pytest_plugin'}\n"
        "    assert 'msgspec' not in sys.modules\n"
    )

    pytester.runpytest_subprocess().assert_outcomes(passed=1)


_BROKEN: Final = "import sys\nsys.modules['pluribus.codebase._native'] = None\n"


def test_a_core_that_cannot_be_loaded_breaks_nothing(pytester: pytest.Pytester) -> None:
    Project.made(pytester.path, {"conftest.py": _BROKEN, "test_own.py": OWN})

    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_core_that_cannot_be_loaded_is_said_when_it_is_asked(pytester: pytest.Pytester) -> None:
    result = ran(pytester, {**CLEAN, "conftest.py": _BROKEN})

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: pluribus cannot be loaded: *_native*"])


@pytest.mark.parametrize(
    ("files", "arguments", "message"),
    [
        ({}, [], "no contract at or above"),
        ({}, ["-n", "2"], "no contract at or above"),
        ({"pluribus.toml": "[concepts.manager]\n"}, [], "owner"),
        ({**CLEAN, "app/manager.py": ""}, ["-n", "2"], "`app.manager:Manager` is not defined"),
        (CLEAN, ["--pluribus-config", "other.toml"], "other.toml"),
        (CLEAN, ["--pluribus-base-ref", "main"], "is not in a git repository"),
        ({**CLEAN, ".pluribus/baseline.jsonl": "x"}, [], "this is no header of a baseline"),
    ],
)
def test_what_cannot_be_judged_is_a_usage_error(
    pytester: pytest.Pytester,
    files: dict[str, str],
    arguments: list[str],
    message: str,
) -> None:
    result = ran(pytester, files, *arguments)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: pluribus: " in result.stderr.str()
    assert message in result.stderr.str()
    assert "Traceback" not in result.stderr.str()


def test_an_option_of_the_check_without_the_check_is_a_usage_error(
    pytester: pytest.Pytester,
) -> None:
    result = pytester.runpytest_subprocess("--pluribus-base-ref", "main")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: `--pluribus-base-ref` needs `--pluribus`"])


def test_what_could_not_be_read_is_never_green(pytester: pytest.Pytester) -> None:
    result = ran(pytester, {**FRAGMENTED, "app/broken.py": "from app.manager import (\n"}, "-rs")

    outcomes = result.parseoutcomes()
    assert outcomes["passed"] == 1, "the test that is not ours"
    assert outcomes["failed"] > 0
    assert outcomes["skipped"] == COUNT - outcomes["failed"]
    result.stdout.fnmatch_lines(["SKIPPED*not checked: 1 file recovered"])


def test_a_rule_that_cannot_be_run_is_skipped_with_the_reason(pytester: pytest.Pytester) -> None:
    contract = '[concepts.limit]\nowner = "app.limits:LIMIT"\n'
    files = {"pluribus.toml": contract, "app/limits.py": "LIMIT = 1\n"}

    result = ran(pytester, files, "-rs")

    assert result.parseoutcomes()["skipped"] > 0
    result.stdout.fnmatch_lines(["SKIPPED*not checked: the owner is a value*"])


def test_the_baseline_is_respected_and_its_growth_refused(
    pytester: pytest.Pytester, tmp_path: Path
) -> None:
    accepted = Accepted.made(pytester.path)
    accepted.write("test_own.py", OWN)
    arguments = ("--pluribus", "--pluribus-base-ref", "main", "-p", "no:cacheprovider")

    first = pytester.runpytest_subprocess(*arguments)
    accepted.write("app/push.py", "from app.legacy import Manager\n\nPUSH = Manager()\n")
    accepted.ran("update", "--reason", "later")
    second = pytester.runpytest_subprocess(*arguments)

    first.assert_outcomes(passed=COUNT + 2)
    second.assert_outcomes(passed=COUNT + 1, failed=1)
    second.stdout.fnmatch_lines(["FAILED pluribus::the baseline::baseline-growth*"])


def test_the_contract_may_be_elsewhere(pytester: pytest.Pytester) -> None:
    files = {name: text for name, text in CLEAN.items() if name != "pluribus.toml"}

    result = ran(
        pytester,
        {**files, "settings/pluribus.toml": CLEAN["pluribus.toml"]},
        "--pluribus-config",
        "settings/pluribus.toml",
    )

    result.assert_outcomes(passed=COUNT + 1)


def test_what_failed_is_run_again_alone(pytester: pytest.Pytester) -> None:
    Project.made(pytester.path, FRAGMENTED)
    first = pytester.runpytest_subprocess("--pluribus")

    again = pytester.runpytest_subprocess("--pluribus", "--last-failed")

    assert again.parseoutcomes()["failed"] == first.parseoutcomes()["failed"]
    assert "passed" not in again.parseoutcomes()


def test_the_entry_point_is_declared() -> None:
    root = Path(__file__).parents[2]
    declared = (root / "packages/pluribus/pyproject.toml").read_text()

    assert '[project.entry-points.pytest11]\npluribus = "pluribus.pytest_plugin"\n' in declared
    assert json.dumps("pytest") not in declared, "pytest is no dependency"
