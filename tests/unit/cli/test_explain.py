"""Rules are listed by family, and colour changes no word of a page."""

from __future__ import annotations

import re

from pluribus.cli.explain import listing, styled
from tests.unit.cli.running import Run

RULES = {
    "rival": ("implementations", "another class plays the role"),
    "dual-import": ("imports", "one file, two modules"),
    "facade": ("implementations", "only forwards"),
}

PAGE = """\
# dual-import

Two paths are `two` truths, and ``so`` on.

```py
# no heading
x = 1

```

## How to fix
"""


def plain(text: str) -> str:
    """Take the colours away."""
    return re.sub(r"\x1b\[\d*m", "", text)


def test_rules_stand_under_their_families() -> None:
    assert list(listing(RULES, is_colored=False)) == [
        "implementations",
        "  rival        another class plays the role",
        "  facade       only forwards",
        "",
        "imports",
        "  dual-import  one file, two modules",
        "",
        "the page of one: pluribus explain RULE",
    ]


def test_colour_changes_no_word_of_the_list() -> None:
    colored = "\n".join(listing(RULES, is_colored=True))

    assert colored != plain(colored)
    assert plain(colored) == "\n".join(listing(RULES, is_colored=False))


def test_colour_changes_no_word_of_a_page() -> None:
    colored = "\n".join(styled(PAGE.splitlines()))

    assert plain(colored) == PAGE.rstrip("\n")


def test_headings_stand_out_and_comments_in_code_are_none() -> None:
    colored = list(styled(PAGE.splitlines()))

    assert colored[0] == "\x1b[1m# dual-import\x1b[0m"
    assert colored[5] == "\x1b[36m# no heading\x1b[0m"
    assert "\x1b[36m`two`\x1b[0m" in colored[2]


def test_a_property_of_conform_has_a_page(pluribus: Run) -> None:
    done = pluribus("explain", "d2")

    assert done.status == 0
    assert done.out.startswith("# D2: nothing reaches another user\n")
    assert "Of any other: DECLINED, because it is declared to reach all." in done.out


def test_a_property_that_is_not_there_is_no_rule_either(pluribus: Run) -> None:
    assert pluribus("explain", "D99").status == 2
