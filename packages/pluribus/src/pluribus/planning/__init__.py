"""Which steps lead from many to one, and in which order no import breaks on the way."""

from __future__ import annotations

from pluribus.planning.drafts import Draft, Ground, Owners
from pluribus.planning.mending import drafted
from pluribus.planning.ordering import Applicability, ordered, work_by_phase

__all__ = ["Applicability", "Draft", "Ground", "Owners", "drafted", "ordered", "work_by_phase"]
