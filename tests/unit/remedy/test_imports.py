"""Import statements as they are, and as they are to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.remedy.mending import CONTRACT, mended, reasons, text_of

PAIRS = {
    "a name": (
        "from app.old import Manager\n",
        "from app.manager import Manager\n",
    ),
    "an alias": (
        "from app.old import Manager as M  # why\n",
        "from app.manager import Manager as M  # why\n",
    ),
    "names that part": (
        "from app.old import Manager, aside, make\n",
        "from app.aside import aside\nfrom app.manager import Manager, make\n",
    ),
    "lines that part, with their comments": (
        "from app.old import (\n    Manager,  # the one\n    aside,  # not of it\n    make,\n)\n",
        "from app.aside import aside  # not of it\n"
        "from app.manager import (\n    Manager,  # the one\n    make,\n)\n",
    ),
    "the last of several lines": (
        "from app.old import (\n    Manager,\n    aside\n)\n",
        "from app.aside import aside\nfrom app.manager import (\n    Manager,\n)\n",
    ),
    "a relative import": (
        "from .old import Manager, aside\n",
        "from .aside import aside\nfrom .manager import Manager\n",
    ),
    "a backslash": (
        "from app.old import Manager, \\\n    aside\n",
        "from app.aside import aside\nfrom app.manager import Manager\n",
    ),
    "behind a semicolon": (
        "x = 1; from app.old import Manager, aside; y = 2\n",
        "x = 1; from app.aside import aside; from app.manager import Manager; y = 2\n",
    ),
    "in a function": (
        "def f():\n\tfrom app.old import Manager, aside\n\treturn Manager, aside\n",
        "def f():\n\tfrom app.aside import aside\n\tfrom app.manager import Manager\n"
        "\treturn Manager, aside\n",
    ),
    "for type checkers": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING: from app.old import Manager\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING: from app.manager import Manager\n",
    ),
    "a module and its uses": (
        "import app.old\n\nx = app.old.Manager().send, f'{app.old.make()}'\n",
        "import app.manager\n\nx = app.manager.Manager().send, f'{app.manager.make()}'\n",
    ),
    "a module by another name": (
        "import os, app.old as o\n\nx = o.Manager\n",
        "import os, app.manager as o\n\nx = o.Manager\n",
    ),
    "a module from its package": (
        "from app import old\n\nx = old.Manager\n",
        "from app import manager\n\nx = manager.Manager\n",
    ),
    "a module whose name is taken": (
        "from app import old\n\nmanager = old.Manager()\n",
        "from app import manager as old\n\nmanager = old.Manager()\n",
    ),
    "what is there already": (
        "from app.manager import Manager\nfrom app.old import Manager\n\nx = Manager\n",
        "from app.manager import Manager\n\nx = Manager\n",
    ),
    "what is there already, beside something else": (
        "from app.manager import Manager\nfrom app.old import make, Manager\n\nx = Manager\n",
        "from app.manager import Manager\nfrom app.manager import make\n\nx = Manager\n",
    ),
    "a long line": (
        "def f():\n    from app.old import Manager, make as one, make as two, aside as an_aside,"
        " aside as another_aside, aside as yet_another\n",
        "def f():\n    from app.aside import (\n        aside as an_aside,\n"
        "        aside as another_aside,\n        aside as yet_another,\n    )\n"
        "    from app.manager import Manager, make as one, make as two\n",
    ),
    "the newest syntax": (
        'from app.old import Manager\n\ntype M = Manager\nx = f"{\', \'.join(["a"])}"\n',
        'from app.manager import Manager\n\ntype M = Manager\nx = f"{\', \'.join(["a"])}"\n',
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_statement_is_rewritten_and_nothing_else(name: str, tmp_path: Path) -> None:
    before, after = PAIRS[name]

    outcome = mended(tmp_path, {"app/user.py": before})

    assert text_of(outcome, "app/user.py") == after
    assert outcome.refused == ()


LEFT = {
    "a module that is handed on": (
        "import app.old as o\nprint(o)\n",
        "person: the module `o` itself is handed on, in line 2",
    ),
    "a module that nothing uses": (
        "import app.old\n",
        "person: `app.old` is imported for what it does, or for others: nothing here uses it",
    ),
    "an annotation that is quoted": (
        "import app.old\n\n\ndef f(x: 'app.old.Manager'): ...\n",
        "person: `app.old.Manager` in line 4 is quoted, or spelled over several lines",
    ),
    "a package that others count on": (
        "import app.old\nx = app.old.Manager, app.aside\n",
        "person: `app.aside` in line 2 counts on `import app.old`",
    ),
    "a star whose names are not said": (
        "from app.old import *\n",
        "person: `app.old` does not say in `__all__` what `*` brings",
    ),
    "comments between names on one line": (
        "from app.old import (Manager, aside, # both\n    make)\n",
        "person: a comment stands between names that part",
    ),
    "a name that is nowhere": (
        "from app.old import Gone\n",
        "person: `app.old.Gone` does not exist, and no allowed module has that name",
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_is_not_mended_has_its_reason(name: str, tmp_path: Path) -> None:
    before, reason = LEFT[name]

    outcome = mended(tmp_path, {"app/user.py": before}, takes_unsafe=True)

    assert text_of(outcome, "app/user.py") is None
    assert reason in reasons(outcome, "app/user.py")


OWN = "class Manager: ...\n"
DOUBTS = {
    "another effect": (
        {
            "app/old.py": "from app.manager import Manager\nfrom app.aside import aside\n"
            "aside()\n",
            "app/aside.py": "SEEN = []\n\n\ndef aside(): SEEN.append(1)\n",
        },
        "unsafe: importing `app.old` calls `aside(...)` (line 3), which would not happen here",
    ),
    "an attribute that is set": (
        {"app/old.py": "from app.manager import Manager\nManager.limit = 2\n"},
        "unsafe: importing `app.old` sets `Manager.limit` (line 2), which would not happen here",
    ),
    "a condition": (
        {
            "app/old.py": "try:\n    from app.manager import Manager\nexcept ImportError:\n"
            "    from app.aside import aside as Manager\n"
        },
        "unsafe: `app.old` binds `Manager` more than once, so that it may be something else",
    ),
    "a rival of its own": (
        {"app/old.py": OWN},
        "person: `app.old:Manager` is defined in the legacy path itself: move the definition, or"
        " say in `moved` what takes its place",
    ),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_what_may_tell_old_and_new_apart_is_no_safe_edit(name: str, tmp_path: Path) -> None:
    files, reason = DOUBTS[name]

    outcome = mended(tmp_path, {"app/user.py": "from app.old import Manager\n", **files})

    assert text_of(outcome, "app/user.py") is None
    assert reason in reasons(outcome, "app/user.py")


def test_a_module_that_is_not_whole_yet_is_no_safe_goal(tmp_path: Path) -> None:
    contract = CONTRACT.replace("legacy", 'import-paths = ["app.face", "app.manager"]\nlegacy')
    files = {
        "app/face.py": "from app.user import x\nfrom app.manager import Manager\n",
        "app/user.py": "from app.old import Manager\n\nx = Manager()\n",
    }

    outcome = mended(tmp_path, files, contract=contract)

    assert reasons(outcome, "app/user.py") == {
        "unsafe: `app.face` imports `app.user` itself, so that it may not be whole yet"
    }


MOVED = (
    CONTRACT
    + """
[concepts.manager.moved]
"app.old:Boss" = "app.manager:Manager"
"app.gone" = "app.manager"
"""
)
BOSS = {"app/old.py": "from app.manager import Manager as Boss\n"}


def test_a_name_that_moved_is_renamed_where_it_is_used(tmp_path: Path) -> None:
    before = "from app.old import Boss\n\n\nclass Mine(Boss):\n    x: Boss = Boss()  # Boss\n"

    outcome = mended(tmp_path, {"app/user.py": before, **BOSS}, contract=MOVED)

    assert text_of(outcome, "app/user.py") == (
        "from app.manager import Manager\n\n\nclass Mine(Manager):\n"
        "    x: Manager = Manager()  # Boss\n"
    )


KEPT = {
    "it is quoted": ("def f(x: 'Boss'): ...\n", {}),
    "it is listed": ("__all__ = ['Boss']\n", {}),
    "it is looked up by a string": ("x = globals()['Boss']\n", {}),
    "another has the new name": ("Manager = 1\n", {}),
    "it is bound twice": ("Boss = Boss or None\n", {}),
    "others take it": ("x = Boss\n", {"app/other.py": "from app.user import Boss\n"}),
    "others take all": ("x = Boss\n", {"app/other.py": "from app.user import *\n"}),
    "a test patches it": (
        "x = Boss\n",
        {"tests/test_user.py": "from unittest import mock\nmock.patch('app.user.Boss')\n"},
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_where_its_old_name_may_be_known_it_is_kept(name: str, tmp_path: Path) -> None:
    uses, others = KEPT[name]
    files = {"app/user.py": f"from app.old import Boss\n\n{uses}", **BOSS, **others}

    outcome = mended(tmp_path, files, contract=MOVED)

    assert text_of(outcome, "app/user.py") == (
        f"from app.manager import Manager as Boss\n\n{uses}"
    )


def test_a_module_that_is_gone_is_what_the_contract_says(tmp_path: Path) -> None:
    contract = MOVED.replace('["app.old"]', '["app.old", "app.gone"]')

    outcome = mended(tmp_path, {"app/user.py": "from app.gone import make\n"}, contract=contract)

    assert text_of(outcome, "app/user.py") == "from app.manager import make\n"


GONE = {
    "a module by its name": (
        "from app import gone\n\nx = gone.make()\n",
        "from app import manager\n\nx = manager.make()\n",
    ),
    "by another name": (
        "from . import gone as g\n\nx = g.make()\n",
        "from . import manager as g\n\nx = g.make()\n",
    ),
    "in two ways": (
        "from app.gone import make\n\n\ndef f():\n    from app import gone\n"
        "    return gone.make(), make\n",
        "from app.manager import make\n\n\ndef f():\n    from app import manager\n"
        "    return manager.make(), make\n",
    ),
    "one name of it has moved": (
        "from app import lost\n\nx = lost.Boss()\n",
        "from app import manager as lost\n\nx = lost.Manager()\n",
    ),
}


@pytest.mark.parametrize("name", GONE)
def test_a_module_that_is_gone_and_used_by_its_name_is_what_the_contract_says(
    name: str, tmp_path: Path
) -> None:
    before, after = GONE[name]
    contract = MOVED.replace('["app.old"]', '["app.old", "app.gone", "app.lost"]')
    contract += '"app.lost:Boss" = "app.manager:Manager"\n'

    outcome = mended(tmp_path, {"app/user.py": before}, contract=contract)

    assert text_of(outcome, "app/user.py") == after
    assert reasons(outcome, "app/user.py") == set()


def test_what_goes_on_without_a_module_by_its_name_is_not_given_one(tmp_path: Path) -> None:
    contract = MOVED.replace('["app.old"]', '["app.old", "app.gone"]')
    before = (
        "try:\n    from app import gone\n    gone.make()\nexcept ImportError:\n    gone = None\n"
    )

    outcome = mended(tmp_path, {"app/user.py": before}, contract=contract)

    assert "app/user.py" not in outcome.files
    assert len(reasons(outcome, "app/user.py")) == 1


def test_what_goes_on_without_a_module_is_not_given_one(tmp_path: Path) -> None:
    contract = MOVED.replace('["app.old"]', '["app.old", "app.gone"]')
    before = "try:\n    from app.gone import make\nexcept ImportError:\n    make = None\n"

    outcome = mended(tmp_path, {"app/user.py": before}, contract=contract)

    assert reasons(outcome, "app/user.py") == {
        "unsafe: `app.gone.make` does not exist, and the file goes on without it"
    }


def test_what_a_comment_or_the_contract_accepts_is_left_alone(tmp_path: Path) -> None:
    before = "from app.old import Manager  # pluribus: ignore[legacy-import] a promise\n"
    exempt = CONTRACT + (
        'exempt = [{ files = ["app/late.py"], rules = ["imports"], reason = "a promise" }]\n'
    )

    outcome = mended(
        tmp_path,
        {"app/user.py": before, "app/late.py": "from app.old import Manager\n"},
        contract=exempt,
        rules=("legacy-import",),
    )

    assert outcome.files == {}


def test_what_would_be_half_done_is_not_begun(tmp_path: Path) -> None:
    files = {
        "app/old.py": "from app.manager import Manager\n\n\nclass Room: ...\n",
        "app/user.py": "from app.old import Manager, Room\n",
    }

    outcome = mended(tmp_path, files)

    assert outcome.files == {}
    assert outcome.refused[0][1].endswith("would make one more `dual-import`")


def test_a_path_of_two_concepts_is_mended_for_the_one_that_is_taken_from_it(
    tmp_path: Path,
) -> None:
    contract = CONTRACT + (
        '[concepts.limits]\nowner = "app.limits:Limits"\nlegacy-paths = ["app.old"]\n'
    )
    files = {
        "app/limits.py": "class Limits: ...\n",
        "app/old.py": "from app.manager import Manager\nfrom app.limits import Limits\n",
        "app/user.py": "from app.old import Limits\nimport app.old as o\nx = Limits, o.Limits\n",
    }

    outcome = mended(tmp_path, files, contract=contract)

    assert text_of(outcome, "app/user.py") == (
        "from app.limits import Limits\nimport app.limits as o\nx = Limits, o.Limits\n"
    )
