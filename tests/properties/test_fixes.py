"""Whatever is mended, the code does what it did: found out by running it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import event, given, note

from pluribus.app.fixing import FixOptions, Outcome, fix
from pluribus.app.options import CheckOptions
from tests.properties.consolidations import FORMS, HEADER, OWNER, Application, applications
from tests.properties.profiles import examples

CHILD = Path(__file__).parent / "oracles" / "running_child.py"


def told(root: Path, application: Application) -> dict[str, list[str]]:
    """What each module of an application sees when it is run, in a process of its own."""
    said: dict[str, list[str]] = {}
    for modules in ((*application.users,), *((test,) for test in application.tests)):
        child = [sys.executable, "-B", "-I", str(CHILD), str(root), *modules]
        out = subprocess.run(child, capture_output=True, check=True, text=True).stdout
        said |= json.loads(out)
    return said


def written(root: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def texts(outcome: Outcome) -> dict[str, bytes]:
    """Each file that stays, as it is to be."""
    return {path: now for path, (_, now) in outcome.files.items() if now is not None}


def mended(root: Path, *, takes_unsafe: bool = False) -> Outcome:
    options = FixOptions(check=CheckOptions(select=("imports",)), takes_unsafe=takes_unsafe)
    return fix(root, options, read=lambda path: (root / path).read_bytes())


@given(applications())
@examples(60)
def test_a_safe_fix_changes_nothing_that_can_be_seen(application: Application) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        written(root, application.files)
        before = told(root, application)
        outcome = mended(root)
        written(root, texts(outcome))
        after = told(root, application)
        again = mended(root)

    event(f"changed {len(outcome.files)} files")
    for path, now in texts(outcome).items():
        was = application.files[path]
        note(f"--- {path}\n{was.decode('latin-1')}\n+++\n{now.decode('latin-1')}")
    for path in application.files:
        if path not in outcome.files:
            note(f"=== {path}\n{application.files[path].decode('latin-1')}")
    assert after == before
    assert again.files == {}, "what is mended twice is what is mended once"
    # What would be half done is not begun; no other edit is planned that does not hold.
    assert [each for each in outcome.refused if "the rest of what it takes" not in each[1]] == []


@given(applications())
@examples(20)
def test_what_is_not_about_the_old_path_keeps_its_bytes(application: Application) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        written(root, application.files)
        outcome = mended(root, takes_unsafe=True)

    for path, now in texts(outcome).items():
        was = application.files[path]
        kept = [line for line in was.splitlines(keepends=True) if _is_aside(line)]
        left = [line for line in now.splitlines(keepends=True) if _is_aside(line)]
        assert left == kept
        assert now.startswith(b"\xef\xbb\xbf") == was.startswith(b"\xef\xbb\xbf")
        assert (b"\r\n" in now, b"\n" in now.replace(b"\r\n", b"")) == (
            b"\r\n" in was,
            b"\n" in was.replace(b"\r\n", b""),
        )


def _is_aside(line: bytes) -> bool:
    words = (b"old", b"import", b"    ", b"seen(", b"owner", b")")
    return not any(word in line for word in words)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_import_is_mended_or_left_with_a_reason(form: str, tmp_path: Path) -> None:
    written(
        tmp_path,
        {
            "pluribus.toml": b'[concepts.m]\nowner = "app.core.owner:Manager"\n'
            b'legacy-paths = ["app.old"]\n',
            "app/__init__.py": b"",
            "app/core/__init__.py": b"",
            "app/core/owner.py": b'__all__ = ["Manager", "make"]\n'
            b"class Manager: ...\ndef make(): ...\n",
            "app/aside.py": b"def aside(): ...\n",
            "app/old.py": b"from app.core.owner import Manager, make\n"
            b'__all__ = ["Manager", "make"]\n',
            "app/user.py": b"def seen(*them): ...\n"
            + form.format(n="Manager", m="make").encode()
            + b"\n",
        },
    )
    outcome = mended(tmp_path)

    explained = {each.finding for each in outcome.left}
    assert all(each.reason for each in outcome.left)
    assert {each.id for each in outcome.after} == explained


BY_PACKAGE = "import app\nfrom app.old import {n}\nseen(app.old.{m})"
"""Nothing reports what is only reached through the package of a module that is gone."""


@pytest.mark.parametrize("form", [each for each in FORMS if each != BY_PACKAGE])
def test_a_module_that_went_elsewhere_is_followed_or_left_with_a_reason(
    form: str, tmp_path: Path
) -> None:
    there = b"from app.core.owner import Manager, make\nfrom app.aside import aside\n"
    files = {
        "pluribus.toml": b'[concepts.m]\nowner = "app.core.owner:Manager"\n'
        b'legacy-paths = ["app.old"]\n[concepts.m.moved]\n"app.old" = "app.new"\n',
        "app/__init__.py": b"",
        "app/core/__init__.py": b"",
        "app/core/owner.py": OWNER.encode(),
        "app/aside.py": b"def aside(): return 'aside'\n",
        "app/old.py": there,
        "app/user.py": (
            HEADER + form.format(n="Manager", m="make") + "\ndef run(): return []\n"
        ).encode(),
    }
    application = Application(files, ("app.user",), ())
    written(tmp_path, files)
    before = told(tmp_path, application)
    (tmp_path / "app/old.py").rename(tmp_path / "app/new.py")

    outcome = mended(tmp_path)

    if outcome.after:
        assert {each.id for each in outcome.after} == {each.finding for each in outcome.left}
    else:
        written(tmp_path, texts(outcome))
        assert told(tmp_path, application) == before
