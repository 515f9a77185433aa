"""Managers of the kit itself: good ones of several styles, and broken ones."""

from __future__ import annotations

from pluribus.conformance.mutants.specimens import SPECIMENS, Specimen

__all__ = ["SPECIMENS", "Specimen"]
