"""What discovery takes for several owners of one concept, and what it leaves alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pluribus.app.discover import DiscoverOptions, discover
from pluribus.app.ledger import completeness
from pluribus.codebase import Codebase, Focus
from pluribus.contract import Contract
from pluribus.discovery import KINDS
from pluribus.findings import Confidence, Finding, Report, Severity
from pluribus.findings.discovery import Discovery
from tests.specs import Case, cases, run

SPECS = Path(__file__).parent
SPEC_FILES = sorted(SPECS.glob("*.md"))
SEVERITIES = {
    Confidence.CERTAIN: Severity.ERROR,
    Confidence.LIKELY: Severity.WARNING,
    Confidence.POSSIBLE: Severity.NOTE,
}
"""How a spec marks how sure it is: `# error:` is certain."""
NAMES = {
    "role-rivals",
    "homonyms",
    "public-paths",
    "module-families",
    "repeated-functions",
    "scattered-constants",
    "clone-families",
}
CASES = [
    pytest.param(case, id=f"{file.stem}: {case.title}")
    for file in SPEC_FILES
    for case in cases(file)
]


def _judge(root: Path, select: tuple[str, ...]) -> Report:
    found = discover(
        root,
        DiscoverOptions(),
        history=lambda _: {},
        text=lambda path: (root / path).read_text(encoding="utf-8"),
    )
    codebase = Codebase(root)
    codebase.focus(Focus(), reads_all=True)
    return Report(
        tool_version="",
        concepts=(),
        phases=(),
        rules=tuple(sorted(NAMES)),
        findings=tuple(each for each in _findings(found) if each.rule in select),
        tallies=(),
        suppressed=0,
        hidden=0,
        completeness=completeness(codebase.ledger(), Contract(concepts=()), []),
        failed=False,
    )


def _findings(found: Discovery) -> list[Finding]:
    """Each rival of each concept as a finding of each kind of evidence that speaks for it."""
    return [
        Finding(
            rule=kind.replace(" ", "-"),
            concept=concept.name,
            severity=SEVERITIES[concept.confidence],
            confidence=concept.confidence,
            message=f"{concept.name}: {rival.path}; owner {concept.proposal.owner or 'undecided'}"
            f"; {concept.proposal.reason}; {'; '.join(rival.against)}",
            hint="",
            location=rival.location,
            key=(rival.path,),
        )
        for concept in found.concepts
        for kind in concept.kinds
        for rival in concept.rivals
    ]


@pytest.mark.parametrize("case", CASES)
def test_a_case_gives_the_rivals_it_marks_and_no_others(case: Case, tmp_path: Path) -> None:
    run(case, tmp_path, _judge)


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_python_and_selects_kinds_that_exist(case: Case) -> None:
    for path, text in case.files.items():
        if path.endswith(".py"):
            ast.parse(text, filename=f"{case.source}: {case.title}: {path}")

    assert set(case.select) <= NAMES


def test_every_kind_has_a_spec_with_rivals_and_near_misses() -> None:
    kinds = {kind.__name__.replace("layered_", "repeated_") for kind in KINDS}

    assert kinds <= {file.stem for file in SPEC_FILES}
    for file in SPEC_FILES:
        assert any(not case.expectations for case in cases(file)), file
