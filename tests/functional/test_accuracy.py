"""Violations injected into packages that are installed anyway: a small part of `make accuracy`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.accuracy import table
from bench.accuracy.concepts import chosen
from bench.accuracy.dressing import dressed
from bench.accuracy.measure import Tally, measured
from bench.accuracy.wheels import PINNED
from pluribus.app.check import CheckOptions
from pluribus.rules import ALL

PACKAGES = ("click", "jinja2", "pluggy")
BARS = {"imports": (0.97, 0.98)}
OTHERS = (0.90, 0.95)
"""Recall and precision of the families on injected violations."""


def folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def injected(package: str, *, cache: Path) -> Tally:
    """Inject violations of the first concept of a package alone, for the sake of time."""
    root = folder(package)
    candidates = chosen(root, seed=1, package=package)[:1]
    field = dressed(root, candidates, CheckOptions(cache=cache))
    assert field is not None
    return measured(field, seed=1, package=package)


@pytest.fixture(scope="module")
def tally(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    total = Tally()
    for package in PACKAGES:
        total.add(injected(package, cache=tmp_path_factory.mktemp(package)))
    return total


def share(part: Iterable[int], *more: Iterable[int]) -> float:
    found = sum(part)
    return found / (found + sum(sum(each) for each in more))


@pytest.mark.parametrize("family", sorted({rule.family for rule in ALL}))
def test_injected_violations_are_found_and_nothing_else(family: str, tally: Tally) -> None:
    names = [rule.name for rule in ALL if rule.family == family]
    recall, precision = BARS.get(family, OTHERS)

    found = [tally.found[name] for name in names]
    missed = [tally.injected[name] - tally.found[name] for name in names]
    false = [tally.false[name] for name in names]

    assert share(found, missed) >= recall, tally.notes
    assert share(found, false) >= precision, tally.notes


def test_every_rule_is_tried(tally: Tally) -> None:
    assert {rule.name for rule in ALL} == {*tally.injected}
    assert {rule.name for rule in ALL} == {*tally.near_misses}


def test_the_same_seed_injects_the_same(tally: Tally, tmp_path: Path) -> None:
    one, other = (injected("pluggy", cache=tmp_path / str(number)) for number in range(2))

    assert (one.injected, one.found, one.false) == (other.injected, other.found, other.false)


def test_the_page_takes_the_table_and_keeps_the_rest(tally: Tally, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.START}old\n{table.END}after\n", encoding="utf-8")

    table.write(table.render(tally, list(PACKAGES)), page)

    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert all(f"| `{rule.name}` |" in text for rule in ALL)


def test_the_page_has_a_row_for_every_rule() -> None:
    text = table.PAGE.read_text(encoding="utf-8")

    assert all(f"| `{rule.name}` |" in text for rule in ALL)


def test_packages_are_pinned_with_their_hashes() -> None:
    lines = PINNED.read_text(encoding="utf-8").splitlines()

    assert len(lines) >= 20
    assert all("==" in line and "--hash=sha256:" in line for line in lines)
