"""Code and tests that bind names of a module anew, and what may not be moved for that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.remedy.mending import mended, reasons, text_of

USER = "app/user.py"
LATE = "def run():\n    from app.old import make\n    return make()\n"
HEAD = "from unittest import mock\n"
PATCHED = {
    "several at once, by name": "mock.patch.multiple('app.old', make=1)",
    "several at once": "from app import old\nmock.patch.multiple(old, make=1)",
    "by a constant": "T = 'app.old.make'\nmock.patch(T, 1)",
    "by an attribute": "class T:\n    P = 'app.old.make'\n    mock.patch(P, 1)",
    "in a loop": "for each in ('app.old.make',):\n    mock.patch(each, 1)",
    "by a decorator": (
        "import pytest\n@pytest.mark.parametrize('n', ['app.old.make'])\n"
        "def test(n):\n    mock.patch(n, 1)"
    ),
    "by a function": "def p(n): return mock.patch(n, 1)\np('app.old.make')",
    "through another module": "mock.patch('app.face.old.make', 1)",
    "of a module by a constant": "T = 'app.old'\nmock.patch(f'{T}.make', 1)",
    "of what is imported by name": (
        "import importlib\nmock.patch.object(importlib.import_module('app.old'), 'make', 1)"
    ),
    "of what is imported by name and kept": (
        "import importlib\nm = importlib.import_module('app.old')\nm.make = 1"
    ),
    "by a name that varies": "from app import old\nN = 'make'\nmock.patch.object(old, N, 1)",
    "of its dictionary": "from app import old\nmock.patch.dict(old.__dict__, {'make': 1})",
    "of its dictionary by name": "mock.patch.dict('app.old.__dict__', {'make': 1})",
    "of an item": (
        "from app import old\ndef test(monkeypatch):\n"
        "    monkeypatch.setitem(vars(old), 'make', 1)"
    ),
    "of modules by a constant": (
        "import sys\nN = 'app.old'\nmock.patch.dict(sys.modules, {N: None})"
    ),
    "of modules that are set by a constant": "import sys\nN = 'app.old'\nsys.modules[N] = None",
    "an assignment": "from app import old\nold.make = 1",
    "an assignment by another name": "import app.old as o\no.make = 1",
    "an assignment through the package": "import app.old\napp.old.make = 1",
    "an assignment through a package alone": "import app\napp.old.make = 1",
    "an assignment of several": "import app.old as o\no.make, x = 1, 2",
    "an assignment in a loop": "import app.old as o\nfor o.make in (1,): ...",
    "an assignment in a context": "import app.old as o\nwith x as o.make: ...",
    "an assignment to what is imported by name": (
        "from importlib import import_module\nimport_module('app.old').make = 1"
    ),
    "an assignment to what is loaded": "import sys\nsys.modules['app.old'].make = 1",
    "an update": "import app.old\nvars(app.old).update(make=1)",
    "an item": "import app.old\napp.old.__dict__['make'] = 1",
    "a name that is gone": "import app.old\ndel app.old.make",
    "another name for it": "from app import old\nm = old\nm.make = 1",
    "whoever is handed it": "from app import old, aside\naside.change(old)",
    "setattr with a variable": "from app import old\ndef f(n): setattr(old, n, 1)",
    "the owner": "from app import manager\nmanager.make = 1",
    "the owner through the package": "import app.manager\napp.manager.make = 1",
}


@pytest.mark.parametrize("path", ["tests/test_late.py", "app/start.py"])
@pytest.mark.parametrize("name", PATCHED)
def test_what_is_bound_anew_may_tell_old_and_new_apart(
    name: str, path: str, tmp_path: Path
) -> None:
    face = {"app/face.py": "from app import old\nX = old.LIMIT\n"}
    code = {path: f"{HEAD}{PATCHED[name]}\n"}
    outcome = mended(tmp_path, {USER: LATE, **code, **(face if "face" in code[path] else {})})

    assert text_of(outcome, USER) is None
    said = reasons(outcome, USER)
    assert all(each.startswith(("unsafe: ", "person: ")) and path in each for each in said), said


LEFT_ALONE = {
    "another name": "from app import old\nold.other = 1\nmock.patch.multiple(old, other=1)",
    "a look": (
        "from app import old\nassert old.LIMIT\nassert hasattr(old, 'make')\n"
        "print(old, vars(old)['make'], sorted(vars(old)), old.__dict__.get('x'))\n"
        "assert old is not None"
    ),
    "a look at what is imported by name": (
        "import importlib\nassert importlib.import_module('app.old').make\n"
        "importlib.import_module('app.old')"
    ),
    "a logger": "import logging\nlogging.getLogger('app.old')",
    "a comparison": "assert __name__ != 'app.old.make'",
    "a message": "print('app.old.make')",
}


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_changes_nothing_of_it_is_no_doubt(name: str, tmp_path: Path) -> None:
    outcome = mended(tmp_path, {USER: LATE, "tests/test_late.py": f"{HEAD}{LEFT_ALONE[name]}\n"})

    assert text_of(outcome, USER) == LATE.replace("app.old", "app.manager"), reasons(outcome, USER)


def test_a_variable_that_other_code_sets_is_this_or_that(tmp_path: Path) -> None:
    files = {
        USER: "from app.old import LIMIT\n",
        "app/start.py": "from app import manager\ndef go(): manager.LIMIT = 3\n",
    }

    outcome = mended(tmp_path, files)

    assert reasons(outcome, USER) == {"unsafe: app/start.py:2 binds `app.manager.LIMIT` anew"}


def test_an_old_module_that_keeps_what_it_finds_is_run_as_early_as_before(tmp_path: Path) -> None:
    files = {
        USER: "from app.old import make\ndef run():\n    from app.old import LIMIT\n",
        "app/start.py": "from app import manager\ndef go(): manager.LIMIT = 3\n",
    }

    outcome = mended(tmp_path, files)

    assert outcome.files == {}


def test_who_asks_the_package_for_it_counts_on_others_to_import_it(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "from app.old import Manager\n",
        "app/other.py": "import app\nx = app.old.LIMIT\n",
    }

    outcome = mended(tmp_path, files)

    unsafe = mended(tmp_path, files, takes_unsafe=True)
    reason = "person: app/other.py:2 asks for `app.old`, and counts on others to import it"
    assert reason in reasons(outcome, "app/__init__.py")
    assert outcome.files == unsafe.files == {}


def test_what_is_asked_of_a_package_is_no_doubt_where_it_is_imported_anyway(
    tmp_path: Path,
) -> None:
    files = {
        "app/__init__.py": "import app.old\n",
        "app/other.py": "import app\nx = app.old.LIMIT\n",
        USER: "from app.old import Manager\n",
    }

    outcome = mended(tmp_path, files)

    assert text_of(outcome, USER) is not None or reasons(outcome, USER)


@pytest.mark.parametrize(
    "asked",
    [
        "from unittest import mock\nmock.patch('app.user.app.old.make', 1)\n",
        "from app import user\nx = user.app.old.make\n",
    ],
)
def test_who_asks_a_user_for_it_must_find_it(asked: str, tmp_path: Path) -> None:
    files = {
        USER: "import app.old\n\n\ndef run(): return app.old.make()\n",
        "tests/test_user.py": asked,
    }

    outcome = mended(tmp_path, files)

    assert text_of(outcome, USER) is None


def test_a_module_that_is_used_through_its_package_is_not_removed(tmp_path: Path) -> None:
    files = {
        "app/old.py": "from app.manager import Manager\n",
        USER: "from app.old import Manager\n",
        "app/other.py": "import app\ndef f(): return app.old.Manager\n",
    }

    outcome = mended(tmp_path, files, takes_unsafe=True, rules=("imports", "implementations"))

    assert text_of(outcome, "app/old.py") is None


KEPT = {
    "who imports the user by name": (
        "import importlib\nx = importlib.import_module('app.user').old\n"
    ),
    "who fills the user": (
        "from unittest import mock\nfrom app import user\n"
        "mock.patch.dict(user.__dict__, {'old': 1})\n"
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_name_that_may_be_asked_for_is_kept(name: str, tmp_path: Path) -> None:
    before = "from . import old\n\n\ndef run(): return old.LIMIT\n"

    outcome = mended(tmp_path, {USER: before, "tests/test_user.py": KEPT[name]})

    assert text_of(outcome, USER) in (None, before.replace("import old", "import manager as old"))


def test_a_file_that_looks_itself_up_keeps_its_names(tmp_path: Path) -> None:
    before = "import sys\nfrom . import old\nx = old.LIMIT, sys.modules[__name__].old.LIMIT\n"

    outcome = mended(tmp_path, {USER: before})

    assert text_of(outcome, USER) == before.replace("import old", "import manager as old")


def test_a_file_that_lists_its_names_keeps_them(tmp_path: Path) -> None:
    before = "from . import old\nx = old.LIMIT, 'manager' in dir()\n"

    outcome = mended(tmp_path, {USER: before})

    assert text_of(outcome, USER) == before.replace("import old", "import manager as old")


def test_what_an_f_string_prints_as_it_is_spelled_is_kept(tmp_path: Path) -> None:
    before = "from . import old\nx = f'{old.LIMIT=}'\n"

    outcome = mended(tmp_path, {USER: before})

    assert text_of(outcome, USER) in (None, before.replace("import old", "import manager as old"))


def test_a_class_that_binds_the_name_itself_still_finds_it(tmp_path: Path) -> None:
    contract = (
        '[concepts.manager]\nowner = "app.manager:Manager"\nlegacy-paths = ["app.old"]\n'
        '[concepts.manager.moved]\n"app.old:Boss" = "app.manager:Manager"\n'
    )
    before = "from app.old import Boss\n\n\nclass C:\n    Boss = Boss\n"
    files = {"app/old.py": "from app.manager import Manager as Boss\n", USER: before}

    outcome = mended(tmp_path, files, contract=contract)

    assert text_of(outcome, USER) == before.replace(
        "from app.old import Boss", "from app.manager import Manager as Boss"
    )
