"""What build servers read of a report."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite

from pluribus.findings import Location, Report
from pluribus.reports import FORMATS, RenderOptions
from tests.reports.samples import DUAL, INCOMPLETE, RULES, SAMPLES, report
from tests.reports.strategies import reports

render = FORMATS["junit"]
PLAIN = RenderOptions()


def read(shown: Report) -> JUnitXml:
    return JUnitXml.fromstring(render(shown, PLAIN).encode())


def outcomes(suite: TestSuite) -> dict[str, list[type]]:
    """What became of each case of a suite; nothing for one that passed."""
    return {case.name: [type(each) for each in case.result] for case in suite}


def test_a_suite_is_a_concept_and_a_case_is_a_rule() -> None:
    suites = list(read(SAMPLES["many"]))

    assert [suite.name for suite in suites] == ["websocket-manager", "settings", "completeness"]
    first, second, last = map(outcomes, suites)
    assert list(first) == list(second) == list(RULES)
    assert [rule for rule, result in first.items() if result] == [
        "dual-import",
        "legacy-import",
        "legacy-string",
        "rival",
        "unawaited-send",
    ]
    assert not any(second.values())
    assert last == {"completeness": []}


def test_a_failed_case_lists_its_findings_with_places_and_evidence() -> None:
    (suite, _) = read(report((DUAL,)))
    (case,) = [case for case in suite if case.result]

    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == ("error", "1 finding in 1 file")
    assert failure.text.splitlines()[0].startswith("src/shop/chat.py:14:5: error: `websocket-")
    assert "  chain: shop.ws.manager.Manager -> " in failure.text
    assert "  help: import `WebSocketManager`" in failure.text


def test_a_rule_that_could_not_run_is_skipped_with_its_reason() -> None:
    shown = read(report((), completeness=INCOMPLETE))

    skipped = {
        (suite.name, case.name): each.message
        for suite in shown
        for case in suite
        for each in case.result
        if isinstance(each, Skipped)
    }
    assert skipped == {
        ("websocket-manager", "partial-key"): "no `context.key` is declared",
        ("settings", "partial-interface"): "the owner is a module",
        (
            "completeness",
            "completeness",
        ): "7 files recovered, 2 files not parsed, 2 rules not run",
    }


def test_what_is_about_no_concept_has_a_suite_of_its_own() -> None:
    finding = msgspec.structs.replace(DUAL, rule="unused-suppression", concept="")

    suites = {suite.name: outcomes(suite) for suite in read(report((finding,)))}

    assert suites["comments"] == {"unused-suppression": [Failure]}


@pytest.mark.parametrize(
    "odd", ["\x00\x1b[31m", "\ufffe\uffff", "]]><!--", "&lt;<b>", "\x85\u2028"]
)
def test_no_text_breaks_the_document(odd: str) -> None:
    finding = msgspec.structs.replace(
        DUAL, message=odd, hint=odd, location=Location(f"{odd}.py", 1, 1, odd)
    )

    shown = read(report((finding,)))

    assert shown.failures == 1


@given(shown=reports)
@settings(deadline=None, max_examples=50)
def test_the_counts_are_those_of_the_cases(shown: Report) -> None:
    found = read(shown)

    cases = [case for suite in found for case in suite]
    results = [each for case in cases for each in case.result]
    assert found.tests == len(cases)
    assert found.failures == sum(isinstance(each, Failure) for each in results)
    assert found.skipped == sum(isinstance(each, Skipped) for each in results)
    assert not any(isinstance(each, Error) for each in results)
    assert found.failures == len({(each.concept, each.rule) for each in shown.findings})


def test_what_is_not_reported_is_counted() -> None:
    def properties(sample: str) -> dict[str, str]:
        *_, last = read(SAMPLES[sample])
        found = last.properties()  # type: ignore[no-untyped-call] # it has no types
        return {each.name: each.value for each in found}

    many, accepted = SAMPLES["many"], SAMPLES["accepted"]
    assert accepted.baseline is not None
    assert properties("many") == {
        "suppressed": f"{many.suppressed}",
        "hidden": f"{many.hidden}",
    }
    assert properties("accepted")["accepted"] == f"{accepted.baseline.accepted}"
