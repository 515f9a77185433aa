"""Modules that are imported through themselves: an answer comes, whatever it is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.properties.resolved import write

ADDS_THE_OTHER = "import {0}\n__all__ = {0}.__all__ + ['A']\n"

CIRCLES: Mapping[str, Mapping[str, str]] = {
    "a script named like the package that it uses": {
        "redis.py": "import redis.asyncio as asyncio\n",
    },
    "a name from a submodule of a plain module": {"m.py": "from m.n import n\n"},
    "a star from a submodule of a plain module": {"m.py": "from m.n import *\n"},
    "two plain modules, each from a submodule of the other": {
        "a.py": "from b.x import x\n",
        "b.py": "from a.x import x\n",
    },
    "two modules that add the exports of each other": {
        "a.py": ADDS_THE_OTHER.format("b"),
        "b.py": ADDS_THE_OTHER.format("a"),
        "c.py": "from a import *\n",
    },
    "two modules that replace each other": {
        "a.py": "import sys, b as other\nsys.modules[__name__] = other\n",
        "b.py": "import sys, a as other\nsys.modules[__name__] = other\n",
    },
    "two modules with a star from each other": {
        "a.py": "from b import *\n",
        "b.py": "from a import *\n",
    },
}

# In a process of its own: a stack that overflows takes the process with it.
ASK = """\
import sys
from pathlib import Path
from tests.properties.resolved import resolved
resolved(Path(sys.argv[1]), sys.argv[2:], ["A", "n", "x"])
"""


@pytest.mark.parametrize("circle", CIRCLES)
def test_a_circle_of_imports_ends(circle: str, tmp_path: Path) -> None:
    write(tmp_path, CIRCLES[circle])

    asked = subprocess.run(
        [
            sys.executable,
            "-c",
            ASK,
            str(tmp_path),
            *sorted(Path(each).stem for each in CIRCLES[circle]),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )

    assert asked.returncode == 0
