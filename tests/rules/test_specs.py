"""Every rule keeps the promises written in its page and in its spec; so does what is said of
comments, which has pages too."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import msgspec
import pytest

import pluribus.app
import pluribus.rules
from pluribus.app.check import CheckOptions, check
from pluribus.app.comments import SUMMARIES
from pluribus.findings import Report
from pluribus.rules import ALL
from tests.specs import Case, cases, run

CODE = Path(pluribus.rules.__file__).parent
SPECS = Path(__file__).parent
PAGE_FILES = sorted(CODE.glob("*/*.md"))
COMMENT_PAGES = sorted(Path(pluribus.app.__file__).parent.glob("*.md"))
SPEC_FILES = sorted(SPECS.glob("*/*.md"))
RULES = {rule.name for rule in ALL}
SECTIONS = [
    "What it does",
    "Why it matters",
    "Example",
    "How to fix",
    "What it leaves alone",
    "Evidence and confidence",
    "Precision",
]


def _named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


CASES = [
    pytest.param(case, id=f"{kind} {_named(file)}: {case.title}")
    for kind, files in (("page", [*PAGE_FILES, *COMMENT_PAGES]), ("spec", SPEC_FILES))
    for file in files
    for case in cases(file)
]


def _judge(root: Path, select: tuple[str, ...]) -> Report:
    if set(select) <= RULES:
        return check(root, CheckOptions(select=select))
    # What is said of comments is no rule: it is said beside what the rules find.
    report = check(root)
    findings = tuple(finding for finding in report.findings if finding.rule in select)
    return msgspec.structs.replace(report, findings=findings, rules=select)


@pytest.mark.parametrize("case", CASES)
def test_a_case_gives_the_findings_it_marks_and_no_others(case: Case, tmp_path: Path) -> None:
    run(case, tmp_path, _judge)


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_python_and_selects_rules_that_exist(case: Case) -> None:
    for path, text in case.files.items():
        if path.endswith(".py"):
            ast.parse(text, filename=f"{case.source}: {case.title}: {path}")

    assert set(case.select) <= {*RULES, *SUMMARIES}


def test_every_rule_has_a_module_a_page_and_a_spec_of_its_name() -> None:
    modules = {_named(path) for path in CODE.glob("*/*.py") if not path.name.startswith("_")}

    assert modules == {_named(path) for path in PAGE_FILES}
    assert modules == {_named(path) for path in SPEC_FILES}
    assert sorted(path.split("/")[1].replace("_", "-") for path in modules) == sorted(
        rule.name for rule in ALL
    )


def test_what_is_said_of_comments_has_a_page() -> None:
    assert {page.stem.replace("_", "-") for page in COMMENT_PAGES} == set(SUMMARIES)


@pytest.mark.parametrize("spec", SPEC_FILES, ids=_named)
def test_a_spec_has_a_case_that_is_found_and_one_that_is_left_alone(spec: Path) -> None:
    own = spec.stem.replace("_", "-")
    found = [case for case in cases(spec) if any(e.rule == own for e in case.expectations)]
    silent = [case for case in cases(spec) if not case.expectations]

    assert found
    assert silent


@pytest.mark.parametrize("page", [*PAGE_FILES, *COMMENT_PAGES], ids=_named)
def test_a_page_has_its_sections_and_an_example_that_is_found(page: Path) -> None:
    title, summary, *rest = [
        line for line in page.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    headings = [line.removeprefix("## ") for line in rest if line.startswith("## ")]

    assert title == f"# {page.stem.replace('_', '-')}"
    assert not summary.startswith(("#", "`", "<"))
    assert headings == SECTIONS
    assert re.fullmatch(r"(very-high|high|medium)\b.*", rest[rest.index("## Precision") + 1])
    assert [case.title for case in cases(page) if case.expectations] == ["Example"]
