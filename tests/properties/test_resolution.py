"""Whatever Python binds a name to, the resolver finds; and nothing else."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, note

from tests.properties.oracles.real_import import RealImports
from tests.properties.packages import NAMES, Tree, trees
from tests.properties.profiles import examples
from tests.properties.resolved import resolved, write


@pytest.fixture(scope="module")
def python() -> Iterator[RealImports]:
    with RealImports() as child:
        yield child


@given(tree=trees())
@examples(150)
def test_every_name_is_what_python_makes_of_it(tree: Tree, python: RealImports) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, tree.files)
        said = resolved(root, tree.names, NAMES)
        real = python.answers(root, tree.names, NAMES, type_checking=False)
        checkers = python.answers(root, tree.names, NAMES, type_checking=True)

    for path, text in sorted(tree.files.items()):
        note(f"--- {path}\n{text}")
    wrong = []
    for (module, name), answer in said.items():
        right = real.get(module, {}).get(name)
        if not right or answer in right:
            continue
        if answer.startswith("unknown"):
            continue
        if answer.removeprefix("module ") in set(tree.names) - real.keys():
            continue  # It is there, but it fails.
        if right == ["missing"] and answer in checkers.get(module, {}).get(name, [answer]):
            continue
        wrong.append(f"{module}.{name}: {answer!r}, but Python says {right}")
    assert wrong == []
