"""Who connects: asked before a connection is accepted."""

from __future__ import annotations

from pluribus_unum.auth.base import Authenticator, Credentials, Identity

__all__ = ["Authenticator", "Credentials", "Identity"]
