"""Rows of the page of GitHub on CODEOWNERS, each with a path that it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.adapters.codeowners import code_owners

FILE = """\
# Everything, unless a later line says otherwise.
*       @everyone

*.py    @python team@example.com #This is an inline comment
/build/logs/  @builder
docs/*  @writers
apps/   @octocat
/scripts/  @doctocat @octo-org/scripts
**/deep @diver
/apps/github
with\\ space/  @spacer
"""


def owners(root: Path, path: str, text: str = FILE, place: str = "CODEOWNERS") -> tuple[str, ...]:
    (root / ".git").mkdir(exist_ok=True)
    (root / place).parent.mkdir(exist_ok=True)
    (root / place).write_text(text)
    return code_owners(root, pytest.fail).of(path)


@pytest.mark.parametrize(
    ("path", "whose"),
    [
        ("readme.md", ["@everyone"]),
        ("src/shop/cart.py", ["@python", "team@example.com"]),
        ("build/logs/today.txt", ["@builder"]),
        ("src/build/logs/today.txt", ["@everyone"]),
        ("docs/start.md", ["@writers"]),
        ("docs/build/trouble.md", ["@everyone"]),  # where .gitignore would match it
        ("src/apps/x.txt", ["@octocat"]),
        ("scripts/run.sh", ["@doctocat", "@octo-org/scripts"]),
        ("a/deep/b.txt", ["@diver"]),
        ("apps/github", []),  # no owner: nobody's
        ("apps/other", ["@octocat"]),
        ("with space/x", ["@spacer"]),
    ],
)
def test_the_last_line_that_matches_decides(tmp_path: Path, path: str, whose: list[str]) -> None:
    assert owners(tmp_path, path) == tuple(whose)


@pytest.mark.parametrize(
    "line", ["!src/a.py @other", "src/[ab].py @other", "src/a.py nobody", "[Section]", "src/[a @o"]
)
def test_a_line_that_github_skips_says_nothing(tmp_path: Path, line: str) -> None:
    assert owners(tmp_path, "src/a.py", f"* @all\n{line}\n") == ("@all",)


def test_a_comment_owns_nothing(tmp_path: Path) -> None:
    text = "* @all # not me@example.com\n"

    assert owners(tmp_path, "a.py", text) == ("@all",)


def test_the_first_of_three_places_counts_alone(tmp_path: Path) -> None:
    for place, name in (("docs", "@third"), (".", "@second"), (".github", "@first")):
        whose = owners(tmp_path, "a.py", f"* {name}\n", f"{place}/CODEOWNERS")

        assert whose == (name,)
        assert code_owners(tmp_path, pytest.fail).path == f"{place}/CODEOWNERS".removeprefix("./")


def test_paths_are_those_of_the_repository_whatever_part_of_it_is_asked_about(
    tmp_path: Path,
) -> None:
    owners(tmp_path, "", "/services/shop/ @shop\n")
    (tmp_path / "services" / "shop").mkdir(parents=True)

    assert code_owners(tmp_path / "services" / "shop", pytest.fail).of("cart.py") == ("@shop",)
    assert code_owners(tmp_path / "services", pytest.fail).of("shop/cart.py") == ("@shop",)
    assert code_owners(tmp_path / "services", pytest.fail).of("bank/cart.py") == ()


def test_without_a_file_nobody_owns_anything(tmp_path: Path) -> None:
    found = code_owners(tmp_path, pytest.fail)

    assert (found.path, found.of("a.py")) == ("", ())


def test_a_file_that_github_would_not_load_is_not_used_and_that_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "CODEOWNERS").write_text("* @all\n" + "#" * 3_000_000)

    found = code_owners(tmp_path, said.append)

    assert found.of("a.py") == ()
    assert "3 MB" in said[0]
