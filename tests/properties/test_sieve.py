"""Setting aside what cannot matter changes no finding."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given, note, reject
from hypothesis import strategies as st

from pluribus.app.check import CheckOptions, check
from pluribus.errors import OwnerNotFoundError
from pluribus.findings import Finding, Report
from pluribus.reports.json import document
from tests.properties.packages import NAMES, Tree, trees
from tests.properties.profiles import examples
from tests.properties.resolved import write

# More than a tree may have to be read whole.
FILLERS = 1_600

CONTRACT = """\
[concepts.manager]
owner = "app.manager:Manager"
import-paths = ["app.manager"]
legacy-paths = ["app.old_manager"]
rivals = { names = ["*Manager"] }
"""

CONCEPT = {
    "app/__init__.py": "from app.served import Boss as Chief\n",
    "app/manager.py": "class Manager:\n    def connect(self): ...\n    def send(self): ...\n    def drop(self): ...\n",
    # Each hands the owner on under a name, or in a way, that only the hop before gives away.
    "app/served.py": "from app.manager import Manager as Boss\n",
    "app/everything.py": "from app.served import *\n",
    "app/more.py": "from .everything import *\n",
    "app/alias.py": "import app.manager as elsewhere\nLeader = elsewhere.Manager\n",
    "app/by_module.py": "from app import alias\nHead = alias.Leader\n",
    "app/table.py": "_TABLE = {'Ruler': ('app.by_module', 'Head')}\n\n"
    "def __getattr__(name):\n    import importlib\n    if name in _TABLE:\n"
    "        module, attribute = _TABLE[name]\n"
    "        return getattr(importlib.import_module(module), attribute)\n"
    "    raise AttributeError(name)\n",
    "app/twin.py": "import sys\nimport app.manager as real\nsys.modules[__name__] = real\n",
    "app/rival.py": "class OtherManager:\n    def connect(self): ...\n    def send(self): ...\n    def drop(self): ...\n",
    "app/nameless.py": "class Hub:\n    def connect(self): ...\n    def send(self): ...\n    def drop(self): ...\n",
    "use/__init__.py": "",
    "use/a.py": "from app.more import Boss\nBoss()\n",
    "use/b.py": "from app.table import Ruler\nRuler()\n",
    "use/c.py": "from app.twin import Manager\nManager()\n",
    "use/d.py": "from app import Chief\nChief()\n",
    "use/e.py": "import app.by_module\napp.by_module.Head()\n",
    "use/f.py": "from app.old_manager import Manager\n",
    "use/g.py": "from app.manager import Manager\nfrom app.rival import OtherManager\n",
    "use/h.py": "def late():\n    from app.alias import Leader\n    return Leader()\n",
    "use/i.py": "from unittest.mock import patch\npatch('app.old_manager.Manager')\n",
}


def fillers() -> Mapping[str, str]:
    return {
        f"filler/part{index % 40}/file{index}.py": f"import os\n\n\ndef f{index}(x): return os.sep + x\n"
        for index in range(FILLERS)
    }


def judged(root: Path, *, reads_all: bool) -> Report:
    return check(root, CheckOptions(reads_all=reads_all))


def found(report: Report) -> list[Finding]:
    return sorted(report.findings, key=lambda each: (each.location, each.rule, each.message))


def set_aside(report: Report) -> int:
    return report.completeness.files.set_aside


def test_what_is_found_in_a_large_tree_does_not_depend_on_the_sieve(tmp_path: Path) -> None:
    write(tmp_path, {**CONCEPT, **fillers(), "pluribus.toml": CONTRACT})

    sieved = judged(tmp_path, reads_all=False)
    whole = judged(tmp_path, reads_all=True)

    assert set_aside(sieved) > FILLERS / 2
    assert set_aside(whole) == 0
    assert found(sieved) == found(whole)
    assert sieved.concepts == whole.concepts
    assert {each.location.path for each in whole.findings} >= {f"use/{each}.py" for each in "abcdefgh"}


def test_a_small_tree_gives_the_same_findings_inside_a_large_one(tmp_path: Path) -> None:
    contract = CONTRACT
    write(tmp_path / "small", {**CONCEPT, "pluribus.toml": contract})
    write(tmp_path / "large", {**CONCEPT, **fillers(), "pluribus.toml": contract})

    assert found(judged(tmp_path / "large", reads_all=False)) == found(
        judged(tmp_path / "small", reads_all=False)
    )


def owners(tree: Tree) -> list[str]:
    """Classes of a generated tree, as the contract names them."""
    return [
        f"{module.name}:{match[1]}"
        for module in tree.modules
        for line in module.lines
        if (match := re.match(r"class (\w+):", line))
    ]


def using(tree: Tree) -> Mapping[str, str]:
    """A file for each name of each module, which imports it and calls it."""
    pairs = [(module, name) for module in tree.names for name in NAMES]
    return {
        f"use/u{index}.py": f"from {module} import {name} as found\nfound()\n"
        for index, (module, name) in enumerate(pairs)
    }


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    write(folder, fillers())
    return folder


@given(tree=trees(), data=st.data())
@examples(40)
def test_what_is_found_of_any_tree_does_not_depend_on_the_sieve(
    tree: Tree, data: st.DataObject, large: Path
) -> None:
    assume(owners(tree))
    owner = data.draw(st.sampled_from(owners(tree)))
    with cleared(large, ("p", "use", "t.py")):
        write(large, {**tree.files, **using(tree)})
        write(large, {"pluribus.toml": f'[concepts.one]\nowner = "{owner}"\n'})
        try:
            sieved = judged(large, reads_all=False)
        except OwnerNotFoundError:
            reject()  # Something deletes or replaces it.
        whole = judged(large, reads_all=True)

    for path, text in sorted(tree.files.items()):
        note(f"--- {path}\n{text}")
    assert set_aside(sieved) >= FILLERS
    assert found(sieved) == found(whole)


@contextlib.contextmanager
def cleared(root: Path, names: Sequence[str]) -> Iterator[None]:
    """Removes these files and folders afterwards."""
    try:
        yield
    finally:
        for path in (root / name for name in names):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def real_trees() -> list[Path]:
    folder = os.environ.get("PLURIBUS_REAL")
    return sorted(path.parent for path in Path(folder).glob("*/pluribus.toml")) if folder else []


@pytest.mark.real
@pytest.mark.skipif("PLURIBUS_REAL" not in os.environ, reason="PLURIBUS_REAL names no folder of code bases")
@pytest.mark.parametrize("root", real_trees(), ids=lambda path: path.name)
def test_what_is_found_in_a_real_tree_does_not_depend_on_the_sieve(root: Path) -> None:
    sieved, whole = judged(root, reads_all=False), judged(root, reads_all=True)

    assert document(sieved).findings == document(whole).findings
