"""What a check says: findings, their places, and how complete the check was.

What discovery says is in `discovery`: a check does without it.
"""

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
from pluribus.findings.explanation import Excerpt, RuleText
from pluribus.findings.finding import Confidence, Evidence, Finding, Location, Severity, identified
from pluribus.findings.fix import Fix, Replacement
from pluribus.findings.matrix import Matrix, MatrixClass, MatrixRow
from pluribus.findings.report import ConceptSummary, OwnerPath, Report, Tally

__all__ = [
    "BaselineUse",
    "Completeness",
    "ConceptSummary",
    "Confidence",
    "Evidence",
    "Excerpt",
    "FileNote",
    "Files",
    "Finding",
    "Fix",
    "Location",
    "Matrix",
    "MatrixClass",
    "MatrixRow",
    "NotRun",
    "OwnerPath",
    "Replacement",
    "Report",
    "Root",
    "RuleText",
    "Selector",
    "Severity",
    "SinceBase",
    "Tally",
    "identified",
]
