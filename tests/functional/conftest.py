from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.hostile_project import privileges_dropped


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of the project; the one above it is empty."""
    return tmp_path / "project"


@pytest.fixture
def obeying() -> tuple[str, ...]:
    """What makes a command obey permissions."""
    before = privileges_dropped()
    if before is None:
        pytest.skip("root reads everything, and `setpriv` is not there to prevent it")
    return before
