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
from tests.properties.resolved import opened, resolved, write

# Why the resolver may not know what Python knows.
MAY_BE_UNKNOWN = (
    "it is imported in a circle",
    "a folder without `__init__.py`, or an installed package of that name",
    "served by a lazy table",
    "served by `__getattr__`",
    "its module makes names at run time",
    "a star import may bring it",
)


@pytest.fixture(scope="module")
def python() -> Iterator[RealImports]:
    with RealImports() as child:
        yield child


def differences(tree: Tree, python: RealImports, tally: Counter[str]) -> list[str]:
    """Names of which the resolver says what is not so, or does not know without a reason."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, tree.files)
        said = resolved(root, tree.names, NAMES)
        real = python.answers(root, tree.names, NAMES, type_checking=False)
        checkers = python.answers(root, tree.names, NAMES, type_checking=True)

    failing = {f"module {name}" for name in tree.names if name not in real}
    wrong = []
    for (module, name), answer in said.items():
        right = real.get(module, {}).get(name)
        if not right or answer in failing:
            continue  # Python cannot import the module: it says nothing of its names.
        if right == ["missing"] and answer.startswith("module ") and answer.endswith(f".{name}"):
            continue  # A star brings a submodule only if someone has imported it before.
        if right == ["missing"] and answer in checkers.get(module, {}).get(name, [answer]):
            continue  # What only type checkers see.
        kind, _, reason = answer.partition(" ")
        tally[kind if right != ["missing"] else "absent"] += 1
        if kind == "unknown" and reason in MAY_BE_UNKNOWN:
            continue
        if answer not in right:
            wrong.append(f"{module}.{name}: {answer!r}, but Python says {' or '.join(right)}")
    return wrong


@pytest.mark.xfail(
    reason="what fails half-way through a module or a `try` is not modelled: the names that it "
    "would have bound count as bound, also in a module that cannot be imported at all"
)
def test_every_name_is_what_python_makes_of_it(python: RealImports) -> None:
    tally: Counter[str] = Counter()

    @given(tree=trees())
    @examples(150)
    def law(tree: Tree) -> None:
        note(shown(tree))
        assert differences(tree, python, tally) == []

    law()

    print(dict(tally))  # noqa: T201 # asked for with -s
    assert tally["unknown"] <= 0.1 * (tally["unknown"] + tally["mark"] + tally["module"])


@given(tree=trees())
@examples(60)
def test_offers_are_the_names_that_reach_a_definition(tree: Tree) -> None:
    note(shown(tree))
    asking = "".join(
        f"from {module} import {name} as found{index}_{name}\n"
        for index, module in enumerate(tree.names)
        for name in NAMES
    )
    pairs = [(module, name) for module in tree.names for name in NAMES]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), {**tree.files, "asking.py": asking})
        codebase = opened(Path(folder))
        reaching: dict[int, set[tuple[str, str]]] = {}
        for each in codebase.imports(packages=["p", "t"]):
            if each.site.place.path == "asking.py" and each.target.handle is not None:
                pair = pairs[each.site.place.line - 1]
                reaching.setdefault(each.target.handle, set()).add(pair)
        for handle, expected in reaching.items():
            home = codebase.definition(handle)
            itself = {(home.site.module, home.qualname)}
            offered = {
                (row.site.module, row.name)
                for row in codebase.offers(handles=[handle])
                if row.site.place.path != "asking.py" and row.name in NAMES
            }

            assert offered - itself == expected - itself, home.path


def shown(tree: Tree) -> str:
    return "\n".join(f"--- {path}\n{text}" for path, text in sorted(tree.files.items()))
