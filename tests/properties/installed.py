"""Packages of the running environment, as trees to read."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        pytest.skip(f"{name} is not installed")
    return Path(spec.origin).parent
