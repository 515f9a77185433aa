from __future__ import annotations

import tomllib
from pathlib import Path

import pluribus

ROOT = Path(__file__).parents[2]


def test_one_version_is_said_everywhere() -> None:
    package = tomllib.loads((ROOT / "packages/pluribus/pyproject.toml").read_text("utf-8"))
    workspace = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))

    assert package["project"]["version"] == pluribus.__version__
    assert workspace["workspace"]["package"]["version"] == pluribus.__version__
