"""The part of SARIF 2.1.0 that pluribus writes.

The names are those of the standard, which says what they mean; fields that keep their default are
left out. Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

SCHEMA_URI: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
SOURCE_ROOT: Final = "%SRCROOT%"
Level = Literal["error", "warning", "note"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    pass


class Message(_Part, frozen=True, kw_only=True):
    text: str
    markdown: str = ""


class ArtifactLocation(_Part, frozen=True, kw_only=True):
    uri: str
    uri_base_id: str


class Region(_Part, frozen=True, kw_only=True):
    start_line: int
    start_column: int
    end_line: int | None = None
    end_column: int | None = None


class PhysicalLocation(_Part, frozen=True, kw_only=True):
    artifact_location: ArtifactLocation
    region: Region | None = None


class LogicalLocation(_Part, frozen=True, kw_only=True):
    fully_qualified_name: str


class Location(_Part, frozen=True, kw_only=True):
    id: int = -1
    physical_location: PhysicalLocation | None = None
    logical_locations: tuple[LogicalLocation, ...] = ()
    message: Message | None = None


class ThreadFlowLocation(_Part, frozen=True, kw_only=True):
    location: Location


class ThreadFlow(_Part, frozen=True, kw_only=True):
    locations: tuple[ThreadFlowLocation, ...]


class CodeFlow(_Part, frozen=True, kw_only=True):
    thread_flows: tuple[ThreadFlow, ...]
    message: Message


class ArtifactContent(_Part, frozen=True, kw_only=True):
    text: str


class Replacement(_Part, frozen=True, kw_only=True):
    deleted_region: Region
    inserted_content: ArtifactContent


class ArtifactChange(_Part, frozen=True, kw_only=True):
    artifact_location: ArtifactLocation
    replacements: tuple[Replacement, ...]


class Fix(_Part, frozen=True, kw_only=True):
    description: Message
    artifact_changes: tuple[ArtifactChange, ...]


class ResultProperties(_Part, frozen=True, kw_only=True):
    concept: str
    phase: str
    confidence: str
    in_tests: bool
    hint: str
    evidence: tuple[str, ...] = ()


class Result(_Part, frozen=True, kw_only=True):
    rule_id: str
    rule_index: int
    level: str
    message: Message
    locations: tuple[Location, ...]
    related_locations: tuple[Location, ...] = ()
    code_flows: tuple[CodeFlow, ...] = ()
    fixes: tuple[Fix, ...] = ()
    partial_fingerprints: dict[str, str]
    rank: float
    properties: ResultProperties


class Configuration(_Part, frozen=True, kw_only=True):
    level: str


class RuleProperties(_Part, frozen=True, kw_only=True):
    precision: str = ""
    problem_severity: str = msgspec.field(name="problem.severity")
    tags: tuple[str, ...]


class Descriptor(_Part, frozen=True, kw_only=True):
    id: str
    name: str = ""
    short_description: Message | None = None
    full_description: Message | None = None
    help: Message | None = None
    default_configuration: Configuration | None = None
    properties: RuleProperties | None = None


class Reference(_Part, frozen=True, kw_only=True):
    id: str
    index: int


class Notification(_Part, frozen=True, kw_only=True):
    descriptor: Reference
    level: Level
    message: Message
    locations: tuple[Location, ...] = ()
    associated_rule: Reference | None = None


class Invocation(_Part, frozen=True, kw_only=True):
    execution_successful: bool
    tool_execution_notifications: tuple[Notification, ...] = ()


class Driver(_Part, frozen=True, kw_only=True):
    name: str
    full_name: str
    semantic_version: str
    rules: tuple[Descriptor, ...]
    notifications: tuple[Descriptor, ...]


class Tool(_Part, frozen=True, kw_only=True):
    driver: Driver


class BaseUri(_Part, frozen=True, kw_only=True):
    description: Message


class Identity(_Part, frozen=True, kw_only=True):
    id: str
    description: Message


class RunProperties(_Part, frozen=True, kw_only=True):
    suppressed: int
    """By comments, per-file ignores and exemptions."""
    hidden: int
    """By filters of the report."""
    accepted: int | None = None
    """By the baseline; None when none was read."""


class ConformanceProperties(_Part, frozen=True, kw_only=True):
    outcomes: dict[str, int]
    """How often each came of the owners."""


class Run(_Part, frozen=True, kw_only=True):
    tool: Tool
    invocations: tuple[Invocation, ...]
    automation_details: Identity
    original_uri_base_ids: dict[str, BaseUri]
    column_kind: Literal["unicodeCodePoints"]
    results: tuple[Result, ...]
    properties: RunProperties | ConformanceProperties


class Log(_Part, frozen=True, kw_only=True):
    schema: str = msgspec.field(name="$schema")
    version: Literal["2.1.0"]
    runs: tuple[Run, ...]
