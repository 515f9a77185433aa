"""Modules that are named alike are kept apart, and imports do not leave their root."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.codebase.trees import modules, reached, read, roots, written


def test_a_module_whose_name_begins_like_another_is_another(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/cart.py": "class Cart: ...\n",
        "shop/cart_view.py": "class Cart: ...\n",
        "use.py": "from shop.cart_view import Cart\nfrom shop.cart import Cart as Other\n",
    }

    codebase = read(written(tmp_path, files))

    assert reached(codebase, "use.py", "shop.cart") == [("definition", "shop.cart:Cart")]
    assert reached(codebase, "use.py", "shop.cart_view") == [("definition", "shop.cart_view:Cart")]


def test_a_string_that_begins_like_a_module_names_another(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/cart.py": "class Cart: ...\n",
        "use.py": "A = 'shop.cart.Cart'\nB = 'shop.cart_view.Cart'\nC = 'shop.carts'\n",
    }

    codebase = read(written(tmp_path, files))

    assert [each.text for each in codebase.strings(["shop.cart"])] == ["shop.cart.Cart"]


def test_a_package_wins_over_a_module_of_its_name(tmp_path: Path) -> None:
    files = {
        "cart.py": "class Old: ...\n",
        "cart/__init__.py": "class New: ...\n",
        "use.py": "from cart import New\n",
    }

    codebase = read(written(tmp_path, files))

    assert reached(codebase, "use.py", "cart") == [("definition", "cart:New")]


def test_a_module_wins_over_a_folder_of_its_name(tmp_path: Path) -> None:
    files = {
        "cart.py": "class Cart: ...\n",
        "cart/data.py": "",
        "use.py": "from cart import Cart\n",
    }

    codebase = read(written(tmp_path, files))

    assert reached(codebase, "use.py", "cart") == [("definition", "cart:Cart")]


RELATIVE = {
    "shop/__init__.py": "",
    "shop/cart.py": "class Cart: ...\n",
    "shop/web/__init__.py": "",
}


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("shop/view.py", "from .cart import Cart\n"),
        ("shop/web/view.py", "from ..cart import Cart\n"),
        ("shop/web/__init__.py", "from ..cart import Cart\n"),
        ("shop/__init__.py", "from .cart import Cart\n"),
    ],
)
def test_a_relative_import_starts_from_its_package(
    tmp_path: Path, path: str, statement: str
) -> None:
    codebase = read(written(tmp_path, {**RELATIVE, path: statement}))

    assert reached(codebase, path, "shop.cart") == [("definition", "shop.cart:Cart")]


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("shop/view.py", "from ..cart import Cart\n"),
        ("shop/web/view.py", "from ...cart import Cart\n"),
        ("shop/view.py", "from ..shop.cart import Cart\n"),
        ("shop/web/view.py", "from .....cart import Cart\n"),
    ],
)
def test_a_relative_import_beyond_its_root_reaches_nothing(
    tmp_path: Path, path: str, statement: str
) -> None:
    files = {**RELATIVE, "cart.py": "class Cart: ...\n", path: statement}

    codebase = read(written(tmp_path, files))

    handle = codebase.handle("shop.cart", "Cart")
    beside = codebase.handle("cart", "Cart")
    assert handle is not None
    assert beside is not None
    assert codebase.imports(handles=[handle, beside]) == []
    assert sum(count for _, count in codebase.ledger().unresolved) == 1


def test_a_relative_import_may_leave_a_root_that_is_a_package_of_another(tmp_path: Path) -> None:
    """Scripts that import each other by their names, and by the name of their folder too."""
    files = {
        "scripts/review/__init__.py": "",
        "scripts/run.py": "from review.cart import Cart\n",
        "scripts/review/cart.py": "class Cart: ...\n",
        "scripts/status.py": "from .review.cart import Cart\n",
        "scripts/review/view.py": "from ..review.cart import Cart\n",
    }

    codebase = read(written(tmp_path, files))

    assert roots(codebase) == [".", "scripts"]
    for path in ("scripts/status.py", "scripts/review/view.py"):
        assert reached(codebase, path, "review.cart") == [("definition", "review.cart:Cart")]


def test_a_relative_import_beyond_a_configured_root_reaches_nothing(tmp_path: Path) -> None:
    files = {
        "src/shop/view.py": "from ..cart import Cart\n",
        "src/shop/__init__.py": "",
        "src/cart.py": "class Cart: ...\n",
    }

    codebase = read(written(tmp_path, files), roots=["src"])

    assert codebase.imports(modules=["cart"]) == []
    assert codebase.ledger().unresolved == (("relative import beyond the root", 1),)


def test_a_relative_import_of_what_is_not_there_is_missing(tmp_path: Path) -> None:
    files = {**RELATIVE, "shop/view.py": "from .carts import Cart\nfrom .cart import Card\n"}

    codebase = read(written(tmp_path, files))

    missing = codebase.missing_imports(packages=["shop"])
    assert [(each.path, each.target.kind) for each in missing] == [
        ("shop.carts.Cart", "missing-module"),
        ("shop.cart.Card", "missing-name"),
    ]


def test_the_root_of_a_tree_has_modules_without_a_package(tmp_path: Path) -> None:
    codebase = read(written(tmp_path, {"main.py": "", "__init__.txt": ""}))

    assert modules(codebase) == {"main.py": "main"}
