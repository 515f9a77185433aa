"""What happened in a run in which calls overlap."""

from __future__ import annotations

import re

from pluribus.conformance.exploring import explored
from pluribus.conformance.judge import setting
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.properties import PROPERTIES
from pluribus.findings.conformance import Outcome


def test_it_is_told_a_line_each_in_its_order() -> None:
    (prop,) = [each for each in PROPERTIES if each.name == "H5"]
    specimen = next(each for each in SPECIMENS if "H5" in each.refused_by)

    run = explored(prop, lambda: setting(specimen.adapter(), seed=0), seed=0)

    assert run.outcome is Outcome.FAIL
    (happened,) = [each.text for each in run.evidence if each.name == "happened"]
    lines = happened.splitlines()
    assert len(lines) > 2
    for line in lines:
        assert re.fullmatch(r"\w+\(.*\) (begins|ends|raises .*)|\w+ gets .*|and \d+ more", line)
