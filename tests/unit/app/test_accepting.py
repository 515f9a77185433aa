"""What a check makes of a baseline, for a day that is given."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pluribus.app.baseline import create
from pluribus.app.check import CheckOptions, check
from pluribus.app.options import BASELINE_PLACE, Base
from pluribus.baseline import Terms, as_bytes, parse
from pluribus.errors import BaselineError
from pluribus.findings import Report
from pluribus.reports import FORMATS, RenderOptions
from tests.unit.app.judging import LEGACY, written

DAY = date(2026, 11, 26)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree whose findings are accepted until `DAY`."""
    made = written(tmp_path, LEGACY)
    draft = create(
        made,
        CheckOptions(),
        Terms(reason="why", expires=DAY),
        say=lambda _: None,
        warn=lambda _: None,
    )
    draft.path.parent.mkdir()
    draft.path.write_bytes(draft.content)
    return made


def on(day: date | None, root: Path, base: Base | None = None) -> Report:
    return check(root, CheckOptions(today=day, base=base))


def accepted(report: Report) -> int:
    assert report.baseline is not None
    return report.baseline.accepted


def test_entries_accept_on_their_last_day_and_not_on_the_next(root: Path) -> None:
    before, after = on(DAY, root), on(DAY + timedelta(days=1), root)

    assert (accepted(before), before.findings, before.failed) == (4, (), False)
    assert (accepted(after), len(after.findings), after.failed) == (0, 4, True)


def test_without_a_day_nothing_has_expired(root: Path) -> None:
    assert accepted(on(None, root)) == 4


def test_the_same_day_gives_the_same_bytes(root: Path) -> None:
    late = DAY + timedelta(days=9)

    first, second = (FORMATS["json"](on(late, root), RenderOptions()) for _ in range(2))

    assert first == second


def test_findings_keep_their_ids_when_others_are_accepted(root: Path) -> None:
    whole = check(root, CheckOptions(honours_baseline=False))
    path = root / BASELINE_PLACE
    kept = list(parse(path.read_bytes(), name="x").entries.values())[:1]
    path.write_bytes(as_bytes(kept))

    left = on(DAY, root)

    assert {each.id for each in left.findings} < {each.id for each in whole.findings}
    assert len(left.findings) == 3


def test_a_base_without_a_baseline_makes_every_entry_growth(root: Path) -> None:
    report = on(DAY, root, Base("main", lambda _: None))

    assert [each.rule for each in report.findings] == ["baseline-growth"] * 4
    assert {each.location.path for each in report.findings} == {BASELINE_PLACE}
    assert {each.phase for each in report.findings} <= set(report.phases)


def test_a_base_that_is_malformed_is_named(root: Path) -> None:
    with pytest.raises(BaselineError, match=r"^main:.*baseline.jsonl:1: this is no header"):
        on(DAY, root, Base("main", lambda _: b"no"))
