"""What `pluribus conform` found, for build servers, code scanning and browsers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from junitparser import Error, Failure, JUnitXml, Skipped
from markdown_it import MarkdownIt

from pluribus.app.property_texts import text_of
from pluribus.conformance.properties import PROPERTIES
from pluribus.findings.conformance import Conformance, Outcome, is_open
from pluribus.reports import CONFORMANCE_FORMATS, RenderOptions
from pluribus.reports.conformance_json import schema
from tests.reports.conformances import (
    ALLOWED,
    BROKEN,
    DECLINED,
    FAILED,
    MISSING,
    OVERLAPPING,
    PASSED,
    PROGRAM,
    SAMPLES,
    conformance,
    conformances,
)
from tests.reports.test_sarif import complaints

PLAIN = RenderOptions()
SARIF = jsonschema.Draft202012Validator(
    msgspec.json.decode((Path(__file__).parent / "sarif-2.1.0.schema.json").read_bytes())
)
JSON = jsonschema.Draft202012Validator(msgspec.json.decode(schema()))


def drawn(name: str, made: Conformance, options: RenderOptions = PLAIN) -> str:
    return CONFORMANCE_FORMATS[name](made, options)


def verdicts(made: Conformance) -> list[Any]:
    return [each for concept in made.concepts for each in concept.verdicts]


@pytest.mark.parametrize("name", CONFORMANCE_FORMATS)
@given(made=conformances)
@settings(deadline=None, max_examples=40)
def test_any_run_is_drawn_and_drawn_the_same_again(name: str, made: Conformance) -> None:
    text = drawn(name, made)

    assert text == drawn(name, made)
    assert text.endswith("\n")
    text.encode()


# JUnit


def cases(made: Conformance) -> dict[str, list[Any]]:
    read = JUnitXml.fromstring(drawn("junit", made).encode())
    return {case.name: list(case.result) for suite in read for case in suite}


def test_each_outcome_is_what_a_build_server_takes_it_for() -> None:
    found = cases(conformance(PASSED, FAILED, BROKEN, MISSING, ALLOWED, DECLINED))

    kinds = {name.split()[0]: [type(each) for each in result] for name, result in found.items()}
    assert kinds == {
        "A1": [],
        "D2": [Failure],
        "D5": [Error],
        "D3": [Skipped],
        "E1": [Skipped],
        "D4": [Skipped],
        "completeness": [Failure],
    }
    assert found["D4 every socket of the audience is reached"][0].message == (
        "DECLINED: one socket a user"
    )
    assert "allowed: sockets of this kind" in found["E1 nothing arrives after removal"][0].message


@pytest.mark.parametrize(
    ("made", "is_whole"),
    [
        (conformance(PASSED, DECLINED, ALLOWED), True),
        (conformance(FAILED), True),
        (conformance(MISSING), False),
        (conformance(BROKEN), False),
        (conformance(PASSED, unused=("E2",)), False),
    ],
)
def test_what_is_skipped_is_harmless_only_when_the_run_was_whole(
    made: Conformance, is_whole: bool
) -> None:
    result = cases(made)["completeness"]

    assert bool(result) is not is_whole


def test_the_case_of_completeness_says_what_is_open() -> None:
    (failure,) = cases(SAMPLES["failed"])["completeness"]

    assert failure.message == "not whole: 3 points open"
    assert failure.text.splitlines() == [
        "chat: NOT_EXERCISED D3: no event arrived",
        "chat: ERROR D5: the subject asks its socket for `fly`, which the kit's peer lacks",
        "chat: allow.E2: not needed, take it out of the contract",
    ]


def test_what_is_open_for_one_reason_is_one_point() -> None:
    another = msgspec.structs.replace(MISSING, property="E2")

    (failure,) = cases(conformance(MISSING, another))["completeness"]

    assert failure.text == "chat: NOT_EXERCISED D3, E2: no event arrived"


def test_a_failed_case_has_its_place_its_evidence_and_its_program() -> None:
    (failure,) = cases(conformance(FAILED))["D2 nothing reaches another user"]

    assert "app/chat.py:3:1  Chat.send" in failure.text
    assert "frames: one\ntwo" in failure.text
    assert failure.text.endswith(PROGRAM.rstrip("\n"))


@given(made=conformances)
@settings(deadline=None, max_examples=40)
def test_the_counts_are_those_of_the_verdicts(made: Conformance) -> None:
    read = JUnitXml.fromstring(drawn("junit", made).encode())

    tally = Counter(each.outcome for each in verdicts(made))
    assert read.tests == sum(tally.values()) + 1
    assert read.errors == tally[Outcome.ERROR]
    assert read.failures == tally[Outcome.FAIL] + (not made.is_whole)
    assert read.skipped == tally[Outcome.NOT_EXERCISED] + tally[Outcome.DECLINED]


# SARIF


def run_of(made: Conformance, options: RenderOptions = PLAIN) -> Any:
    return msgspec.json.decode(drawn("sarif", made, options))["runs"][0]


@given(made=conformances)
@settings(deadline=None, max_examples=60)
def test_any_run_is_valid_by_the_schema_of_the_standard(made: Conformance) -> None:
    SARIF.validate(msgspec.json.decode(drawn("sarif", made)))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_valid_by_the_schema_of_the_standard(sample: str) -> None:
    SARIF.validate(msgspec.json.decode(drawn("sarif", SAMPLES[sample])))


def test_what_fails_and_what_could_not_be_judged_are_results() -> None:
    run = run_of(SAMPLES["failed"], RenderOptions(folder="sub/"))

    rules = run["tool"]["driver"]["rules"]
    found = {each["ruleId"]: each for each in run["results"]}
    assert {name: each["level"] for name, each in found.items()} == {
        "D1": "error",
        "D2": "error",
        "D5": "warning",
    }
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    assert found["D2"]["partialFingerprints"] == {
        "pluribus/v1": "D2:0123456789ab",
        "primaryLocationLineHash": "0123456789ab:1",
    }
    place = found["D2"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "sub/app/chat.py"
    assert place["region"]["startLine"] == 3
    assert len(found["D2"]["relatedLocations"]) == 1
    assert f"sequence: {PROGRAM}" in found["D2"]["properties"]["evidence"]


def test_what_has_no_place_in_the_source_stands_in_the_contract() -> None:
    (result,) = run_of(conformance(BROKEN))["results"]

    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "pluribus.toml"
    assert result["message"]["text"].startswith("not judged: the subject asks")


def test_a_run_that_was_not_whole_is_no_success_and_says_why() -> None:
    def told(made: Conformance) -> tuple[bool, list[str]]:
        (invocation,) = run_of(made)["invocations"]
        notes = invocation.get("toolExecutionNotifications", [])
        return invocation["executionSuccessful"], [each["descriptor"]["id"] for each in notes]

    assert told(conformance(PASSED, DECLINED, ALLOWED)) == (
        True,
        ["declined", "allowed", "remark"],
    )
    assert told(conformance(MISSING)) == (False, ["not-exercised", "remark"])
    assert told(conformance(BROKEN)) == (False, ["not-judged", "remark"])
    assert told(conformance(unused=("E2",))) == (False, ["unused-allowance", "remark"])


def test_rules_are_properties_with_their_pages() -> None:
    run = run_of(conformance(FAILED))

    rules = {each["id"]: each for each in run["tool"]["driver"]["rules"]}
    assert rules["D2"]["shortDescription"]["text"] == "nothing reaches another user."
    assert rules["D2"]["help"]["markdown"].startswith("# D2: nothing reaches another user\n")


def test_the_validator_of_microsoft_has_nothing_to_say(tmp_path: Path) -> None:
    pages = tuple(map(text_of, PROPERTIES))
    made = msgspec.structs.replace(SAMPLES["failed"], texts=pages)

    assert complaints(drawn("sarif", made), tmp_path) == []


def test_alerts_of_a_check_and_of_a_run_do_not_replace_each_other() -> None:
    assert run_of(conformance())["automationDetails"]["id"] == "pluribus-conform/"


# JSON


@pytest.mark.parametrize("sample", SAMPLES)
def test_json_is_as_its_schema_says(sample: str) -> None:
    document = msgspec.json.decode(drawn("json", SAMPLES[sample]))

    JSON.validate(document)


def test_json_tells_rivals_that_were_not_driven_from_none_that_were_looked_for() -> None:
    def rivals(made: Conformance) -> Any:
        return msgspec.json.decode(drawn("json", made))["concepts"][0]["rivals"]

    assert rivals(SAMPLES["passed"]) is None
    assert rivals(SAMPLES["lonely"]) == []
    assert [each["unbound"] for each in rivals(SAMPLES["rivals"])] == [
        "",
        "`Chat` requires `redis`",
    ]


# Markdown


def test_markdown_has_a_row_a_property_and_a_column_a_manager() -> None:
    text = drawn("markdown", SAMPLES["rivals"])

    assert "| property | says | owner | rival 1 | because |" in text
    assert "| `D2` | nothing reaches another user |  | FAIL |  |" in text
    assert "- rival 2: `app.odd:Chat`: not driven: `Chat` requires `redis`" in text


def test_no_program_ends_its_block() -> None:
    tokens = MarkdownIt("commonmark").parse(drawn("markdown", conformance(FAILED)))

    (fence,) = [each for each in tokens if each.type == "fence"]
    assert (fence.info, fence.content) == ("python", PROGRAM)


@given(made=conformances)
@settings(deadline=None, max_examples=40)
def test_nothing_that_is_reported_becomes_markup(made: Conformance) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(drawn("markdown", made))

    inline = [part for each in tokens for part in each.children or ()]
    assert {each.type for each in inline} <= {
        "text",
        "text_special",
        "code_inline",
        "html_inline",
        "softbreak",
        "strong_open",
        "strong_close",
    }
    assert {each.content for each in inline if each.type == "html_inline"} <= {"<!-- -->"}


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_a_failure_without_a_program_says_why_and_how_it_is_seen_again(name: str) -> None:
    overlapping, programmed = (drawn(name, conformance(each)) for each in (OVERLAPPING, FAILED))

    assert "its calls overlap, or one does not end" in overlapping
    assert "pluribus conform --replay H5:chat:0:broadcast:quick:0=2" in overlapping
    assert "its calls overlap" not in programmed


@given(made=conformances)
@settings(deadline=None, max_examples=40)
def test_every_open_point_is_named_in_every_format_that_people_read(made: Conformance) -> None:
    named = {each.property for each in verdicts(made) if is_open(each)}

    for name in ("text", "markdown", "html", "junit", "sarif"):
        text = drawn(name, made)
        assert [each for each in named if each not in text] == []
