"""What is measured of the kit, outside of the tests."""

from __future__ import annotations

import re

from pluribus.conformance.jobs import Judged, Question
from pluribus.conformance.matrix import Here, kit_trial
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.properties import PROPERTIES
from pluribus.conformance.transports.names import MEMORY
from pluribus.findings.conformance import Outcome
from scripts.matrix import PAGE, matrix_page
from scripts.property_pages import properties_page
from scripts.soak import flakes


def test_the_matrix_is_about_the_properties_and_managers_that_there_are() -> None:
    page = PAGE.read_text("utf-8")

    by_property, _, by_manager = page.partition("## By manager")
    stale = "run `make matrix`"
    assert re.findall(r"^\| (\w+) \| ", by_property, re.MULTILINE)[1:] == [
        each.name for each in PROPERTIES if MEMORY in each.transports
    ], stale
    assert re.findall(r"^\| `(\w+)`", by_manager, re.MULTILINE) == [
        each.name for each in SPECIMENS
    ], stale


def test_the_matrix_says_what_each_property_passes_and_refuses() -> None:
    chosen = [each for each in SPECIMENS if each.name in ("Plain", "AddsTwice")]
    asked = [each for each in PROPERTIES if each.name in ("D1", "E4")]

    page = matrix_page(kit_trial(chosen, asked))

    assert "| D1 | `Plain` |  |" in page
    assert "| E4 | `Plain` | `AddsTwice` |" in page
    assert "| `AddsTwice` | `.` | `F` | a socket that is added twice is sent to twice |" in page


def test_every_property_says_what_it_must_refuse() -> None:
    sections = properties_page().split("\n## ")[1:]

    assert [each for each in sections if "- Must refuse: `" not in each] == []


def test_every_page_of_the_reference_that_a_property_links_to_is_there() -> None:
    links = set(re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", properties_page()))

    assert [link for link in links if not (PAGE.parent / link).is_file()] == []


def result(outcome: Outcome, *, seed: int, property: str = "D1") -> Judged:  # noqa: A002  # its name
    return Judged(
        specimen="Plain", property=property, seed=seed, outcome=outcome, claim="", took_s=0.1
    )


def test_what_a_good_manager_once_does_not_pass_is_a_flake() -> None:
    usual = [result(Outcome.PASS, seed=seed) for seed in range(3)]
    odd = [result(each, seed=9) for each in (Outcome.FAIL, Outcome.NOT_EXERCISED, Outcome.ERROR)]

    assert flakes(usual) == []
    assert flakes([*usual, *odd]) == odd


def test_what_is_declined_now_and_then_is_a_flake() -> None:
    usual = [result(Outcome.DECLINED, seed=seed) for seed in range(3)]
    odd = result(Outcome.PASS, seed=9)

    assert flakes(usual) == []
    assert flakes([*usual, odd]) == [odd]


def test_a_good_manager_is_judged_by_every_property() -> None:
    names = tuple(each.name for each in PROPERTIES)

    results = list(Here().judged(Question(specimen="Plain", properties=names, seed=3)))

    assert [each.property for each in results] == list(names)
    assert flakes(results) == []
