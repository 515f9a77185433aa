"""Strings that name what a test replaces, and the code that meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.remedy.mending import mended, reasons, text_of

LATE = "def run():\n    from app.old import make\n    return make()\n"
TEST = "from unittest import mock\nwith mock.patch('app.old.make'): ...\n"
USER, PATH = "app/user.py", "tests/test_user.py"


def test_a_patch_moves_with_the_code_that_it_meets(tmp_path: Path) -> None:
    outcome = mended(tmp_path, {USER: LATE, PATH: TEST})

    assert text_of(outcome, USER) == LATE.replace("app.old", "app.manager")
    assert text_of(outcome, PATH) == TEST.replace("app.old", "app.manager")


@pytest.mark.parametrize(
    "spelled",
    [
        "mock.patch(target='app.old.make')",
        "mock.patch(\n    r'''app.old.make'''  # it\n)",
        "mocker.patch('app.old.make')",
        "monkeypatch.setattr('app.old.make', None)",
        "mock.patch('app.old.Manager.send')",
        "import_string('app.old.Manager')",
        "import_string('app.old:Manager')",
    ],
)
def test_only_the_path_in_the_string_is_changed(spelled: str, tmp_path: Path) -> None:
    outcome = mended(tmp_path, {USER: LATE, PATH: f"{spelled}\n"})

    assert text_of(outcome, PATH) == f"{spelled}\n".replace("app.old", "app.manager")


STAY = {
    "the old module uses it": (
        {"app/old.py": "from app.manager import Manager, make\n\n\ndef f(): return make()\n"},
        "person: `app.old` uses `make` itself (line 4), where the patch meets it",
    ),
    "code that cannot move": (
        {"app/other.py": "import app.old as o\n\n\ndef f(): return o, o.make()\n"},
        "person: app/other.py:1 goes on to look `make` up in `app.old`",
    ),
    "the new module uses it": (
        {
            "app/manager.py": "class Manager: ...\ndef make(): ...\ndef all(): return make()\n"
            "LIMIT = 1\n"
        },
        "unsafe: `app.manager` uses `make` itself (line 3), which the patch does not meet today",
    ),
    "code that has moved already": (
        {"app/other.py": "def f():\n    from app.manager import make\n    return make()\n"},
        "unsafe: app/other.py:2 looks `make` up in `app.manager`, which the patch does not meet"
        " today",
    ),
    "another module in its place": (
        {"tests/test_late.py": "import sys\nsys.modules['app.old'] = None\n"},
        "unsafe: tests/test_late.py:2 puts something else in the place of its old module",
    ),
    "a patch through the module": (
        {
            "tests/test_late.py": "from unittest import mock\nfrom app import old\n"
            "mock.patch.object(old, 'make')\n"
        },
        "unsafe: `app.old.make` is patched in tests/test_late.py:3, which goes through the module"
        " object",
    ),
    "a patch that a comment keeps": (
        {
            "tests/test_late.py": "from unittest import mock\n"
            "mock.patch('app.old.make' + '')\n"
            "x = mock.patch('app.old.' 'make')\n"
        },
        "person: `app.old.make` is patched in tests/test_late.py:3, which stays: the string is"
        " spelled in parts, or with escapes",
    ),
}


@pytest.mark.parametrize("name", STAY)
def test_where_one_of_them_stays_both_stay(name: str, tmp_path: Path) -> None:
    more, reason = STAY[name]

    outcome = mended(tmp_path, {USER: LATE, PATH: TEST, **more})

    assert text_of(outcome, USER) is None
    assert text_of(outcome, PATH) is None
    said = reasons(outcome, USER)
    assert any(reason in each or reason.partition(": ")[2] in each for each in said), said


def test_a_patch_of_the_new_path_does_not_meet_more_than_today(tmp_path: Path) -> None:
    patch = TEST.replace("app.old", "app.manager")

    outcome = mended(tmp_path, {USER: LATE, PATH: patch})

    assert reasons(outcome, USER) == {
        "unsafe: tests/test_user.py:2 patches `app.manager.make`, which this does not meet today"
    }


def test_a_test_does_not_hold_up_what_another_test_patches(tmp_path: Path) -> None:
    other = (
        "def test():\n    from app.old import make\n    import app.old as o\n    print(o, make)\n"
    )

    outcome = mended(tmp_path, {USER: LATE, PATH: TEST, "tests/test_other.py": other})

    assert text_of(outcome, PATH) == TEST.replace("app.old", "app.manager")


def test_two_names_of_one_module_object_need_no_tie(tmp_path: Path) -> None:
    files = {
        "app/old.py": "import sys\nfrom app import manager\nsys.modules[__name__] = manager\n",
        "app/manager.py": "import time\nclass Manager: ...\ndef make(): return time.time()\n"
        "def all(): return make()\n",
        USER: LATE,
        PATH: TEST + "mock.patch('app.old.time.time')\n",
    }

    outcome = mended(tmp_path, files)

    assert text_of(outcome, PATH) == files[PATH].replace("app.old", "app.manager")


def test_a_string_that_only_looks_like_a_path_is_never_touched(tmp_path: Path) -> None:
    before = (
        "import logging\nlogging.getLogger('app.old.Manager')\nx = 'app.old.make'\n"
        "assert x == 'app.old.Manager'\nprint('app.old.make', y='app.old.Manager')\n"
    )

    outcome = mended(tmp_path, {USER: before}, takes_unsafe=True)

    assert text_of(outcome, USER) is None


def test_a_setting_is_an_unsafe_edit(tmp_path: Path) -> None:
    before = "MAKER = 'app.old.make'\nLOGGER = 'app.old'\n"

    safe = mended(tmp_path, {"app/settings.py": before})
    unsafe = mended(tmp_path, {"app/settings.py": before}, takes_unsafe=True)

    assert "unsafe: it is a setting: what reads it is not seen" in reasons(safe, "app/settings.py")
    assert text_of(unsafe, "app/settings.py") == before.replace("app.old.make", "app.manager.make")
