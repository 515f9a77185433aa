"""Files as they would be are judged like those on disk, and leave nothing behind."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from pluribus.codebase import Codebase, Focus
from pluribus.errors import FactsError
from tests.unit.codebase.trees import modules, reached, written

FILES = {
    "app/__init__.py": "",
    "app/one.py": "class One: ...\n",
    "app/use.py": "from app.one import One\n",
}


def laid(root: Path, overlay: Mapping[str, str], *, cache: Path | None = None) -> Codebase:
    """Read the tree at `root` with files laid over it."""
    content = {path: text.encode() for path, text in overlay.items()}
    codebase = Codebase(root, exclude=["gone/**"], cache=cache, overlay=content)
    codebase.focus(Focus(), reads_all=True)
    return codebase


def test_a_file_that_is_not_there_is_a_module_like_any_other(tmp_path: Path) -> None:
    root = written(tmp_path, FILES)

    codebase = laid(root, {"app/two.py": "from app.one import One\n", "new/here/x.py": ""})

    assert modules(codebase)["app/two.py"] == "app.two"
    assert "new/here/x.py" in modules(codebase)
    assert reached(codebase, "app/two.py", "app.one") == [("definition", "app.one:One")]
    assert not (root / "app/two.py").exists()


def test_a_file_that_is_there_is_read_as_it_would_be(tmp_path: Path) -> None:
    root = written(tmp_path, FILES)

    codebase = laid(root, {"app/one.py": "class Other: ...\n"})

    assert reached(codebase, "app/use.py", "app.one") == [("missing-name", "")]
    assert (root / "app/one.py").read_text() == FILES["app/one.py"]


def test_globs_select_what_is_laid_over_too(tmp_path: Path) -> None:
    codebase = laid(written(tmp_path, FILES), {"gone/x.py": "", "app/x.py": ""})

    assert "app/x.py" in modules(codebase)
    assert "gone/x.py" not in modules(codebase)


@pytest.mark.parametrize("path", ["/app/x.py", "../x.py", "app//x.py", "x.txt", ".venv/x.py", ""])
def test_a_path_that_could_never_be_selected_is_an_error(path: str, tmp_path: Path) -> None:
    root = written(tmp_path, FILES)

    with pytest.raises(FactsError, match="cannot be laid over the tree"):
        laid(root, {path: ""})


@pytest.mark.skipif(sys.platform == "win32", reason="a backslash is a letter elsewhere")
def test_a_backslash_in_a_name_is_a_letter(tmp_path: Path) -> None:
    codebase = laid(written(tmp_path, FILES), {"app/back\\slash.py": "X = 1\n"})

    assert "app/back\\slash.py" in modules(codebase)


def test_a_path_inside_of_a_file_is_an_error(tmp_path: Path) -> None:
    root = written(tmp_path, FILES)

    with pytest.raises(FactsError, match="in what is no folder"):
        laid(root, {"app/one.py/x.py": ""})


def test_what_was_laid_over_is_not_remembered(tmp_path: Path) -> None:
    """The cache knows files by their content, so the next run reads what is on disk."""
    root, cache = written(tmp_path / "tree", FILES), tmp_path / "cache"
    overlay = {"app/one.py": "class Other: ...\n", "app/two.py": ""}
    for each in (overlay, overlay, {}):
        codebase = laid(root, each, cache=cache)
        assert codebase.save() is None
        assert codebase.keep(b"question", b"verdict") is None

    plain = Codebase(root, cache=cache)
    recalled = plain.recall(b"question")
    over = Codebase(root, cache=cache, overlay={"app/two.py": b""})

    assert recalled is None or recalled[0] == b"verdict"
    assert over.recall(b"question") is None
    plain = laid(root, {}, cache=cache)
    assert reached(plain, "app/use.py", "app.one") == [("definition", "app.one:One")]
    assert "app/two.py" not in modules(plain)
