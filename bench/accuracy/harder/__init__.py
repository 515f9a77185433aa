"""Violations as people write them when they do not have a rule in mind: other spellings, longer
ways, halves. Some of them are known to be missed; the page says which."""

from __future__ import annotations

from typing import Final

from bench.accuracy.harder import implementations, imports, uses

VIOLATIONS: Final = (*imports.VIOLATIONS, *implementations.VIOLATIONS, *uses.VIOLATIONS)
"""The rule that must report each, and what makes them."""
