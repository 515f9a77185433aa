"""The page of `pluribus conform`: what fails stands first, and nothing is lost."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings

from pluribus.conformance.properties import PROPERTIES
from pluribus.findings.conformance import FAMILIES, Conformance, Outcome
from pluribus.reports import CONFORMANCE_FORMATS, RenderOptions
from tests.reports.conformances import (
    MISSING,
    PASSED,
    RIVALS,
    SAMPLES,
    conformance,
    conformances,
)
from tests.reports.test_html import Outline


def drawn(name: str, made: Conformance) -> str:
    return CONFORMANCE_FORMATS[name](made, RenderOptions())


@given(made=conformances)
@settings(deadline=None, max_examples=40)
def test_no_text_makes_an_element(made: Conformance) -> None:
    outline = Outline(drawn("html", made))

    found = Counter(tag for tag, _ in outline.tags)
    ids = Counter(attributes["id"] for _, attributes in outline.tags if "id" in attributes)
    assert outline.open == []
    assert (found["script"], found["style"], found["img"]) == (1, 1, 0)
    assert [each for each, number in ids.items() if number > 1] == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_cell_of_the_matrix_leads_to_its_verdict(sample: str) -> None:
    outline = Outline(drawn("html", SAMPLES[sample]))

    links = {attributes["href"] or "" for _, attributes in outline.tags if "href" in attributes}
    ids = {f"#{attributes['id']}" for _, attributes in outline.tags if "id" in attributes}
    made = SAMPLES[sample].concepts[0]
    told = len(made.verdicts) + sum(len(each.verdicts) for each in made.rivals or ())
    assert links <= ids
    assert sum(each.startswith("#f-") for each in links) == told


def test_a_page_shows_all_that_a_failure_stands_on() -> None:
    html = drawn("html", SAMPLES["failed"])

    text = Outline(html).text
    assert "D2:0123456789ab" in text
    assert 'print("```")' in text
    assert "app/made.py:9:1" in text
    assert '<ol class="chain" aria-label="waits"><li><code>Chat.send, chat.py:12' in html
    assert "chat: ERROR D5: the subject asks its socket for" in text


def test_a_page_names_what_fails_before_anything_else() -> None:
    html = drawn("html", SAMPLES["failed"])

    places = [
        html.index(each)
        for each in (
            'class="failing"',
            'href="#f-0-0-D2"',
            'class="verdicts"',
            'id="f-0-0-D2"',
            'id="f-0-0-D5"',
            'id="f-0-0-A1"',
            'id="f-0-0-D4"',
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_fails_is_never_folded(sample: str) -> None:
    html = drawn("html", SAMPLES[sample])

    folded = "".join(html.split('<details class="outcome group">')[1:])
    assert 'data-s="FAIL"' not in folded


def test_what_a_rival_alone_does_wrong_is_told_apart_from_what_the_owner_does() -> None:
    failing = msgspec.structs.replace(PASSED, outcome=Outcome.FAIL)
    rival = msgspec.structs.replace(RIVALS[0], verdicts=(failing,))

    html = drawn("html", conformance(PASSED, rivals=(rival,)))

    assert '<details class="outcome group" open><summary><b>Is otherwise with a rival' in html
    assert 'class="failing"' not in html


def test_every_property_is_of_a_family_that_has_a_name() -> None:
    assert {each.name[0] for each in PROPERTIES} == set(FAMILIES)


@pytest.mark.parametrize(
    ("sample", "said"), [("passed", "good"), ("failed", "bad"), ("unjudged", "good")]
)
def test_the_verdict_on_top_is_that_of_the_run(sample: str, said: str) -> None:
    assert f'<p class="verdict {said}">' in drawn("html", SAMPLES[sample])


def test_a_run_that_was_not_whole_is_not_called_good() -> None:
    html = drawn("html", conformance(MISSING))

    assert '<p class="verdict unsure">not judged: ' in html


def test_a_rival_that_was_not_driven_is_named_with_its_reason() -> None:
    text = Outline(drawn("html", SAMPLES["rivals"])).text

    (unbound,) = [each for each in RIVALS if each.unbound]
    assert f"{unbound.path}: not driven: Chat requires redis" in text
