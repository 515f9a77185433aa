"""What pytest runs: a test for each concept and rule, and some for what is in no concept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from pluribus.app.comments import SUMMARIES as OF_COMMENTS
from pluribus.baseline.pages import GROWTH
from pluribus.baseline.pages import SUMMARIES as OF_BASELINE
from pluribus.findings import Finding, Report
from pluribus.pytest_plugin.conforming import property_items
from pluribus.pytest_plugin.outcome import Outcome
from pluribus.pytest_plugin.shown import Found, OwnItem
from pluribus.reports import RenderOptions
from pluribus.reports.text import render_rule
from pluribus.reports.wording import unread

COMMENTS: Final = "comments in the code"
BASELINE: Final = "the baseline"
"""No name of a concept has a space in it."""


class Group(pytest.Collector):
    """A concept, or what is in none."""

    def __init__(self, *, outcome: Outcome, rules: tuple[str, ...], **given: Any) -> None:
        super().__init__(**given)
        self._outcome = outcome
        self._rules = rules
        self.extra_keyword_matches.add("pluribus")  # so that `-k pluribus` means all of ours

    def collect(self) -> Iterator[pytest.Item]:
        """Give a test for each rule, and for each property of what is driven."""
        for rule in self._rules:
            yield RuleItem.from_parent(self, name=rule, outcome=self._outcome)
        if self.name in self._outcome.driven:
            yield from property_items(self, self._outcome)


class RuleItem(OwnItem):
    """Whether a rule found something of a concept."""

    def runtest(self) -> None:
        """Fail for findings; skip what could not be judged, or not whole.

        Raises:
            Found: with the findings, as the text report shows them.
        """
        report = self.outcome.report
        assert report is not None, "tests that are only listed are not run"
        own = findings_of(report, self.group, self.name)
        if own:
            raise Found(render_rule(own, RenderOptions()))
        reasons = [
            each.reason
            for each in report.completeness.not_run
            if (each.concept, each.rule) == (self.group, self.name)
        ]
        reason = "; ".join([*reasons, *filter(None, [unread(report)])])
        if reason:
            pytest.skip(f"not checked: {reason}")


def items_of(session: pytest.Session, outcome: Outcome) -> Iterator[pytest.Item]:
    """All tests, in the order of reports: the same in every process."""
    groups = dict.fromkeys(outcome.concepts, outcome.rules)
    groups[COMMENTS] = tuple(OF_COMMENTS)
    groups[BASELINE] = tuple(name for name in OF_BASELINE if outcome.has_base or name != GROWTH)
    for name, rules in groups.items():
        group = Group.from_parent(
            session, name=name, nodeid=f"pluribus::{name}", outcome=outcome, rules=rules
        )
        yield from session.genitems(group)


def findings_of(report: Report, group: str, rule: str) -> list[Finding]:
    """What a rule found of a concept, or in none."""
    in_none = group in (COMMENTS, BASELINE)
    return [
        each
        for each in report.findings
        if each.rule == rule and (in_none or each.concept == group)
    ]
