"""The history of a small shop, in which a concept falls apart and is put together again.

The picture in docs/explanation/history.md and the outputs in the how-to pages are made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.functional.cli_project import Project
from tests.unit.adapters.histories import Change, made

ROOT: Final = Path(__file__).parents[2]
PICTURE: Final = ROOT / "docs" / "explanation" / "burndown.svg"

CONTRACT: Final = """\
[concepts.cart]
owner = "shop.cart:Cart"
legacy-paths = ["shop.basket"]
rivals = { names = ["*Cart*", "*Basket*"], shared-methods = 2 }
interface = { methods = ["add_item", "remove_item", "total"] }
"""
OWNER: Final = '''\
class Cart:
    """What a customer is about to buy."""

    def __init__(self):
        self.items = {}

    def add_item(self, item, count=1):
        self.items[item] = self.items.get(item, 0) + count

    def remove_item(self, item):
        del self.items[item]

    def total(self):
        return sum(item.price * count for item, count in self.items.items())
'''
RIVAL: Final = '''\
class BasketCart:
    """Written in a hurry, for the mobile application."""

    def __init__(self):
        self.lines = []

    def add_item(self, item, amount, gift=False):
        self.lines.append((item, amount, gift))

    def remove_item(self, item):
        self.lines = [line for line in self.lines if line[0] != item]
'''
SHIM: Final = '''\
"""Where the cart was. Import `shop.cart`."""

from shop.cart import Cart as Cart

CURRENCY = "EUR"
'''
NEW: Final = "from shop.cart import Cart\n\n\ndef handle(item):\n    Cart().add_item(item)\n"
OLD: Final = NEW.replace("shop.cart", "shop.basket")
BOTH: Final = f"from shop.basket import Cart as Basket\n{NEW}\n\ndef undo(): return Basket()\n"
STRING: Final = (
    "from unittest.mock import patch\n\n\n"
    'def test_a():\n    with patch("shop.basket.CURRENCY", "USD"):\n        pass\n'
)
PAGES: Final = ("order", "offer", "mail", "stock", "login", "search", "gift", "refund")


def changes() -> Iterator[Change]:
    """Two weeks of growth and two of consolidation."""
    yield (
        "2026-03-02T10:00",
        {
            "pluribus.toml": CONTRACT,
            "shop/__init__.py": "",
            "shop/cart.py": OWNER,
            "shop/basket.py": SHIM,
            "shop/order.py": NEW,
        },
    )
    for day, name in enumerate(PAGES[1:], 3):
        yield f"2026-03-{day:02}T10:00", {f"shop/{name}.py": OLD}
    yield "2026-03-09T17:00", {"tests/test_money.py": STRING, "shop/stock.py": BOTH}
    yield "2026-03-11T10:00", {"shop/mobile.py": RIVAL, "shop/mail.py": BOTH}
    yield "2026-03-16T10:00", {"shop/mobile.py": NEW}
    for day, names in {17: ("offer", "mail"), 19: ("stock", "login"), 23: ("search",)}.items():
        yield f"2026-03-{day}T10:00", {f"shop/{name}.py": NEW for name in names}
    yield (
        "2026-03-26T10:00",
        {
            "shop/gift.py": NEW,
            "shop/refund.py": NEW,
            "shop/basket.py": None,
            "tests/test_money.py": STRING.replace("basket", "cart"),
        },
    )


def shop(root: Path) -> Project:
    """Make the repository of the shop."""
    made(root, list(changes()))
    return Project(root)


def picture(root: Path) -> str:
    """The burn-down of the shop, as SVG.

    Raises:
        AssertionError: it could not be drawn.
    """
    done = shop(root).run("burndown", "--no-cache", "--output-format", "svg")
    assert done.returncode == 0, done.stderr
    return done.stdout
