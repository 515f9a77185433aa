"""Isolation by object graph: what two users' objects share, and who wrote it.

`docs/explanation/isolation-by-object-graph.md` says how it decides, and what it cannot see.
"""

from __future__ import annotations

from pluribus.conformance.graph.found import Held, Kind, Overlap, Shared
from pluribus.conformance.graph.watch import Watch, shared_state

__all__ = ["Held", "Kind", "Overlap", "Shared", "Watch", "shared_state"]
