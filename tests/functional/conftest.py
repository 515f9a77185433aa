from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.baseline_project import Accepted
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


@pytest.fixture
def accepted(root: Path) -> Iterator[Accepted]:
    """A project whose baseline accepts all that is found; `main` holds it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        yield Accepted.made(root)
