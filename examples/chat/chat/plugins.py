"""Loads what the settings name."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from chat.settings import SETTINGS


def manager_factory() -> Callable[..., object]:
    """Return the factory that the settings name."""
    module, _, name = str(SETTINGS["MANAGER_FACTORY"]).rpartition(".")
    factory: Callable[..., object] = getattr(importlib.import_module(module), name)
    return factory


def default_manager_factory() -> Callable[..., object]:
    """Return the factory that is used when the settings name none."""
    factory: Callable[..., object] = importlib.import_module(
        "chat.ws.manager"
    ).get_websocket_manager
    return factory
