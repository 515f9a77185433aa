"""The runner of the specs can fail: on what is missing, unexpected, unclear or unchecked."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.findings import (
    Completeness,
    Confidence,
    FileNote,
    Files,
    Finding,
    Location,
    NotRun,
    Report,
    Severity,
)
from tests.specs import Case, Judge, SpecError, cases, run

SPEC = """\
# dual-import

`pluribus.toml`:

```toml
[concepts.manager]
owner = "app.manager:Manager"
```

## A second path

`app/manager.py`:

```py
# A comment at the start of a line is no heading.
class Manager: ...
```

`app/chat.py`:
```py
from app.manager import Manager
from app.compat import Manager as Other  # error: [dual-import] "2 modules"
```

## A near miss

`app/chat.py`:

```py
from app.manager import Manager
```
"""


def _spec(directory: Path, text: str = SPEC) -> Path:
    path = directory / "dual_import.md"
    path.write_text(text, encoding="utf-8")
    return path


def _case(directory: Path, code: str) -> Case:
    text = (
        f"# x\n\n`pluribus.toml`:\n```toml\n```\n\n## Case\n\n`app/chat.py`:\n```py\n{code}\n```\n"
    )
    (case,) = cases(_spec(directory, text))
    return case


def _finding(
    *,
    line: int = 2,
    rule: str = "dual-import",
    severity: Severity = Severity.ERROR,
    message: str = "`manager` is imported through 2 modules",
) -> Finding:
    return Finding(
        rule=rule,
        concept="manager",
        severity=severity,
        confidence=Confidence.CERTAIN,
        message=message,
        hint="keep one",
        location=Location(path="app/chat.py", line=line),
        key=("app.chat",),
    )


def _answering(
    *findings: Finding,
    not_run: tuple[NotRun, ...] = (),
    recovered: tuple[FileNote, ...] = (),
    rules: tuple[str, ...] | None = None,
) -> Judge:
    def judge(root: Path, select: tuple[str, ...]) -> Report:
        return Report(
            tool_version="0",
            concepts=(),
            phases=(),
            rules=select if rules is None else rules,
            findings=findings,
            tallies=(),
            suppressed=0,
            hidden=0,
            completeness=Completeness(
                files=Files(seen=0, parsed=0, recovered=0, set_aside=0, not_parsed=0, tests=0),
                roots=(),
                selectors=(),
                recovered=recovered,
                not_parsed=(),
                excluded={},
                unresolved_imports={},
                not_run=not_run,
            ),
            failed=bool(findings),
        )

    return judge


MARKED = 'x = 1\ny = 2  # error: [dual-import] "2 modules"'


def test_a_heading_with_code_is_a_project_on_disk(tmp_path: Path) -> None:
    seen = []

    def judge(root: Path, select: tuple[str, ...]) -> Report:
        seen.append({p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()})
        assert 'owner = "app.manager:Manager"' in (root / "pluribus.toml").read_text()
        assert select == ("dual-import",)
        return _answering(_finding())(root, select)

    run(cases(_spec(tmp_path))[0], tmp_path / "project", judge)

    assert seen == [{"app/manager.py", "app/chat.py", "pluribus.toml"}]


def test_titles_are_the_headings_that_hold_code(tmp_path: Path) -> None:
    found = cases(_spec(tmp_path))

    assert [(case.title, len(case.expectations)) for case in found] == [
        ("A second path", 1),
        ("A near miss", 0),
    ]


def test_what_is_expected_and_found_passes(tmp_path: Path) -> None:
    run(_case(tmp_path, MARKED), tmp_path, _answering(_finding()))


def test_a_missing_finding_fails(tmp_path: Path) -> None:
    case = _case(tmp_path, MARKED)

    with pytest.raises(AssertionError, match=r"(?s)MISSING +app/chat.py:2: error.*got:.*nothing"):
        run(case, tmp_path, _answering())


def test_an_unexpected_finding_fails(tmp_path: Path) -> None:
    case = _case(tmp_path, "x = 1\ny = 2")

    with pytest.raises(AssertionError, match=r"UNEXPECTED +app/chat.py:2: error \[dual-import\]"):
        run(case, tmp_path, _answering(_finding()))


def test_a_finding_of_another_rule_fails(tmp_path: Path) -> None:
    case = _case(tmp_path, MARKED)

    with pytest.raises(AssertionError, match=r"UNEXPECTED .*\[homonym\]"):
        run(case, tmp_path, _answering(_finding(), _finding(rule="homonym")))


def test_the_same_finding_twice_fails_where_one_is_expected(tmp_path: Path) -> None:
    case = _case(tmp_path, MARKED)

    with pytest.raises(AssertionError, match="UNEXPECTED"):
        run(case, tmp_path, _answering(_finding(), _finding()))


@pytest.mark.parametrize(
    "wrong",
    [
        _finding(line=1),
        _finding(severity=Severity.WARNING),
        _finding(rule="rival"),
        _finding(message="`manager` is imported through 3 modules"),
    ],
    ids=["line", "severity", "rule", "text"],
)
def test_a_wrong_expectation_fails_and_shows_both_sides(tmp_path: Path, wrong: Finding) -> None:
    case = _case(tmp_path, MARKED)

    with pytest.raises(AssertionError, match=r"(?s)expected:.*MISSING.*got:.*UNEXPECTED"):
        run(case, tmp_path, _answering(wrong))


def test_several_assertions_of_one_line_are_all_needed(tmp_path: Path) -> None:
    code = 'x = 1\ny = 2  # error: [dual-import] # warning: [dual-import] "3"'
    case = _case(tmp_path, code)
    warning = _finding(severity=Severity.WARNING, message="3 modules")

    run(case, tmp_path, _answering(_finding(), warning))
    with pytest.raises(AssertionError, match=r"MISSING .*warning"):
        run(case, tmp_path, _answering(_finding()))


def test_a_rule_that_was_not_run_fails_even_where_nothing_is_expected(tmp_path: Path) -> None:
    case = _case(tmp_path, "x = 1")

    with pytest.raises(AssertionError, match=r"not run: \[dual-import\] no owner"):
        run(case, tmp_path, _answering(not_run=(NotRun("dual-import", "manager", "no owner"),)))
    with pytest.raises(AssertionError, match=r"not run: \[dual-import\]"):
        run(case, tmp_path, _answering(rules=()))


def test_a_file_that_was_not_read_whole_fails(tmp_path: Path) -> None:
    case = _case(tmp_path, "x = 1")

    with pytest.raises(AssertionError, match=r"not read whole: app/chat\.py: line 1"):
        run(case, tmp_path, _answering(recovered=(FileNote("app/chat.py", "line 1"),)))


def test_a_case_may_select_more_rules_than_its_own(tmp_path: Path) -> None:
    text = SPEC.replace("## A near miss\n", "## A near miss\n\n<!-- select: rival, facade -->\n")

    found = cases(_spec(tmp_path, text))

    assert [case.select for case in found] == [("dual-import",), ("rival", "facade")]


def test_a_selection_before_the_first_case_holds_for_the_file(tmp_path: Path) -> None:
    text = SPEC.replace("# dual-import\n", "# x\n\n<!-- select: dual-import, rival -->\n", 1)

    found = cases(_spec(tmp_path, text))

    assert {case.select for case in found} == {("dual-import", "rival")}


def test_the_contract_of_a_case_replaces_the_default(tmp_path: Path) -> None:
    text = SPEC + '\n`pluribus.toml`:\n\n```toml\nowner = "its own"\n```\n'

    first, second = cases(_spec(tmp_path, text))

    assert "app.manager:Manager" in first.files["pluribus.toml"]
    assert second.files["pluribus.toml"] == 'owner = "its own"\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("## A\n```py\nx = 1\n```\n", "needs a line with its path"),
        ("## A\n`app/a.py`:\n\nprose\n", "followed by no code"),
        ("## A\n`app/a.py`:\n", "followed by no code"),
        ("## A\n`app/a.py`:\n```toml\n```\n", "needs a `py` block"),
        ("## A\n`app/a.py`:\n```py\nx = 1\n", "not closed"),
        ("## A\n`app/a.py`:\n```py\n```\n`app/a.py`:\n```py\n```\n", "given twice"),
        ("## A\n`app/a.py`:\n```py\n```\n## A\n`app/a.py`:\n```py\n```\n", "two cases"),
        ("## A\n`app/a.py`:\n```py\n```\n## B\n`pluribus.toml`:\n```toml\n```\n", "before the"),
        ("## A\n`app/a.py`:\n```py\nx = 1  # eror: [dual-import]\n```\n", "not an assertion"),
        ("## A\n`app/a.py`:\n```py\nx  # error: [dual-import] 2 modules\n```\n", "not an asser"),
        ("## A\n`app/a.py`:\n```py\nx  # error: [rival]\n```\n", "not selected"),
    ],
)
def test_what_would_be_ignored_in_silence_is_an_error(
    tmp_path: Path, text: str, problem: str
) -> None:
    default = "`pluribus.toml`:\n```toml\n```\n"

    with pytest.raises(SpecError, match=problem):
        cases(_spec(tmp_path, default + text))


def test_a_case_without_any_contract_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"no `pluribus.toml`"):
        cases(_spec(tmp_path, "## A\n`app/a.py`:\n```py\n```\n"))


def test_a_mistyped_assertion_is_placed_in_the_markdown(tmp_path: Path) -> None:
    text = SPEC.replace("# error:", "# errors:")

    with pytest.raises(SpecError, match=r"dual_import\.md:22:"):
        cases(_spec(tmp_path, text))
