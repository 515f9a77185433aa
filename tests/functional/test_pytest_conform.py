"""`pytest --pluribus --pluribus-conform`, in processes of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml

from pluribus.app.conform_options import NAMES
from tests.functional.conform_project import CONTRACT, MANAGER, QUICK
from tests.functional.test_pytest_plugin import COUNT, ran

pytest_plugins = ["pytester"]

BROKEN = MANAGER.replace("        if websocket in self.active:\n    ", "")
MUTE = MANAGER.replace("            await socket.send_text(message)\n", "            pass\n")
LACKING = MANAGER.replace("send_text(message)", "send_smoke(message)")
CONFORM = "--pluribus-conform"
# These import the owner anew, in a process of their own.
ANEW = ('A9 = "imports anew"', 'B10 = "imports anew"')


def files(manager: str = MANAGER, more: str = QUICK) -> dict[str, str]:
    return {"pluribus.toml": CONTRACT + more, "app/__init__.py": "", "app/chat.py": manager}


def count(result: pytest.RunResult) -> int:
    return sum(number for name, number in result.parseoutcomes().items() if name != "warnings")


def test_each_property_of_what_is_driven_is_a_test(pytester: pytest.Pytester) -> None:
    result = ran(pytester, files(), CONFORM, "-v")

    assert result.ret == pytest.ExitCode.OK
    assert count(result) == COUNT + len(NAMES) + len(("allowances", "test_own"))
    result.stdout.fnmatch_lines(
        [
            "*pluribus::chat::D1*PASSED*",
            "*pluribus::chat::D2*SKIPPED*declined*",
            "*pluribus::chat::allowances*PASSED*",
        ]
    )


def test_nothing_is_driven_unless_it_is_asked_for(pytester: pytest.Pytester) -> None:
    traced = MANAGER.replace("class", "open('imported', 'w').close()\n\n\nclass", 1)

    result = ran(pytester, files(traced))

    result.assert_outcomes(passed=COUNT + 1)
    assert not (pytester.path / "imported").exists()


def test_the_settings_of_pytest_may_ask_for_it(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\npluribus_conform = true\n")

    result = ran(pytester, files(), "-v")

    result.stdout.fnmatch_lines(["*pluribus::chat::D1*PASSED*"])


def test_a_failure_is_shown_as_the_report_shows_it(pytester: pytest.Pytester) -> None:
    result = ran(pytester, files(BROKEN), CONFORM)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "FAIL E3 removing twice does no harm  E3:*",
            "*at        app/chat.py:12:1 ConnectionManager.disconnect",
            "*manager.disconnect(websocket=alice_socket)",
            "FAILED pluribus::chat::E3*",
        ]
    )
    assert not any("Traceback" in each for each in result.stdout.lines)


def test_what_was_not_exercised_fails_until_it_is_allowed(pytester: pytest.Pytester) -> None:
    refused = ran(pytester, files(MUTE), CONFORM, "-k", "E2 or E3")
    more = QUICK + 'allow = { E2 = "quiet", E3 = "quiet" }\n'
    allowed = ran(pytester, files(MUTE, more), CONFORM, "-k", "E2 or E3", "-rs")

    assert refused.parseoutcomes()["failed"] == 2
    assert allowed.ret == pytest.ExitCode.OK
    allowed.stdout.fnmatch_lines(["*not exercised, which is allowed: quiet"])


def test_what_could_not_be_judged_is_an_error(pytester: pytest.Pytester) -> None:
    result = ran(pytester, files(LACKING), CONFORM, "-k", "D1")

    assert result.parseoutcomes()["errors"] == len(("D1", "D14"))
    result.stdout.fnmatch_lines(
        [
            "*asks its socket for `send_smoke`*",
            "*asks its socket for `send_smoke`*",
            "ERROR pluribus::chat::D1 - *",
            "ERROR pluribus::chat::D14 - *",
        ]
    )


def test_an_allowance_that_is_not_needed_fails(pytester: pytest.Pytester) -> None:
    result = ran(pytester, files(more=QUICK + 'allow = { D1 = "once" }\n'), CONFORM, "-k", "chat")

    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["allow.D1: not needed, take it out of the contract"])


def test_workers_say_the_same_and_the_owner_is_driven_once(pytester: pytest.Pytester) -> None:
    log = pytester.path / "imports.log"
    counted = f"open({str(log)!r}, 'a').write('once\\n')\n\n\n{BROKEN}"
    made = files(counted, QUICK + f"declined = {{ {', '.join(ANEW)} }}\n")
    ran(pytester, made, CONFORM, "--junitxml=alone.xml")
    log.unlink()

    result = ran(pytester, made, CONFORM, "-n", "2", "--junitxml=spread.xml")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert log.read_text() == "once\n"
    assert told(pytester.path / "spread.xml") == told(pytester.path / "alone.xml")


def told(path: Path) -> list[tuple[Any, ...]]:
    return sorted(
        (case.classname, case.name, [(type(each).__name__, each.text) for each in case.result])
        for suite in JUnitXml.fromfile(str(path))
        for case in suite
    )


def test_a_listing_drives_nothing(pytester: pytest.Pytester) -> None:
    traced = MANAGER.replace("class", "open('imported', 'w').close()\n\n\nclass", 1)

    result = ran(pytester, files(traced), CONFORM, "--collect-only", "-q")

    assert "pluribus::chat::D1" in result.stdout.lines
    assert not (pytester.path / "imported").exists()


@pytest.mark.parametrize(
    ("manager", "said"),
    [
        ("import nowhere\n\n\n" + MANAGER, "*its owner cannot be driven: ModuleNotFoundError*"),
        (MANAGER.replace("self, websocket):", "self, thing):"), "*requires `thing`*"),
    ],
)
def test_what_cannot_be_driven_is_a_usage_error(
    pytester: pytest.Pytester, manager: str, said: str
) -> None:
    result = ran(pytester, files(manager), CONFORM)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_where_no_concept_says_that_it_is_driven_that_is_a_usage_error(
    pytester: pytest.Pytester,
) -> None:
    made = {**files(), "pluribus.toml": '[concepts.chat]\nowner = "app.chat:ConnectionManager"\n'}

    result = ran(pytester, made, CONFORM)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no concept says that it is to be driven*"])


def test_the_option_alone_is_refused(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess(CONFORM)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*`--pluribus-conform` needs `--pluribus`*"])
