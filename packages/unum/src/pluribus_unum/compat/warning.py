"""How an old call names the new one."""

from __future__ import annotations

import warnings


def superseded(old: str, new: str) -> None:
    """Warn whoever called the caller of this."""
    warnings.warn(f"`{old}` is an old signature: call `{new}`", DeprecationWarning, stacklevel=3)
