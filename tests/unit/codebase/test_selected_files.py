"""Which files of a tree are judged, and why the rest is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.codebase import Codebase, matches
from pluribus.errors import FactsError
from tests.unit.codebase.trees import modules, reached, read, written


def selected(codebase: Codebase) -> list[str]:
    return [file.path for file in codebase.files()]


def test_files_are_sorted_and_only_those_of_python(tmp_path: Path) -> None:
    codebase = read(written(tmp_path, ["b.py", "a/z.py", "a.py", "c.txt", "d.pyx", "e.pyi"]))

    assert selected(codebase) == ["a.py", "a/z.py", "b.py", "e.pyi"]


def test_what_git_ignores_is_left_out(tmp_path: Path) -> None:
    files = dict.fromkeys(["a.py", "made/b.py", "shop/made/c.py", "shop/kept.py"], "")
    files[".gitignore"] = "made/\n"
    files["shop/.gitignore"] = "!kept.py\n*.py\n!kept.py\n"

    codebase = read(written(tmp_path, files))

    assert selected(codebase) == ["a.py", "shop/kept.py"]


def test_a_gitignore_above_the_path_counts_too(tmp_path: Path) -> None:
    files = dict.fromkeys(["shop/a.py", "shop/made/b.py"], "")
    files[".gitignore"] = "/shop/made/\n"

    codebase = read(written(tmp_path, files) / "shop")

    assert selected(codebase) == ["a.py"]


def test_a_gitignore_above_the_repository_does_not_count(tmp_path: Path) -> None:
    """As in git: somebody may keep their home folder in a repository that ignores everything."""
    files = {".gitignore": "*\n", "repository/a.py": "", "repository/.git/HEAD": "ref: x\n"}

    codebase = read(written(tmp_path, files) / "repository")

    assert selected(codebase) == ["a.py"]


@pytest.mark.parametrize("folder", [".venv", "node_modules", "__pycache__", "site-packages"])
def test_folders_that_hold_no_code_of_the_project_are_left_out(
    tmp_path: Path, folder: str
) -> None:
    codebase = read(written(tmp_path, ["a.py", f"{folder}/b.py", f"shop/{folder}/c.py"]))

    assert selected(codebase) == ["a.py"]


def test_a_tree_that_lies_in_such_a_folder_is_judged_when_it_is_asked_for(tmp_path: Path) -> None:
    written(tmp_path, ["site-packages/shop/__init__.py"])

    codebase = read(tmp_path / "site-packages")

    assert selected(codebase) == ["shop/__init__.py"]


def test_hidden_files_are_judged(tmp_path: Path) -> None:
    codebase = read(written(tmp_path, [".hooks/check.py", ".hidden.py"]))

    assert selected(codebase) == [".hidden.py", ".hooks/check.py"]


def test_links_are_not_followed_and_are_said(tmp_path: Path) -> None:
    written(tmp_path, ["tree/a.py", "elsewhere/b.py"])
    tree = tmp_path / "tree"
    (tree / "link.py").symlink_to("a.py")
    (tree / "outside").symlink_to(tmp_path / "elsewhere")
    (tree / "loop").symlink_to(tree)

    codebase = read(tree)

    assert selected(codebase) == ["a.py"]
    assert codebase.ledger().left_out == (
        ("link.py", "a symbolic link"),
        ("loop", "a link to a folder"),
        ("outside", "a link to a folder"),
    )


def test_a_link_to_what_nobody_else_looks_at_is_not_checked(tmp_path: Path) -> None:
    written(tmp_path, ["tree/a.src", "tree/a.py", "tree/venv/b.py", "tree/old/c.py", "outside.py"])
    tree = tmp_path / "tree"
    for name, to in {
        "same.py": "a.py",
        "source.py": "a.src",
        "venv.py": "venv/b.py",
        "twice.py": "source.py",
        "left_out.py": "old/c.py",
        "old/d.py": "../a.src",
        "gone.py": "nowhere.py",
        "outside.py": "../outside.py",
    }.items():
        (tree / name).symlink_to(to)

    ledger = read(tree, exclude=["old/**"]).ledger()

    assert {path: reason.split("`")[1] for path, reason in ledger.unreadable} == {
        "left_out.py": "old/c.py",
        "source.py": "a.src",
        "twice.py": "a.src",
        "venv.py": "venv/b.py",
    }
    assert ("old/d.py", "excluded by the contract") in ledger.left_out
    assert {path for path, reason in ledger.left_out if reason == "a symbolic link"} == {
        "gone.py",
        "outside.py",
        "same.py",
    }


def test_a_root_that_is_a_link_is_followed(tmp_path: Path) -> None:
    written(tmp_path, ["tree/a.py"])
    (tmp_path / "link").symlink_to(tmp_path / "tree")

    codebase = read(tmp_path / "link")

    assert selected(codebase) == ["a.py"]


def test_excluded_files_are_left_out_and_counted(tmp_path: Path) -> None:
    written(tmp_path, ["a.py", "old/b.py", "shop/old/c.py", "shop/d.py"])

    codebase = read(tmp_path, exclude=["**/old/**", "d.py"])

    ledger = codebase.ledger()
    assert selected(codebase) == ["a.py"]
    assert ledger.excluded_by == (2, 1)
    assert {reason for _, reason in ledger.left_out} == {"excluded by the contract"}


@pytest.mark.parametrize("glob", ["**", "/**", "./**", "**/*", "*"])
def test_a_glob_of_all_matches_all(tmp_path: Path, glob: str) -> None:
    written(tmp_path, ["a.py", "old/b.py"])

    assert read(tmp_path, exclude=[glob]).ledger().excluded_by == (2,)
    assert matches([glob], ["a.py", "old/b.py"]) == [[True, True]]


def test_a_file_that_two_patterns_exclude_is_left_out_once(tmp_path: Path) -> None:
    written(tmp_path, ["a.py", "old/b.py"])

    ledger = read(tmp_path, exclude=["old/**", "b.py"]).ledger()

    assert ledger.left_out == (("old/b.py", "excluded by the contract"),)
    assert ledger.excluded_by == (1, 1)


@pytest.mark.parametrize("glob", ["shop/old/**", "/shop/old", "old/", "**/old/**"])
def test_exclusions_are_relative_to_the_contract(tmp_path: Path, glob: str) -> None:
    written(tmp_path, ["shop/a.py", "shop/old/b.py"])

    codebase = read(tmp_path / "shop", declared_in=tmp_path, exclude=[glob])

    assert selected(codebase) == ["a.py"]


@pytest.mark.parametrize("glob", ["/old/**", "old/**"])
def test_exclusions_are_not_relative_to_the_path(tmp_path: Path, glob: str) -> None:
    written(tmp_path, ["shop/a.py", "shop/old/b.py"])

    codebase = read(tmp_path / "shop", declared_in=tmp_path, exclude=[glob])

    assert selected(codebase) == ["a.py", "old/b.py"]


def test_globs_of_tests_are_relative_to_the_contract(tmp_path: Path) -> None:
    written(tmp_path, ["shop/a.py", "shop/tests/b.py"])

    whole = read(tmp_path, tests=["shop/tests/**"])
    part = read(tmp_path / "shop", declared_in=tmp_path, tests=["shop/tests/**"])

    assert [file.path for file in whole.files() if file.is_test] == ["shop/tests/b.py"]
    assert [file.path for file in part.files() if file.is_test] == ["tests/b.py"]
    assert part.ledger().tests_by == (1,)


def test_a_module_that_only_a_stub_describes_is_a_module(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/fast.pyi": "class Cart: ...\n",
        "main.py": "from shop.fast import Cart\n",
    }

    codebase = read(written(tmp_path, files))

    assert modules(codebase)["shop/fast.pyi"] == "shop.fast"
    assert reached(codebase, "main.py", "shop.fast") == [("definition", "shop.fast:Cart")]


def test_the_source_is_what_counts_where_a_stub_stands_beside_it(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/cart.py": "from shop.core import Cart\n",
        "shop/cart.pyi": "class Cart: ...\n",
        "shop/core.py": "class Cart: ...\n",
        "main.py": "from shop.cart import Cart\n",
    }

    codebase = read(written(tmp_path, files))

    assert reached(codebase, "main.py", "shop.cart") == [("definition", "shop.core:Cart")]


def test_a_package_that_only_a_stub_describes_is_a_package(tmp_path: Path) -> None:
    files = {"shop/__init__.pyi": "class Cart: ...\n", "main.py": "from shop import Cart\n"}

    codebase = read(written(tmp_path, files))

    assert reached(codebase, "main.py", "shop") == [("definition", "shop:Cart")]


@pytest.mark.parametrize("glob", ["a[", "{a", "a{b,c"])
def test_a_malformed_glob_is_an_error_that_names_it(tmp_path: Path, glob: str) -> None:
    written(tmp_path, ["a.py"])

    with pytest.raises(FactsError) as caught:
        read(tmp_path, exclude=[glob])

    assert f"`{glob}` is no glob" in caught.value.message


def test_a_path_that_is_no_folder_is_an_error(tmp_path: Path) -> None:
    written(tmp_path, ["a.py"])

    with pytest.raises(FactsError, match="not a folder"):
        read(tmp_path / "a.py")


def test_globs_match_paths_as_in_gitignore() -> None:
    paths = ["tests/a.py", "src/tests/b.py", "src/tests.py"]

    assert matches(["tests/**", "tests/", "*.py"], paths) == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_names_that_are_not_ascii_are_paths_and_modules_too(tmp_path: Path) -> None:
    files = {
        "ladén/__init__.py": "",
        "ladén/korb.py": "class Körb: ...\n",
        "main.py": "from ladén.korb import Körb\n",
    }

    codebase = read(written(tmp_path, files))

    assert reached(codebase, "main.py", "ladén.korb") == [("definition", "ladén.korb:Körb")]
