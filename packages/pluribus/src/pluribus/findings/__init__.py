"""What a check says: findings, their places, and how complete the check was."""

from __future__ import annotations

from pluribus.findings.baseline import BaselineUse, SinceBase
from pluribus.findings.completeness import (
    Completeness,
    FileNote,
    Files,
    NotRun,
    Root,
    Selector,
)
from pluribus.findings.discovery import (
    Counts,
    Discovery,
    FragmentedConcept,
    Proposal,
    Rival,
    Surveyed,
)
from pluribus.findings.explanation import Excerpt, RuleText
from pluribus.findings.finding import Confidence, Evidence, Finding, Location, Severity, identified
from pluribus.findings.matrix import Matrix, MatrixClass, MatrixRow
from pluribus.findings.report import ConceptSummary, OwnerPath, Report, Tally

__all__ = [
    "BaselineUse",
    "Completeness",
    "ConceptSummary",
    "Confidence",
    "Counts",
    "Discovery",
    "Evidence",
    "Excerpt",
    "FileNote",
    "Files",
    "Finding",
    "FragmentedConcept",
    "Location",
    "Matrix",
    "MatrixClass",
    "MatrixRow",
    "NotRun",
    "OwnerPath",
    "Proposal",
    "Report",
    "Rival",
    "Root",
    "RuleText",
    "Selector",
    "Severity",
    "SinceBase",
    "Surveyed",
    "Tally",
    "identified",
]
