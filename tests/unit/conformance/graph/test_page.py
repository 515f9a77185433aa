"""The example on the page says what it gives."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[4] / "docs" / "explanation" / "isolation-by-object-graph.md"


def test_the_example_on_the_page_gives_what_the_page_says(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(python|text)\n(.*?)```", text, re.DOTALL))
    script = tmp_path / "rooms.py"
    script.write_text(blocks["python"], encoding="utf-8")

    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == (blocks["text"], "")
