"""Tests of what `pluribus conform` found: one for each property of each concept that is driven."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from pluribus.findings.conformance import ConceptConformance, Outcome, Verdict
from pluribus.pytest_plugin.outcome import Outcome as Told
from pluribus.pytest_plugin.shown import Found, OwnItem
from pluribus.reports import RenderOptions
from pluribus.reports.conformance import render_verdict
from pluribus.reports.verdicts import unneeded

ALLOWANCES: Final = "allowances"
"""The test that fails for what the contract allows and need not."""


def property_items(parent: pytest.Collector, told: Told) -> Iterator[pytest.Item]:
    """A test for each property, and one for the allowances."""
    for name in told.properties:
        yield PropertyItem.from_parent(parent, name=name, outcome=told)
    yield AllowancesItem.from_parent(parent, name=ALLOWANCES, outcome=told)


class PropertyItem(OwnItem):
    """Whether a property holds of a concept."""

    def setup(self) -> None:
        """Skip what is declined, or allowed not to be exercised.

        Raises:
            Found: the kit could not judge, which is no failure but an error.
        """
        verdict = self._verdict
        if verdict.outcome is Outcome.DECLINED:
            pytest.skip(f"declined: {verdict.claim}")
        if verdict.allowed:
            pytest.skip(f"not exercised, which is allowed: {verdict.allowed}")
        if verdict.outcome is Outcome.ERROR:
            raise Found(self._shown)

    def runtest(self) -> None:
        """Fail where there is a counterexample, or what is promised was not exercised.

        Raises:
            Found: with the verdict, as the text report shows it.
        """
        if self._verdict.outcome is not Outcome.PASS:
            raise Found(self._shown)

    @property
    def _verdict(self) -> Verdict:
        (found,) = [
            each
            for each in concept_of(self.outcome, self.group).verdicts
            if each.property == self.name
        ]
        return found

    @property
    def _shown(self) -> str:
        return render_verdict(self._verdict, RenderOptions())


class AllowancesItem(OwnItem):
    """Whether the contract allows no more than it has to."""

    def runtest(self) -> None:
        """Fail for each allowance that was not needed.

        Raises:
            Found: naming them.
        """
        found = unneeded(concept_of(self.outcome, self.group))
        if found:
            raise Found("\n".join(found))


def concept_of(told: Told, name: str) -> ConceptConformance:
    """What was found of a concept."""
    assert told.conformance is not None, "tests that are only listed are not run"
    (found,) = [each for each in told.conformance.concepts if each.concept == name]
    return found
