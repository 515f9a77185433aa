"""What readers of SARIF accept, and what they find in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings

from pluribus.app.explain import page_names, rule_texts
from pluribus.findings import Confidence, Evidence, Location, Report
from pluribus.reports import FORMATS, RenderOptions, sarif
from tests.reports.samples import (
    DUAL,
    INCOMPLETE,
    OWNER,
    RIVAL,
    SAMPLES,
    UNAWAITED,
    legacy,
    report,
)
from tests.reports.strategies import reports

PLAIN = RenderOptions()
SCHEMA = Path(__file__).parent / "sarif-2.1.0.schema.json"
"""As `@microsoft/sarif-multitool-linux` 5.7.0 of npm holds it."""
VALIDATOR = jsonschema.Draft202012Validator(msgspec.json.decode(SCHEMA.read_bytes()))
ACCEPTED = ("SARIF2005",)
"""That the tool has no `informationUri`: it has no home page yet."""


def run_of(shown: Report, options: RenderOptions = PLAIN, *, name: str = "sarif") -> Any:
    """The run of a report, as a reader gets it."""
    return msgspec.json.decode(FORMATS[name](shown, options))["runs"][0]


@pytest.mark.parametrize("name", ["sarif", "sarif-github"])
@given(shown=reports)
@settings(max_examples=50, deadline=None)
def test_any_report_is_valid_by_the_schema_of_the_standard(name: str, shown: Report) -> None:
    VALIDATOR.validate(msgspec.json.decode(FORMATS[name](shown, PLAIN)))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_valid_by_the_schema_of_the_standard(sample: str) -> None:
    VALIDATOR.validate(msgspec.json.decode(FORMATS["sarif"](SAMPLES[sample], PLAIN)))


def test_paths_are_relative_to_the_source_root_and_escaped() -> None:
    finding = msgspec.structs.replace(
        DUAL, location=Location("c:/büro & 100%/a b#?.py", 3, 4), related=()
    )

    (result,) = run_of(report((finding,)), RenderOptions(folder="sub folder/"))["results"]

    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {
            "uri": "sub%20folder/c%3A/b%C3%BCro%20%26%20100%25/a%20b%23%3F.py",
            "uriBaseId": "%SRCROOT%",
        },
        "region": {"startLine": 3, "startColumn": 4},
    }


def test_related_places_are_linked_in_the_message() -> None:
    (result,) = run_of(report((RIVAL,)))["results"]

    assert result["message"]["text"].endswith(" See [the owner](1).")
    assert [each["id"] for each in result["relatedLocations"]] == [1]


def test_what_only_looks_like_a_link_is_none() -> None:
    finding = msgspec.structs.replace(
        DUAL, message="`ignore[a](1)`", related=(Location("a.py", 1, 1, "in [x]"),)
    )

    (result,) = run_of(report((finding,)))["results"]

    assert "`ignore[a\\](1)`" in result["message"]["text"]
    assert r"[in \[x\]](1)" in result["message"]["text"]


def test_a_chain_is_a_flow_from_the_finding_to_the_owner() -> None:
    (result,) = run_of(report((DUAL,)))["results"]

    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    places = [
        (
            step["location"]["physicalLocation"]["artifactLocation"]["uri"],
            step["location"]["physicalLocation"]["region"]["startLine"],
        )
        for step in steps
    ]
    assert places == [
        ("src/shop/chat.py", 14),
        ("src/shop/ws/manager.py", 9),
        ("src/shop/realtime/manager.py", 41),
    ]


def test_github_gets_only_hops_that_have_a_place() -> None:
    chain = Evidence("chain", f"nowhere.known -> {OWNER}")
    shown = report((msgspec.structs.replace(DUAL, evidence=(chain,)),))

    def steps(name: str) -> int:
        (result,) = run_of(shown, name=name)["results"]
        return len(result["codeFlows"][0]["threadFlows"][0]["locations"])

    assert (steps("sarif"), steps("sarif-github")) == (3, 2)


def test_identity_and_rank_come_from_the_finding() -> None:
    shown = report((DUAL, RIVAL, UNAWAITED))

    results = run_of(shown)["results"]

    assert {each["partialFingerprints"]["pluribus/v1"] for each in results} == {
        each.id for each in shown.findings
    }
    digest = shown.findings[0].id.partition(":")[2]
    assert results[0]["partialFingerprints"]["primaryLocationLineHash"] == f"{digest}:1"
    ranks = {each["properties"]["confidence"]: each["rank"] for each in results}
    assert [ranks[each] for each in Confidence] == [95.0, 70.0, 40.0]


def test_every_rule_is_described_and_results_point_at_their_rule() -> None:
    names = page_names()
    shown = msgspec.structs.replace(
        report((DUAL, RIVAL)), rules=tuple(names), texts=rule_texts(names)
    )

    run = run_of(shown)

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(names)
    for rule in rules:
        assert rule["fullDescription"]["text"]
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}\n")
        assert rule["properties"]["precision"] in ("very-high", "high", "medium", "low")
    for each in run["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]


def test_what_was_not_checked_is_told() -> None:
    run = run_of(SAMPLES["incomplete"])

    (invocation,) = run["invocations"]
    told = invocation["toolExecutionNotifications"]
    kinds = [each["descriptor"]["id"] for each in told]
    assert invocation["executionSuccessful"] is True
    assert (kinds.count("not-parsed"), kinds.count("recovered"), kinds.count("not-run")) == (
        len(INCOMPLETE.not_parsed),
        len(INCOMPLETE.recovered),
        len(INCOMPLETE.not_run),
    )
    assert told[-1]["associatedRule"]["id"] == "partial-key"
    described = [each["id"] for each in run["tool"]["driver"]["notifications"]]
    assert all(described[each["descriptor"]["index"]] == each["descriptor"]["id"] for each in told)


def test_what_is_not_reported_is_counted() -> None:
    def properties(sample: str) -> dict[str, int]:
        (run,) = msgspec.json.decode(FORMATS["sarif"](SAMPLES[sample], RenderOptions()))["runs"]
        found: dict[str, int] = run["properties"]
        return found

    many, accepted = SAMPLES["many"], SAMPLES["accepted"]
    assert accepted.baseline is not None
    assert properties("many") == {"suppressed": many.suppressed, "hidden": many.hidden}
    assert properties("accepted")["accepted"] == accepted.baseline.accepted > 0


def test_a_check_of_nothing_was_no_success() -> None:
    (invocation,) = run_of(SAMPLES["nothing"])["invocations"]

    assert invocation["executionSuccessful"] is False


def test_github_gets_no_more_than_it_takes_and_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "GITHUB_RESULTS", 3)
    monkeypatch.setattr(sarif, "GITHUB_LOCATIONS", 4)
    many = tuple(Location(f"r{number}.py") for number in range(9))
    crowded = msgspec.structs.replace(DUAL, related=many)
    shown = report((RIVAL, *(legacy(f"z{number}.py", 1) for number in range(3)), crowded))

    run = run_of(shown, name="sarif-github")

    assert {each["ruleId"] for each in run["results"]} == {"legacy-import", "dual-import"}
    assert [len(each.get("relatedLocations", ())) for each in run["results"]] == [3, 0, 0]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("2 findings of 5 left out (1 error, 1 warning):")


def test_roots_of_one_repository_do_not_replace_each_other() -> None:
    run = run_of(SAMPLES["one"], RenderOptions(folder="services/a/"))

    assert run["automationDetails"]["id"] == "pluribus/services/a/"


def multitool() -> str:
    """The validator of Microsoft; skips when it is not there."""
    found = os.environ.get("SARIF_MULTITOOL") or shutil.which("Sarif.Multitool")
    if found is None:
        pytest.skip(
            "needs Sarif.Multitool: npm install @microsoft/sarif-multitool-linux, and its path "
            "in SARIF_MULTITOOL"
        )
    return found


def complaints(text: str, folder: Path) -> list[str]:
    """What the validator of Microsoft has to say of a file."""
    tool = multitool()
    (folder / "some.sarif").write_text(text, "utf-8")
    done = subprocess.run(
        [tool, "validate", "--rule-kind", "Sarif;Ghas", "some.sarif"],
        cwd=folder,
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 files scanned" in done.stdout
    return [
        line
        for line in (done.stdout + done.stderr).splitlines()
        if (": error " in line or ": warning " in line)
        and not any(f" {rule}" in line for rule in ACCEPTED)
    ]


@pytest.mark.parametrize("name", ["sarif", "sarif-github"])
def test_the_validator_of_microsoft_has_nothing_to_say(name: str, tmp_path: Path) -> None:
    names = page_names()
    shown = msgspec.structs.replace(SAMPLES["many"], rules=tuple(names), texts=rule_texts(names))

    assert complaints(FORMATS[name](shown, PLAIN), tmp_path) == []
