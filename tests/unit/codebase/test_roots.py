"""Import roots are found without being told, and what is told is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.app.check import CheckOptions, check
from pluribus.codebase import Codebase
from pluribus.errors import FactsError
from tests.unit.codebase.trees import modules, reached, read, roots, written

USE = "from shop.cart import Cart\n"
CART = "class Cart: ...\n"


def test_packages_at_the_root_of_the_tree_are_named_from_there(tmp_path: Path) -> None:
    codebase = read(written(tmp_path, ["shop/__init__.py", "shop/cart.py", "tool.py"]))

    assert roots(codebase) == ["."]
    assert modules(codebase) == {
        "shop/__init__.py": "shop",
        "shop/cart.py": "shop.cart",
        "tool.py": "tool",
    }


@pytest.mark.parametrize("folder", ["src", "lib", "python"])
def test_the_source_folder_of_a_project_is_a_root(tmp_path: Path, folder: str) -> None:
    files = ["pyproject.toml", f"{folder}/shop/__init__.py", f"{folder}/shop/cart.py"]

    codebase = read(written(tmp_path, files))

    assert roots(codebase) == [".", folder]
    assert modules(codebase)[f"{folder}/shop/cart.py"] == "shop.cart"


def test_a_src_folder_with_packages_is_a_root_without_a_project_file(tmp_path: Path) -> None:
    codebase = read(written(tmp_path, ["src/shop/__init__.py", "src/shop/cart.py"]))

    assert modules(codebase)["src/shop/cart.py"] == "shop.cart"


@pytest.mark.parametrize("folder", ["lib", "python", "source"])
def test_another_folder_without_a_project_file_is_no_root(tmp_path: Path, folder: str) -> None:
    codebase = read(written(tmp_path, [f"{folder}/shop/__init__.py", "main.py"]))

    assert roots(codebase) == ["."]
    assert modules(codebase)[f"{folder}/shop/__init__.py"] == f"{folder}.shop"


def test_a_src_folder_that_is_a_package_is_no_root(tmp_path: Path) -> None:
    codebase = read(
        written(tmp_path, ["pyproject.toml", "src/__init__.py", "src/shop/__init__.py"])
    )

    assert roots(codebase) == ["."]
    assert modules(codebase)["src/shop/__init__.py"] == "src.shop"


def test_each_project_of_a_repository_has_its_own_source_folder_and_its_own_tests(
    tmp_path: Path,
) -> None:
    files = {}
    for name in ("bill", "ship"):
        files[f"{name}/pyproject.toml"] = ""
        files[f"{name}/src/{name}/__init__.py"] = ""
        files[f"{name}/src/{name}/core.py"] = "class Core: ...\n"
        files[f"{name}/tests/__init__.py"] = ""
        files[f"{name}/tests/data.py"] = f"from {name}.core import Core\n"
        files[f"{name}/tests/test_core.py"] = "from tests.data import Core\n"

    codebase = read(written(tmp_path, files))

    names = modules(codebase)
    assert roots(codebase) == [".", "bill", "bill/src", "ship", "ship/src"]
    assert names["bill/src/bill/core.py"] == "bill.core"
    assert names["ship/src/ship/core.py"] == "ship.core"
    assert names["bill/tests/data.py"] == names["ship/tests/data.py"] == "tests.data"
    for name in ("bill", "ship"):
        path = f"{name}/tests/test_core.py"
        assert reached(codebase, path, "tests.data") == [("definition", f"{name}.core:Core")]


def test_projects_of_one_repository_import_each_other(tmp_path: Path) -> None:
    files = {
        "bill/pyproject.toml": "",
        "bill/src/bill/__init__.py": "",
        "bill/src/bill/use.py": "from ship.core import Core\n",
        "ship/pyproject.toml": "",
        "ship/src/ship/__init__.py": "",
        "ship/src/ship/core.py": "class Core: ...\n",
    }

    codebase = read(written(tmp_path, files))

    assert reached(codebase, "bill/src/bill/use.py", "ship.core") == [
        ("definition", "ship.core:Core")
    ]


def test_a_folder_without_an_init_file_is_a_package_where_imports_reach_into_it(
    tmp_path: Path,
) -> None:
    codebase = read(written(tmp_path, {"shop/cart.py": CART, "main.py": USE}))

    assert modules(codebase)["shop/cart.py"] == "shop.cart"
    assert reached(codebase, "main.py", "shop.cart") == [("definition", "shop.cart:Cart")]


def test_a_namespace_package_may_lie_in_two_source_folders(tmp_path: Path) -> None:
    files = {
        "one/pyproject.toml": "",
        "one/src/firm/bill/__init__.py": "",
        "one/src/firm/bill/core.py": "from firm.ship.core import Core\n",
        "two/pyproject.toml": "",
        "two/src/firm/ship/__init__.py": "",
        "two/src/firm/ship/core.py": "class Core: ...\n",
    }

    codebase = read(written(tmp_path, files))

    assert modules(codebase)["one/src/firm/bill/core.py"] == "firm.bill.core"
    assert reached(codebase, "one/src/firm/bill/core.py", "firm.ship.core") == [
        ("definition", "firm.ship.core:Core")
    ]


def test_a_folder_that_is_called_like_an_installed_package_does_not_hide_it(
    tmp_path: Path,
) -> None:
    files = {
        "celery/run.py": "",
        "shop/__init__.py": "",
        "shop/jobs.py": "from celery import Celery\nfrom celery.result import AsyncResult\n",
    }

    codebase = read(written(tmp_path, files))

    kinds = {kind for kind, _ in reached(codebase, "shop/jobs.py", "celery")}
    assert kinds <= {"external", "unknown"}
    assert codebase.missing_imports(packages=["celery"]) == []


def test_a_folder_that_is_a_package_does_hide_an_installed_one(tmp_path: Path) -> None:
    files = {
        "celery/__init__.py": "",
        "shop/jobs.py": "from celery import Celery\n",
    }

    codebase = read(written(tmp_path, files))

    assert [each.path for each in codebase.missing_imports(packages=["celery"])] == [
        "celery.Celery"
    ]


def test_a_script_imports_the_file_beside_it(tmp_path: Path) -> None:
    files = {"tools/run.py": "from cart import Cart\n", "tools/cart.py": CART}

    codebase = read(written(tmp_path, files))

    assert [
        (each.target.kind, each.site.place.path)
        for each in codebase.imports(handles=_handle(codebase, "tools.cart", "Cart"))
    ] == [("definition", "tools/run.py")]


def test_a_module_of_a_package_does_not_import_the_file_beside_it(tmp_path: Path) -> None:
    files = {
        "tools/__init__.py": "",
        "tools/run.py": "from cart import Cart\n",
        "tools/cart.py": CART,
    }

    codebase = read(written(tmp_path, files))

    assert codebase.imports(handles=_handle(codebase, "tools.cart", "Cart")) == []


def _handle(codebase: Codebase, module: str, name: str) -> list[int]:
    handle = codebase.handle(module, name)
    assert handle is not None
    return [handle]


def test_a_setup_py_that_calls_setup_marks_a_project(tmp_path: Path) -> None:
    files = {
        "deep/shop/setup.py": "from setuptools import setup\n\nsetup(name='shop')\n",
        "deep/shop/cart/__init__.py": "",
    }

    codebase = read(written(tmp_path, files))

    assert modules(codebase)["deep/shop/cart/__init__.py"] == "cart"


def test_a_setup_py_that_is_a_mere_script_does_not(tmp_path: Path) -> None:
    files = {
        "deep/shop/setup.py": "def setup_database(): ...\n",
        "deep/shop/cart/__init__.py": "",
    }

    codebase = read(written(tmp_path, files))

    assert roots(codebase) == ["."]
    assert modules(codebase)["deep/shop/cart/__init__.py"] == "deep.shop.cart"


@pytest.mark.parametrize(
    "pyproject",
    [
        '[tool.setuptools.packages.find]\nwhere = ["code"]\n',
        '[tool.setuptools.packages.find]\nwhere = ["./code/"]\n',
        '[tool.pytest.ini_options]\npythonpath = ["code"]\n',
        '[tool.pytest.ini_options]\npythonpath = "code"\n',
        '[tool.hatch.build.targets.wheel]\npackages = ["code/shop"]\n',
        '[tool.poetry]\npackages = [{ include = "shop", from = "code" }]\n',
        '[tool.mypy]\nmypy_path = "code"\n',
    ],
    ids=["setuptools", "a slash", "pytest", "one string", "hatch", "poetry", "mypy"],
)
def test_a_folder_that_another_tool_is_told_of_is_a_root(tmp_path: Path, pyproject: str) -> None:
    files = {"pyproject.toml": pyproject, "code/shop/__init__.py": "", "code/shop/cart.py": CART}

    codebase = read(written(tmp_path, files))

    assert roots(codebase) == [".", "code"]
    assert modules(codebase)["code/shop/cart.py"] == "shop.cart"


@pytest.mark.parametrize(
    "pyproject",
    ["", "[tool.pytest\n", "[tool.poetry]\npackages = 3\n", '[tool.mypy]\nmypy_path = "gone"\n'],
    ids=["nothing", "no TOML", "another type", "no such folder"],
)
def test_a_folder_that_no_tool_is_told_of_is_none(tmp_path: Path, pyproject: str) -> None:
    codebase = read(written(tmp_path, {"pyproject.toml": pyproject, "code/shop/__init__.py": ""}))

    assert roots(codebase) == ["."]


def test_imports_give_a_root_away(tmp_path: Path) -> None:
    files = {"backend/shop/__init__.py": "", "backend/shop/cart.py": CART, "backend/run.py": USE}

    codebase = read(written(tmp_path, files))

    assert roots(codebase) == [".", "backend"]
    assert modules(codebase)["backend/shop/cart.py"] == "shop.cart"


def test_imports_of_a_path_that_does_not_fit_give_no_root_away(tmp_path: Path) -> None:
    files = {"backend/shop/__init__.py": "", "backend/run.py": USE}

    codebase = read(written(tmp_path, files))

    assert roots(codebase) == ["."]


def test_configured_roots_are_taken_and_no_others(tmp_path: Path) -> None:
    files = ["pyproject.toml", "src/shop/__init__.py", "code/bill/__init__.py"]

    codebase = read(written(tmp_path, files), roots=["code"])

    ledger = codebase.ledger()
    assert "configured" in {reason for _, _, reason in ledger.roots}
    assert modules(codebase)["code/bill/__init__.py"] == "bill"
    assert modules(codebase)["src/shop/__init__.py"] == "src.shop"


@pytest.mark.parametrize("root", ["gone", "docs"])
def test_a_configured_root_without_python_files_is_an_error(tmp_path: Path, root: str) -> None:
    written(tmp_path, ["shop/__init__.py", "docs/read.me"])

    with pytest.raises(FactsError, match=f"`{root}` holds no Python file"):
        read(tmp_path, roots=[root])


PACKAGED = {
    "pluribus.toml": '[concepts.cart]\nowner = "shop.cart:Cart"\nlegacy-paths = ["shop.old"]\n',
    "shop/__init__.py": "",
    "shop/cart.py": CART,
    "shop/old.py": USE,
    "shop/web/__init__.py": "",
    "shop/web/view.py": "from shop.old import Cart\n",
}


def test_a_path_inside_a_package_is_checked_with_the_contract_above_it(tmp_path: Path) -> None:
    report = check(written(tmp_path, PACKAGED) / "shop")

    assert ("legacy-import", "web/view.py") in {
        (each.rule, each.location.path) for each in report.findings
    }
    assert report.concepts[0].location is not None
    assert report.concepts[0].location.path == "cart.py"


def test_modules_keep_their_names_when_a_path_inside_a_package_is_checked(
    tmp_path: Path,
) -> None:
    codebase = read(written(tmp_path, PACKAGED) / "shop", declared_in=tmp_path)

    assert modules(codebase) == {
        "__init__.py": "shop",
        "cart.py": "shop.cart",
        "old.py": "shop.old",
        "web/__init__.py": "shop.web",
        "web/view.py": "shop.web.view",
    }


def test_a_package_inside_a_package_keeps_its_name_too(tmp_path: Path) -> None:
    codebase = read(written(tmp_path, PACKAGED) / "shop" / "web")

    assert modules(codebase) == {"__init__.py": "shop.web", "view.py": "shop.web.view"}


def test_a_path_inside_a_package_without_an_init_file_keeps_its_name_too(tmp_path: Path) -> None:
    files = {key: text for key, text in PACKAGED.items() if key != "shop/__init__.py"}

    report = check(written(tmp_path, files) / "shop", CheckOptions(select=("legacy-import",)))

    assert [each.location.path for each in report.findings] == ["web/view.py"]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("src/firm/bill", {"core.py": "firm.bill.core", "web/view.py": "firm.bill.web.view"}),
        ("src/firm", {"bill/core.py": "firm.bill.core", "bill/web/view.py": "firm.bill.web.view"}),
        ("src/firm/bill/web", {"view.py": "firm.bill.web.view"}),
    ],
)
def test_what_the_contract_names_tells_which_folders_are_packages(
    tmp_path: Path, path: str, named: dict[str, str]
) -> None:
    written(tmp_path, ["src/firm/bill/core.py", "src/firm/bill/web/view.py"])

    codebase = read(tmp_path / path, declared_in=tmp_path, declared=["firm.bill.core"])

    assert modules(codebase) == named


@pytest.mark.parametrize("declared", ["bill.core", "ship.core", "firm.bill.gone"])
def test_a_folder_that_the_contract_does_not_name_is_no_package(
    tmp_path: Path, declared: str
) -> None:
    """`bill.core` is there, and only its nearest folder counts; the others are nowhere."""
    written(tmp_path, ["firm/bill/core.py", "bill/core.py"])

    codebase = read(tmp_path / "firm", declared_in=tmp_path, declared=[declared])

    assert modules(codebase) == {"bill/core.py": "bill.core"}


def test_folders_above_the_contract_are_no_packages(tmp_path: Path) -> None:
    written(tmp_path, ["firm/bill/core.py"])
    root = tmp_path / "firm" / "bill"

    codebase = read(root, declared_in=root, declared=["firm.bill.core"])

    assert modules(codebase) == {"core.py": "core"}


def test_a_configured_root_above_the_path_names_what_is_below_it(tmp_path: Path) -> None:
    files = {
        "src/firm/bill/core.py": "class Core: ...\n",
        "src/firm/bill/use.py": "from firm.bill.core import Core\n",
    }
    written(tmp_path, files)

    codebase = read(tmp_path / "src" / "firm" / "bill", declared_in=tmp_path, roots=["src"])

    assert modules(codebase) == {"core.py": "firm.bill.core", "use.py": "firm.bill.use"}
    assert reached(codebase, "use.py", "firm.bill.core") == [("definition", "firm.bill.core:Core")]


def test_configured_roots_are_relative_to_the_contract(tmp_path: Path) -> None:
    written(tmp_path, ["one/src/bill/__init__.py"])

    codebase = read(tmp_path / "one", declared_in=tmp_path, roots=["one/src"])

    assert modules(codebase) == {"src/bill/__init__.py": "bill"}


def test_roots_that_are_declared_for_the_whole_serve_its_parts_too(tmp_path: Path) -> None:
    """A contract with roots in several projects is checked in one of them."""
    written(tmp_path, ["one/src/bill/__init__.py", "two/src/ship/__init__.py"])

    codebase = read(tmp_path / "one", declared_in=tmp_path, roots=["one/src", "two/src"])

    assert modules(codebase) == {"src/bill/__init__.py": "bill"}
