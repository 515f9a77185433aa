"""What only hands on, and goes when nothing needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.remedy.mending import mended, reasons, text_of

FACE = "app/face.py"
HEAD = "from app.aside import aside\nfrom app.manager import Manager\n\naside()\n"
LISTS = {
    "__all__ = ['Manager', 'aside']\n": "__all__ = ['aside']\n",
    "__all__ = ['aside', 'Manager']\n": "__all__ = ['aside']\n",
    "__all__ = ['Manager']\n": "__all__ = []\n",
    "__all__ = [\n    'aside',\n    'Manager',\n]\n": "__all__ = [\n    'aside',\n]\n",
    "__all__ = [\n    'Manager',  # it\n    'aside',\n]\n": "__all__ = [\n    'aside',\n]\n",
}


@pytest.mark.parametrize("listed", LISTS)
def test_a_reexport_goes_with_its_entry(listed: str, tmp_path: Path) -> None:
    files = {FACE: HEAD + listed}

    safe = mended(tmp_path, files)
    unsafe = mended(tmp_path, files, takes_unsafe=True)

    assert text_of(safe, FACE) is None
    assert "unsafe: whoever imports it from outside of this code base is not seen" in reasons(
        safe, FACE
    )
    assert text_of(unsafe, FACE) == "from app.aside import aside\n\naside()\n" + LISTS[listed]


NEEDED = {
    "its own use": ("x = Manager()\n", {}, "person: `app.face` uses `Manager` itself"),
    "a string": (
        "",
        {"app/registry.py": "FACE = ['app.face.Manager']\n"},
        "person: a string in app/registry.py:1 names `app.face.Manager`",
    ),
}


@pytest.mark.parametrize("name", NEEDED)
def test_a_reexport_that_something_needs_stays(name: str, tmp_path: Path) -> None:
    uses, others, reason = NEEDED[name]
    files = {FACE: f"{HEAD}__all__ = ['Manager']\n{uses}", **others}

    outcome = mended(tmp_path, files, takes_unsafe=True)

    assert reason in reasons(outcome, FACE)


def test_a_legacy_module_goes_when_nothing_imports_it(tmp_path: Path) -> None:
    files = {
        "app/old.py": "from app.manager import Manager\n",
        "app/user.py": "from app.old import Manager\n\nMANAGER = Manager()\n",
    }

    outcome = mended(tmp_path, files, takes_unsafe=True, rules=("imports", "facade"))

    assert outcome.files["app/old.py"][1] is None
    assert outcome.after == ()


def test_a_module_that_is_imported_by_a_relative_name_stays(tmp_path: Path) -> None:
    user = "from importlib import import_module\n\nx = import_module('.old', 'app').make\n"

    outcome = mended(
        tmp_path, {"app/user.py": user}, takes_unsafe=True, rules=("imports", "facade")
    )

    assert text_of(outcome, "app/old.py") is None


def test_a_module_that_is_not_declared_legacy_is_never_removed(tmp_path: Path) -> None:
    files = {"app/face.py": "from app.manager import Manager as Boss\n"}

    outcome = mended(tmp_path, files, takes_unsafe=True, rules=("facade",))

    assert "app/face.py" not in outcome.files
