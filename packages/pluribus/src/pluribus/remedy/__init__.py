"""Edits that mend findings: what is changed, byte by byte, and what is a person's work and why."""

from __future__ import annotations

from pluribus.remedy.applicability import Applicability, applicability

__all__ = ["Applicability", "applicability"]
