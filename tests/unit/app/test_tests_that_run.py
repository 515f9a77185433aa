"""Tests that do not run any more are no fix, by whatever means; refactored ones are no news."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.adapters.histories import LEGACY, git, made
from tests.unit.app.test_prove import FIXED, RED, counting, of_repository, proved

HERE = "tests/test_a.py"
TEXT = "import pytest\n" + str(FIXED[HERE])
"""Two tests, `test_a` and `test_b`."""
RED_TOO = {**RED, HERE: "import pytest\n" + str(RED[HERE])}
MODIFIES = "def pytest_collection_modifyitems(items):\n    items.clear()\n"


def kinds(root: Path, after: dict[str, str | None], **before: str) -> list[tuple[str, str]]:
    """What counts against a fix that does more than to mend imports."""
    proof = proved(root, {**FIXED, HERE: TEXT, **after}, before={**RED_TOO, **before})
    assert proof.is_proven == (not counting(proof))
    return [(each.kind, each.place) for each in counting(proof)]


@pytest.mark.parametrize(
    "head",
    [
        "__test__ = False\n",
        "__test__ = 0\n",
        "import os\nos._exit(0)\n",
        "pytest.importorskip('nonexisting')\n",
        "gone = pytest.importorskip('nonexisting')\n",
        "pytestmark = []\npytestmark.append(pytest.mark.skip)\n",
        "def leave():\n    pytest.skip('x', allow_module_level=True)\nleave()\n",
        "def setup_module(): pytest.skip('x')\n",
    ],
)
def test_a_file_of_which_nothing_runs_counts(tmp_path: Path, head: str) -> None:
    after: dict[str, str | None] = {
        HERE: TEXT.replace("import pytest\n", f"import pytest\n{head}")
    }

    assert kinds(tmp_path, after) == [("skipped-tests", HERE)]


@pytest.mark.parametrize(
    "place", ["tests/a_check.py", "tests/build/test_a.py", "tests/.x/test_a.py"]
)
def test_a_file_that_is_moved_where_pytest_does_not_look_counts(
    tmp_path: Path, place: str
) -> None:
    found = kinds(tmp_path, {HERE: None, place: TEXT})

    assert found == [("uncollected-tests", HERE)]


@pytest.mark.parametrize(
    "instead",
    [
        "s = pytest.mark.skip\n@s\ndef test_b(): assert Owner()\n",
        "s = pytest.mark.skipif(True, reason='x')\n@s\ndef test_b(): assert Owner()\n",
        "from pytest import mark as m\n@m.skip\ndef test_b(): assert Owner()\n",
        "@pytest.fixture\ndef f(): pytest.skip('x')\ndef test_b(f): assert Owner()\n",
        "@pytest.fixture\ndef f(): pytest.skip('x')\n"
        "@pytest.mark.usefixtures('f')\ndef test_b(): assert Owner()\n",
        "@pytest.fixture\ndef f(): pytest.skip('x')\n@pytest.fixture\ndef g(f): pass\n"
        "def test_b(g): assert Owner()\n",
        "@pytest.mark.parametrize('x', [])\ndef test_b(x): assert Owner()\n",
        "CASES = ()\n@pytest.mark.parametrize('x', CASES)\ndef test_b(x): assert Owner()\n",
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.skip)])\n"
        "def test_b(x): assert Owner()\n",
        "def leave(): pytest.skip('x')\ndef test_b():\n    leave()\n    assert Owner()\n",
        "def test_b(): assert Owner()\ntest_b = pytest.mark.skip(test_b)\n",
        "import os\nif os.environ.get('CI'):\n    def test_b(): assert Owner()\n",
        "def test_b():\n    yield\n    assert Owner()\n",
        "async def test_b(): assert Owner()\n",
    ],
)
def test_one_test_that_is_skipped_counts(tmp_path: Path, instead: str) -> None:
    after: dict[str, str | None] = {HERE: TEXT.replace("def test_b(): assert Owner()\n", instead)}
    after[HERE] = str(after[HERE]).replace("def test_b():\n    assert Owner()\n", instead)

    assert kinds(tmp_path, after) == [("skipped-tests", HERE)]


@pytest.mark.parametrize(
    "instead",
    [
        "if False:\n    def test_b(): assert Owner()\n",
        "def test_b(): assert Owner()\ntest_b = None\n",
        "def test_b(): assert Owner()\ndel test_b\n",
        "def test_b(): assert Owner()\ntest_b.__test__ = False\n",
        "class Xest:\n    def test_b(self): assert Owner()\n",
        "@pytest.fixture\ndef test_b(): assert Owner()\n",
        "class TestX:\n    def __init__(self): ...\n    def test_b(self): assert Owner()\n",
    ],
)
def test_one_test_that_is_no_test_any_more_counts(tmp_path: Path, instead: str) -> None:
    text = TEXT.replace("def test_b():\n    assert Owner()\n", instead)

    assert kinds(tmp_path, {HERE: text}) == [("deleted-tests", HERE)]


@pytest.mark.parametrize(
    "head",
    [
        "    __test__ = False\n",
        "    def __init__(self): ...\n",
        "    def setup_method(self): pytest.skip('x')\n",
        "    pytestmark = pytest.mark.skip\n",
        "    test_b = None\n",
    ],
)
def test_a_class_of_which_something_does_not_run_counts(tmp_path: Path, head: str) -> None:
    base = "class Base:\n    def test_b(self): assert 1\n"
    tests = f"{base}class TestA(Base):\n    def test_a(self): assert Owner\n"
    then, now = (
        f"import pytest\nfrom app.{each} import Owner\n{tests}" for each in ("old", "owner")
    )

    found = kinds(tmp_path, {HERE: f"{now}{head}"}, **{HERE: then})

    assert [place for _, place in found] == [HERE]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("conftest.py", MODIFIES),
        ("tests/conftest.py", MODIFIES),
        ("tests/conftest.py", "collect_ignore = ['test_a.py']\n"),
        ("tests/conftest.py", "collect_ignore_glob = []\ncollect_ignore_glob += ['*']\n"),
        ("tests/conftest.py", "def pytest_ignore_collect(path): return True\n"),
        ("tests/conftest.py", "import pytest\ndef pytest_configure(config): pytest.exit('x')\n"),
        ("pytest.ini", "[pytest]\naddopts = -q --ignore=tests/test_a.py\n"),
        ("tests/conftest.py", "import os\nos._exit(0)\n"),
        ("tests/conftest.py", "import pytest\npytest.Function.runtest = lambda self: None\n"),
        ("tests/conftest.py", "import pytest\nsetattr(pytest.Function, 'runtest', print)\n"),
        ("tests/conftest.py", "from app.hooks import pytest_collection_modifyitems\n"),
        ("tests/hooks.py", MODIFIES),
        ("pytest.ini", "[pytest]\naddopts = -k nothing\n"),
        ("pytest.ini", "[pytest]\naddopts = --co\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = ['-m', 'slow']\n"),
    ],
)
def test_what_decides_which_tests_run_counts(tmp_path: Path, place: str, text: str) -> None:
    assert kinds(tmp_path, {place: text}) == [("collection", place)]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("pytest.ini", "[pytest]\npython_files = nothing_*.py\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\npython_files = 'nothing_*.py'\n"),
        ("setup.cfg", "[tool:pytest]\ntestpaths = elsewhere\n"),
        ("tox.ini", "[pytest]\nnorecursedirs = tests\n"),
        ("tests/pytest.ini", "[pytest]\npython_files = nothing_*.py\n"),
        ("pytest.ini", "[pytest]\npython_functions = check\n"),
    ],
)
def test_a_configuration_that_leaves_tests_out_counts(
    tmp_path: Path, place: str, text: str
) -> None:
    found = kinds(tmp_path, {place: text})

    assert ("collection", place) in found
    assert HERE in {where for _, where in found} or "functions" in text


def test_a_fixture_that_skips_all_that_it_reaches_counts(tmp_path: Path) -> None:
    text = "import pytest\n@pytest.fixture(autouse=True)\ndef off(): pytest.skip('x')\n"

    found = kinds(tmp_path, {"tests/conftest.py": text})

    assert found == [("collection", "tests/conftest.py"), ("skipped-tests", HERE)]


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("test_a", "test_alpha"),
        TEXT.replace("def test_b", "@pytest.mark.parametrize('x', [1])\ndef test_b").replace(
            "test_b()", "test_b(x)"
        ),
        TEXT.replace("def test_b()", "@pytest.fixture\ndef f(): return 1\ndef test_b(f)"),
        TEXT.replace("assert Owner()", "reader = Owner()\n    reader.skip(1)\n    assert reader"),
        TEXT.replace("assert Owner()", "check(Owner())") + "\ndef check(x): assert x\n",
        TEXT + "\ntry:\n    import json\nexcept ImportError:\n    json = None\n",
    ],
)
def test_a_file_whose_tests_are_refactored_is_no_news(tmp_path: Path, text: str) -> None:
    assert kinds(tmp_path, {HERE: text}) == []


def test_tests_that_a_class_inherits_now_still_run(tmp_path: Path) -> None:
    own = "from app.old import Owner\n\nclass TestA:\n    def test_a(self): assert Owner\n"
    base = "class Shared:\n    def test_a(self): assert self\n"
    inherits = "from tests.shared import Shared\n\nclass TestA(Shared): ...\n"

    found = kinds(tmp_path, {HERE: inherits, "tests/shared.py": base}, **{HERE: own})

    assert found == []


def test_tests_that_are_imported_still_run(tmp_path: Path) -> None:
    after: dict[str, str | None] = {
        "tests/shared.py": TEXT,
        HERE: "from tests.shared import test_a, test_b\n",
    }

    assert kinds(tmp_path, after) == []


def test_a_configuration_that_finds_the_same_tests_is_listed_only(tmp_path: Path) -> None:
    ini = "[pytest]\npython_files = test_*.py check_*.py\naddopts = -q --strict-markers\n"
    after: dict[str, str | None] = {**FIXED, HERE: TEXT, "pytest.ini": ini}
    proof = proved(tmp_path, after, before=RED_TOO)

    assert proof.is_proven
    assert [(each.kind, each.place, each.blocks) for each in proof.changes] == [
        ("collection", "pytest.ini", False)
    ]


def test_a_hook_whose_imports_are_mended_is_no_news(tmp_path: Path) -> None:
    hook = (
        "def pytest_collection_modifyitems(items):\n"
        "    from app.{} import Owner\n"
        "    items.sort(key=lambda each: each.name)\n"
    )

    found = kinds(
        tmp_path,
        {"tests/conftest.py": hook.format("owner")},
        **{"tests/conftest.py": hook.format("old")},
    )

    assert found == []


def test_what_is_meant_is_accepted(tmp_path: Path) -> None:
    after: dict[str, str | None] = {**FIXED, HERE: TEXT, "conftest.py": MODIFIES}
    proof = proved(tmp_path, after, before=RED_TOO, accepted=frozenset({"collection"}))

    assert proof.is_proven
    assert [(each.kind, each.is_accepted) for each in proof.changes] == [("collection", True)]


@pytest.mark.parametrize(
    ("link", "to"), [("app/b.py", "b.src"), ("app/b.py", "../elsewhere/b.src")]
)
def test_a_file_that_became_a_link_is_no_fix(tmp_path: Path, link: str, to: str) -> None:

    made(tmp_path, [("2026-01-01T08:00", RED), ("2026-01-02T08:00", FIXED)])
    (tmp_path / link).unlink()
    target = (tmp_path / link).parent / to
    target.parent.mkdir(exist_ok=True)
    target.write_text(LEGACY)
    (tmp_path / link).symlink_to(to)
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "-m", "linked", time="2026-01-03T08:00")

    proof = of_repository(tmp_path, before="HEAD~2")

    assert not proof.is_proven
    assert ("hidden", link) in [(each.kind, each.place) for each in counting(proof)]
