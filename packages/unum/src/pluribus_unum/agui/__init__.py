"""For clients of AG-UI: its events, made of those of a run, and an endpoint that serves them."""

from __future__ import annotations

from pluribus_unum.agui.endpoint import AgUiEndpoint, last_user_message
from pluribus_unum.agui.mapper import CAPABILITIES, Mapper, as_agui

__all__ = ["CAPABILITIES", "AgUiEndpoint", "Mapper", "as_agui", "last_user_message"]
