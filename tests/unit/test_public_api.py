"""What others build on. A change here is a change for users: it needs a news fragment."""

from __future__ import annotations

import importlib
from pathlib import Path

import click
import pytest

from pluribus import errors
from pluribus.app.comments import SUMMARIES
from pluribus.baseline import pages
from pluribus.cli import exits
from pluribus.cli.baseline import command
from pluribus.cli.commands import program
from pluribus.findings import Severity
from pluribus.findings.discovery import DISCOVERY_SCHEMA_VERSION
from pluribus.findings.history import BURNDOWN_SCHEMA_VERSION
from pluribus.findings.plan import PLAN_SCHEMA_VERSION
from pluribus.findings.proof import PROOF_SCHEMA_VERSION
from pluribus.findings.report import SCHEMA_VERSION
from pluribus.reports import (
    BURNDOWN_FORMATS,
    DISCOVERY_FORMATS,
    FORMATS,
    PLAN_FORMATS,
    PROOF_FORMATS,
)
from pluribus.rules import ALL, FAMILIES

NAMES = {
    "pluribus": ["__version__"],
    "pluribus.conformance.graph": ["Held", "Kind", "Overlap", "Shared", "Watch", "shared_state"],
    "pluribus.contract": [
        "CONCEPTS_FOLDER",
        "CONTRACT_FILES",
        "DEFAULT_PHASES",
        "TEST_GLOBS",
        "CodebaseOptions",
        "Concept",
        "Conform",
        "Context",
        "Contract",
        "Exemption",
        "Interface",
        "Operation",
        "Operations",
        "Phase",
        "Rivals",
        "Values",
        "as_json",
        "concept_schema",
        "contract_schema",
        "describe",
        "find_contract",
        "load_contract",
        "schema_files",
        "toml_string",
    ],
    "pluribus.findings": [
        "BaselineUse",
        "Completeness",
        "ConceptSummary",
        "Confidence",
        "Evidence",
        "Excerpt",
        "FileNote",
        "Files",
        "Finding",
        "Location",
        "Matrix",
        "MatrixClass",
        "MatrixRow",
        "NotRun",
        "OwnerPath",
        "Report",
        "Root",
        "RuleText",
        "Selector",
        "Severity",
        "SinceBase",
        "Tally",
        "identified",
    ],
    "pluribus.conformance": ["Call", "Frame", "History", "Peer", "PeerLacks"],
    "pluribus.reports": [
        "BURNDOWN_FORMATS",
        "CONFORMANCE_FORMATS",
        "DISCOVERY_FORMATS",
        "FORMATS",
        "PLAN_FORMATS",
        "PROOF_FORMATS",
        "TRIAL_FORMATS",
        "WITH_EXCERPTS",
        "WITH_TEXTS",
        "RenderOptions",
    ],
}

ERRORS = {
    "PluribusError": "Exception",
    "UsageError": "PluribusError",
    "ContractError": "PluribusError",
    "OwnerNotFoundError": "ContractError",
    "OwnerNotReadError": "ContractError",
    "BaselineError": "PluribusError",
    "FactsError": "PluribusError",
    "OutputError": "PluribusError",
    "GitError": "PluribusError",
    "SubjectError": "PluribusError",
}

RULES = {
    "dual-import": "imports",
    "legacy-import": "imports",
    "fragmented-path": "imports",
    "bypassed-factory": "imports",
    "legacy-string": "imports",
    "homonym": "imports",
    "unresolved-import": "imports",
    "rival": "implementations",
    "facade": "implementations",
    "shadowed-definition": "implementations",
    "clone": "implementations",
    "scattered-constant": "implementations",
    "partial-interface": "interfaces",
    "mismatched-signature": "interfaces",
    "mismatched-async": "interfaces",
    "unbound-call": "interfaces",
    "awaited-sync": "interfaces",
    "rival-factory": "isolation",
    "shared-state": "isolation",
    "context-blind-factory": "isolation",
    "undelegated-factory": "isolation",
    "partial-key": "isolation",
    "unknown-event": "delivery",
    "missing-event": "delivery",
    "unawaited-send": "delivery",
}

COMMANDS = {
    "check": [
        "--base-ref",
        "--baseline",
        "--burndown",
        "--cache-dir",
        "--changed-since",
        "--color",
        "--concept",
        "--contract",
        "--exit-zero",
        "--fail-on",
        "--ignore",
        "--ignore-suppressions",
        "--limit",
        "--matrix",
        "--no-baseline",
        "--no-cache",
        "--only",
        "--output-file",
        "--output-format",
        "--paths",
        "--phase",
        "--quiet",
        "--report",
        "--require-complete",
        "--select",
        "--self-test",
        "--statistics",
        "-q",
    ],
    "discover": [
        "--cache-dir",
        "--color",
        "--exclude",
        "--into",
        "--limit",
        "--no-cache",
        "--output-format",
        "--quiet",
        "--write",
        "-q",
    ],
    "plan": [
        "--base-ref",
        "--baseline",
        "--cache-dir",
        "--color",
        "--concept",
        "--contract",
        "--limit",
        "--no-cache",
        "--output-file",
        "--output-format",
        "--quiet",
        "-q",
    ],
    "fix": [
        "--allow-dirty",
        "--cache-dir",
        "--concept",
        "--contract",
        "--diff",
        "--emit-patch",
        "--ignore",
        "--limit",
        "--no-cache",
        "--only",
        "--output-format",
        "--phase",
        "--quiet",
        "--select",
        "--shim",
        "--unsafe-fixes",
        "-q",
    ],
    "conform": [
        "--bind",
        "--color",
        "--concept",
        "--contract",
        "--output-format",
        "--property",
        "--quiet",
        "--seed",
        "--self-test",
        "--suggest",
        "--transport",
        "-q",
    ],
    "baseline": [],
    "burndown": [
        "--cache-dir",
        "--color",
        "--concept",
        "--contract",
        "--every",
        "--ignore",
        "--limit",
        "--no-cache",
        "--output-file",
        "--output-format",
        "--quiet",
        "--report",
        "--select",
        "--since",
        "--trace",
        "--until",
        "-q",
    ],
    "prove": [
        "--accept",
        "--bundle",
        "--cache-dir",
        "--color",
        "--concept",
        "--contract",
        "--ignore",
        "--limit",
        "--no-cache",
        "--output-file",
        "--output-format",
        "--quiet",
        "--report",
        "--select",
        "-q",
    ],
    "explain": ["--color"],
    "files": ["--cache-dir", "--contract", "--no-cache", "--output-format"],
    "config": ["--contract", "--output-format", "--schema"],
}

_BASELINE = ["--baseline", "--cache-dir", "--contract", "--no-cache"]
_PART = ["--concept", "--only", "--select"]
_TERMS = ["--expires", "--owner", "--reason"]
BASELINE_COMMANDS = {
    "create": [*_BASELINE, *_PART, *_TERMS],
    "update": [*_BASELINE, *_PART, *_TERMS],
    "prune": [*_BASELINE, *_PART],
    "diff": ["--base-ref", "--baseline", "--contract"],
    "explain": _BASELINE,
    "merge": [],
}


@pytest.mark.parametrize("module", NAMES)
def test_a_public_package_offers_these_names_and_no_others(module: str) -> None:
    assert sorted(importlib.import_module(module).__all__) == sorted(NAMES[module])


@pytest.mark.parametrize("module", NAMES)
def test_every_name_that_a_public_package_offers_exists(module: str) -> None:
    package = importlib.import_module(module)

    assert [name for name in package.__all__ if not hasattr(package, name)] == []


def test_these_are_the_exceptions() -> None:
    found = {
        name: each.__base__.__name__
        for name, each in vars(errors).items()
        if isinstance(each, type) and issubclass(each, Exception) and each.__base__ is not None
    }

    assert found == ERRORS


def test_every_exception_says_what_is_wrong_and_what_to_do() -> None:
    error = errors.UsageError("what is wrong", hint="what to do")

    assert (error.message, error.hint, str(error)) == (
        "what is wrong",
        "what to do",
        "what is wrong",
    )


def test_these_are_the_rules_in_the_order_of_reports() -> None:
    assert {rule.name: rule.family for rule in ALL} == RULES
    assert [rule.name for rule in ALL] == list(RULES)


def test_these_are_the_families() -> None:
    assert FAMILIES == ("imports", "implementations", "interfaces", "isolation", "delivery")


def test_these_are_the_findings_that_no_rule_gives() -> None:
    assert list(SUMMARIES) == ["unused-suppression", "malformed-suppression"]
    assert list(pages.SUMMARIES) == ["stale-entry", "baseline-growth"]


def test_these_are_the_severities() -> None:
    assert [str(each) for each in Severity] == ["error", "warning", "note"]


def test_these_are_the_formats() -> None:
    assert list(FORMATS) == [
        "text",
        "concise",
        "json",
        "github",
        "sarif",
        "sarif-github",
        "junit",
        "markdown",
        "html",
    ]
    assert list(DISCOVERY_FORMATS) == ["text", "json"]
    assert list(PLAN_FORMATS) == ["text", "markdown", "json"]
    assert list(BURNDOWN_FORMATS) == ["text", "json", "svg", "html"]
    assert list(PROOF_FORMATS) == ["text", "json", "markdown", "html"]


def test_a_reader_of_json_reports_is_told_when_they_change() -> None:
    assert (SCHEMA_VERSION, DISCOVERY_SCHEMA_VERSION, PLAN_SCHEMA_VERSION) == (1, 1, 1)
    assert (BURNDOWN_SCHEMA_VERSION, PROOF_SCHEMA_VERSION) == (1, 1)


def test_these_are_the_exit_codes() -> None:
    assert (exits.OK, exits.FOUND, exits.UNABLE, exits.INTERRUPTED) == (0, 1, 2, 130)


def _options(command: click.Command) -> list[str]:
    found = {
        name
        for each in command.params
        if isinstance(each, click.Option)
        for name in (*each.opts, *each.secondary_opts)
    }
    return sorted(found - {"-h", "--help"})


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_these_options_and_no_others(name: str) -> None:
    assert isinstance(program, click.Group)
    found = program.get_command(click.Context(program), name)

    assert found is not None
    assert _options(found) == COMMANDS[name]


def test_these_are_the_commands_of_the_baseline_and_their_options() -> None:
    assert isinstance(command, click.Group)
    found = {name: _options(each) for name, each in command.commands.items()}

    assert found == {name: sorted(names) for name, names in BASELINE_COMMANDS.items()}
    assert list(found) == list(BASELINE_COMMANDS)


def test_these_are_the_commands() -> None:
    assert isinstance(program, click.Group)

    assert program.list_commands(click.Context(program)) == list(COMMANDS)


def test_the_types_of_the_package_are_public() -> None:
    source = Path(errors.__file__).parent

    assert (source / "py.typed").is_file()
