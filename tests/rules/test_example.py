"""The example application shows every rule at work, and every near miss left alone."""

from __future__ import annotations

from pathlib import Path

from pluribus.app.check import CheckOptions, check
from pluribus.rules import ALL

CHAT = Path(__file__).parents[2] / "examples" / "chat"
SHOWN = {
    "bypassed-factory",
    "dual-import",
    "facade",
    "fragmented-path",
    "homonym",
    "legacy-import",
    "legacy-string",
    "rival",
    "shadowed-definition",
    "unresolved-import",
}
QUIET = {
    "chat/logs.py",
    "chat/realtime/__init__.py",
    "chat/realtime/audit.py",
    "chat/storage/pool.py",
    "chat/transport.py",
    "chat/ws/manager_limits.py",
    "tests/fakes.py",
}


def test_the_example_has_a_finding_of_each_rule_it_shows() -> None:
    report = check(CHAT, CheckOptions(select=tuple(rule.name for rule in ALL)))

    assert {finding.rule for finding in report.findings} >= SHOWN


def test_the_near_misses_of_the_example_are_left_alone() -> None:
    report = check(CHAT, CheckOptions(select=tuple(rule.name for rule in ALL)))

    assert all((CHAT / path).is_file() for path in QUIET)
    assert {finding.location.path for finding in report.findings}.isdisjoint(QUIET)
