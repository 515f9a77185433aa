"""The globals that code names: through modules, through imports inside, relative ones too."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pluribus.conformance.graph import Kind, shared_state
from pluribus.conformance.graph.contents import ABSENT
from pluribus.conformance.graph.names import Names

FILES = {
    "__init__.py": "",
    "state.py": "ROOMS = []\nCURRENT = None\n",
    "deep/__init__.py": "",
    "deep/inner.py": "KEPT = []\n",
    "code.py": """
import json
import pack.deep.inner
import pack.state
from pack import state as other
from pack.state import ROOMS

COUNT = 0


def plain():
    return ROOMS, json.dumps, len


def dotted():
    return pack.state.ROOMS


def aliased():
    return other.ROOMS.append


def local():
    from pack.state import CURRENT, ROOMS as rooms
    return CURRENT, rooms


def local_module():
    import pack.state as here
    return here.ROOMS


def local_deep():
    import pack.deep.inner as far
    return far.KEPT


def relative():
    from .deep import inner
    from . import state
    return inner.KEPT, state.ROOMS


def nested():
    return [pack.deep.inner.KEPT for _ in range(2)], lambda: other.CURRENT


def counted():
    global COUNT
    COUNT += 1


def stored(value):
    other.CURRENT = value


def missing():
    return NOWHERE


def shadowed():
    import pack.state as here
    here = []
    return here.ROOMS
""",
}


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for name, text in FILES.items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("pack.code")
    for name in [each for each in sys.modules if each.partition(".")[0] == "pack"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("function", "paths"),
    [
        ("plain", ["pack.code.ROOMS", "pack.code.json"]),
        ("dotted", ["pack.code.pack", "pack.state", "pack.state.ROOMS"]),
        ("aliased", ["pack.code.other", "pack.state.ROOMS"]),
        ("local", ["pack.state.CURRENT", "pack.state.ROOMS"]),
        ("local_module", ["pack.state", "pack.state.ROOMS"]),
        ("local_deep", ["pack.deep", "pack.deep.inner", "pack.deep.inner.KEPT"]),
        (
            "relative",
            ["pack.deep.inner", "pack.state", "pack.deep.inner.KEPT", "pack.state.ROOMS"],
        ),
        (
            "nested",
            [
                "pack.code.other",
                "pack.state.CURRENT",
                "pack.code.pack",
                "pack.deep",
                "pack.deep.inner",
                "pack.deep.inner.KEPT",
            ],
        ),
        ("counted", ["pack.code.COUNT"]),
        ("stored", ["pack.code.other", "pack.state.CURRENT"]),
        ("missing", ["pack.code.NOWHERE"]),
        ("shadowed", ["pack.state"]),
    ],
)
def test_a_function_names_these(code: ModuleType, function: str, paths: list[str]) -> None:
    names = Names(lambda module: module.partition(".")[0] == "pack")

    found = list(names.of(getattr(code, function)))

    assert sorted(each.path for each in found) == sorted(paths)
    assert [each.value is ABSENT for each in found] == [function == "missing"] * len(found)


def test_functions_of_others_name_nothing(code: ModuleType) -> None:
    names = Names(lambda module: False)

    assert list(names.of(code.dotted)) == []


def test_an_attribute_of_a_module_that_is_set_is_a_name_bound_anew(code: ModuleType) -> None:
    class Manager:
        store = staticmethod(code.stored)

    managers = {"ann": Manager(), "bob": Manager()}
    overlap = shared_state(
        managers,
        lambda user: managers[user].store(f"line of {user}"),
        {},
        {},
        project=lambda module: module.partition(".")[0] in ("pack", __name__.partition(".")[0]),
    )

    assert [(each.kind, each.paths[0].rpartition(" ")[2]) for each in overlap.findings] == [
        (Kind.REBOUND, "pack.state.CURRENT")
    ]
    assert overlap.findings[0].defined == "pack/state.py:2"
