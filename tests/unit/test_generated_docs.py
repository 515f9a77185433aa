from __future__ import annotations

import pytest

from scripts.docs import FILES, REFERENCE


@pytest.mark.parametrize("name", FILES)
def test_a_generated_file_is_current(name: str) -> None:
    assert (REFERENCE / name).read_text("utf-8") == FILES[name]()
