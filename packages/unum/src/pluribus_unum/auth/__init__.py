"""Who connects: asked before a connection is accepted."""

from __future__ import annotations

from pluribus_unum.auth.anyof import AnyOf
from pluribus_unum.auth.base import Authenticator, Credentials, Identity
from pluribus_unum.auth.tickets import Tickets

__all__ = ["AnyOf", "Authenticator", "Credentials", "Identity", "Tickets"]
