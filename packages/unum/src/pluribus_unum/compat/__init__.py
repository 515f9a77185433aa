"""Landing places for code that moves to unum: old signatures over a hub, until they are gone.

Each call says by a `DeprecationWarning` what to call instead. Nothing else here depends on them.
"""

from __future__ import annotations

from pluribus_unum.compat.by_user import LegacyManager
from pluribus_unum.compat.room import ConnectionManager

__all__ = ["ConnectionManager", "LegacyManager"]
