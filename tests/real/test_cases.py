"""Facts of real code bases that a reader has verified, and that a check must give exactly.

`README.md` beside this file says which code bases, at which commits, and how to export them.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from pluribus.app.check import CheckOptions, check
from pluribus.findings import Finding, Severity
from tests.real import founding_report
from tests.real.independent import Said, judge_tree, say

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
_CORE = "netra_backend/app/websocket_core"
# What the rules are known to miss on the report's code base; see docs/explanation/accuracy.md.
KNOWN_MISSES = {
    # The second name of the statement at line 28: one finding says both.
    ("tests/e2e/test_websocket_resilience.py", 30),
}


def code_base(name: str) -> Path:
    folder = os.environ.get("PLURIBUS_REAL")
    if not folder:
        pytest.skip("no real code bases: `make real REAL=DIR` says where they are")
    root = Path(folder) / name
    if not root.is_dir():
        pytest.skip(f"`{name}` is not there: tests/real/README.md says how to export it")
    return root


@cache
def _findings(root: Path, contract: str) -> tuple[Finding, ...]:
    options = CheckOptions(contract=HERE / "contracts" / f"{contract}.toml")
    return check(root, options).findings


def findings(name: str, contract: str | None = None, **wanted: str) -> list[Finding]:
    found = _findings(code_base(name), contract or name)
    return [f for f in found if all(getattr(f, key) == value for key, value in wanted.items())]


def files(found: list[Finding]) -> set[str]:
    return {each.location.path for each in found}


def test_llm_council_has_32_files_on_the_legacy_path() -> None:
    found = files(findings("llm-council", rule="legacy-import"))

    assert len(found) == 32
    assert len([path for path in found if path.startswith("src/")]) == 17


def test_llm_council_has_7_dual_files() -> None:
    assert files(findings("llm-council", rule="dual-import")) == {
        "src/llm_council/council.py",
        "src/llm_council/frontier_fallback.py",
        "src/llm_council/gateway/ollama.py",
        "src/llm_council/metadata/selection.py",
        "tests/test_metadata_integration.py",
        "tests/test_tier_selection.py",
        "tests/test_unified_config.py",
    }


def test_llm_council_has_26_patched_strings_in_2_files() -> None:
    found = findings("llm-council", rule="legacy-string")

    assert len(found) == 26
    assert files(found) == {"tests/test_mcp_server.py", "tests/test_secure_key_handling.py"}


def test_llm_council_names_served_by_getattr_are_not_dangling() -> None:
    assert findings("llm-council", rule="unresolved-import") == []


def test_llm_council_after_its_consolidation_keeps_one_dangling_import() -> None:
    left = findings("llm-council-after", "llm-council")

    assert {(f.rule, f.location.path, f.location.line) for f in left} == {
        (rule, "src/llm_council/metadata/discovery.py", 290)
        for rule in ("legacy-import", "unresolved-import")
    }


@pytest.mark.parametrize(
    ("concept", "legacy", "dual"),
    [
        ("radio-protocol", 46, 7),
        ("transport", 8, 3),
        ("exceptions", 61, 3),
        ("types", 124, 1),
        ("radio", 69, 2),
    ],
)
def test_rigplane_counts_are_those_of_a_separate_resolver(
    concept: str, legacy: int, dual: int
) -> None:
    old = files(findings("rigplane", concept=concept, rule="legacy-import"))
    both = findings("rigplane", concept=concept, rule="dual-import")

    assert (len(old), len(files(both))) == (legacy, dual)


def test_rigplane_shims_are_one_module_object_and_only_a_warning() -> None:
    found = findings("rigplane", rule="dual-import")

    assert {each.severity for each in found} == {Severity.WARNING}
    assert all("one module object" in each.message for each in found)


def test_rigplane_patches_transport_by_15_strings_in_4_files() -> None:
    found = findings("rigplane", concept="transport", rule="legacy-string")

    assert (len(found), len(files(found))) == (15, 4)


@pytest.mark.parametrize("name", ["django", "mypy"])
def test_plug_in_families_and_namesakes_are_no_rivals(name: str) -> None:
    """Caches and query sets share `get`, `aget`, `delete`, … with a session, and no role."""
    assert findings(name, rule="rival") == []


def test_the_founding_report_is_counted_again_with_its_own_patterns() -> None:
    root = code_base("zen")
    managers = founding_report.manager_files(root)

    assert len(founding_report.dual_import_files(root)) == 38
    assert (len(managers), len(set(managers))) == (12, 11)


def test_of_the_38_files_20_are_real_and_5_more_are_so_for_another_reason() -> None:
    verdicts = founding_report.verdicts(code_base("zen"))
    real = {path for path, verdict in verdicts.items() if verdict == "real"}
    found = files(findings("zen", rule="dual-import"))

    assert len(real) == 20
    assert real <= found
    assert (verdicts.keys() & found) - real == {
        # The pattern took `websocket_manager` for the start of `websocket_manager_factory`.
        "tests/integration/test_websocket_manager_method_compatibility.py",
        "tests/integration/websocket/test_websocket_cross_system_integration.py",
        "tests/thread_id_consistency/test_thread_id_consistency_comprehensive.py",
        # One of the two is text; a third module is imported.
        "tests/unit/issue_824_phase1/test_circular_reference_prevention.py",
        "tests/unit/websocket_ssot_issue960/test_websocket_manager_import_path_ssot.py",
    }


def test_none_of_the_12_manager_files_is_called_a_rival() -> None:
    """Six are other concepts, three hand the owner on, one holds text, one is the factory."""
    managers = set(founding_report.manager_files(code_base("zen")))
    offers = findings("zen", rule="fragmented-path")

    assert not managers & files(findings("zen", rule="rival"))
    assert managers & files(offers) == {
        f"{_CORE}/{name}.py"
        for name in (
            "connection_manager",
            "manager",
            "state_synchronization_manager",
            "websocket_manager",
        )
    }


@pytest.mark.parametrize("name", ["llm-council", "rigplane", "zen"])
def test_a_judge_that_shares_no_code_agrees(name: str) -> None:
    root = code_base(name)
    if name == "zen" and sys.version_info < (3, 12):
        pytest.skip("`ast` of this Python is older than the code base: it needs 3.12 or newer")
    contract = (HERE / "contracts" / f"{name}.toml").read_text()
    _, theirs = judge_tree(root, contract, ["", "src"] if (root / "src").is_dir() else [""])
    ours = {said for each in findings(name) if (said := _said(each)) is not None}

    missed = {(said.path, said.line) for said in set(theirs) - ours}
    assert ours - set(theirs) == set()
    assert missed <= KNOWN_MISSES
    assert Counter(said.rule for said in theirs)["legacy-import"] > 0


def _said(finding: Finding) -> Said | None:
    return say(
        finding.rule,
        finding.concept,
        finding.location.path,
        finding.location.line,
        finding.message,
        str(finding.severity),
    )
