"""What a report can carry besides the findings, for formats that explain and show them."""

from __future__ import annotations

import msgspec

from pluribus.findings.finding import Severity


class RuleText(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said of a rule, or of what is said of comments."""

    name: str
    family: str
    summary: str
    description: str
    """What it does, in Markdown; a paragraph or two."""
    severity: Severity
    """That of its findings, where none says otherwise."""
    precision: str
    """`very-high`, `high`, `medium` or `low`: how often a finding is right."""
    page: str
    """The whole page, in Markdown."""


class Excerpt(msgspec.Struct, frozen=True, order=True):
    """Some lines of a file, around the place of a finding."""

    path: str
    first: int
    """The number of the first line, from 1."""
    lines: tuple[str, ...]
    """Without their ends; long ones are cut."""
