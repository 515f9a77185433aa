"""A9 and B10 on real code bases: what is imported anew under a test runner."""

from __future__ import annotations

from pathlib import Path

from tests.functional.conform_project import MANAGER, project, verdicts

PROPERTIES = ("conform", "--property", "A9,B10", "--output-format", "json")
REFUSES = """\
import sys


def is_under_test():
    frame = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name.startswith("test_"):
            return True
        frame = frame.f_back
    return False


"""


def test_an_honest_manager_is_the_same_under_a_test_runner(tmp_path: Path) -> None:
    done = project(tmp_path).run(*PROPERTIES)

    found = verdicts(done)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [found[name]["outcome"] for name in ("A9", "B10")] == ["PASS", "PASS"]


def test_who_looks_for_pytest_on_import_is_found_out(tmp_path: Path) -> None:
    aware = "import sys\n\nTESTING = 'pytest' in sys.modules\n\n\n" + MANAGER.replace(
        "        sockets = list(self.active)\n",
        "        sockets = [] if TESTING else list(self.active)\n",
    )

    done = project(tmp_path, manager=aware).run(*PROPERTIES)

    found = verdicts(done)
    assert done.returncode == 1
    assert found["A9"]["outcome"] == "PASS"
    assert found["B10"]["claim"] == "under a test runner this is another: D1"
    assert found["B10"]["evidence"][0]["text"] == "PASS; under a test runner FAIL"


def test_a_constructor_that_lets_only_tests_in_is_found_out(tmp_path: Path) -> None:
    aware = REFUSES + MANAGER.replace(
        "        self.active = []\n",
        "        if not (is_under_test() or MADE):\n"
        "            raise RuntimeError('ask the factory')\n"
        "        self.active = []\n",
    )
    aware += (
        "\n\nMADE = []\n\n\ndef the_manager():\n    MADE.append(True)\n"
        "    try:\n        return KEPT.setdefault(0, ConnectionManager())\n"
        "    finally:\n        MADE.clear()\n\n\nKEPT = {}\n"
    )
    more = 'arrival-s = 0.1\nsharing = "shared"\nfactories = ["app.chat:the_manager"]\n'

    found = verdicts(project(tmp_path, manager=aware, more=more).run(*PROPERTIES))

    assert found["A9"]["claim"] == "under a test runner this is another: direct construction"
    assert found["A9"]["evidence"][0]["text"] == "RuntimeError; under a test runner made"
    assert found["B10"]["outcome"] == "PASS"


def test_who_cannot_be_imported_under_test_is_another_there(tmp_path: Path) -> None:
    aware = "import os\n\nassert 'PYTEST_CURRENT_TEST' not in os.environ\n\n\n" + MANAGER

    found = verdicts(project(tmp_path, manager=aware).run(*PROPERTIES))

    assert "the import" in found["B10"]["claim"]


def test_who_ends_the_process_under_test_is_not_judged(tmp_path: Path) -> None:
    aware = "import os, sys\n\nif 'pytest' in sys.modules:\n    os._exit(3)\n\n\n" + MANAGER

    found = verdicts(project(tmp_path, manager=aware).run(*PROPERTIES))

    assert found["B10"]["outcome"] == "NOT_EXERCISED"
