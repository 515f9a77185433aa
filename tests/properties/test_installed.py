"""In installed packages, each class and function is found where it says that it is defined."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path, PurePosixPath

import msgspec
import pytest

from pluribus.codebase import Codebase, Definition
from tests.properties.installed import package_folder
from tests.properties.resolved import opened

CHILD = Path(__file__).parent / "oracles" / "listing_child.py"
PACKAGES = ("click", "hypothesis", "_pytest", "rich", "jsonschema", "mypy", "packaging", "pluggy")
# Runs a program when it is imported.
SCRIPTS = ("__main__", "_ghostwriter_demo")

Listed = dict[str, dict[str, tuple[str, str]]]

# Where an object is not defined where it says, or where source alone cannot tell; and why.
EXCEPTIONS = {
    "hypothesis.strategies:SearchStrategy": "its module sets `__module__` by hand",
    "hypothesis.extra._array_helpers:valid_tuple_axes": "`proxies` copies the name of another",
    "hypothesis.configuration:notice_initialization_restarted": "brought by a star from outside",
    "pluggy:PluggyWarning": "sets `__module__` by hand",
    "pluggy:PluggyTeardownRaisedWarning": "sets `__module__` by hand",
    "_pytest._py.path:LocalPath": "reached through `py`, which is another package",
    "_pytest.compat:deprecated": "the version of Python decides between two definitions",
}


def listed(package: str, codebase: Codebase) -> Listed:
    modules = [
        each.module
        for each in codebase.files()
        if each.path.endswith(".py") and PurePosixPath(each.path).stem not in SCRIPTS
    ]
    said = subprocess.run(
        [sys.executable, "-B", "-I", str(CHILD), package, *modules],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return msgspec.json.decode(said.stdout, type=Listed)


def reached(codebase: Codebase, module: str, name: str) -> Definition | None:
    handle = codebase.handle(module, name)
    return None if handle is None else codebase.definition(handle)


@pytest.mark.parametrize("package", PACKAGES)
def test_each_name_reaches_the_definition_that_its_object_names(package: str) -> None:
    codebase = opened(package_folder(package))

    wrong, missed, right, excepted = [], [], 0, 0
    for module, names in listed(package, codebase).items():
        for name, (owner, qualname) in names.items():
            path = f"{owner}:{qualname}"
            found = reached(codebase, module, name)
            if found is not None and found.path == path:
                right += 1
            elif path in EXCEPTIONS or "<locals>" in qualname:
                excepted += 1  # A function made the latter: a decorator, or a factory.
            elif found is None:
                missed.append(f"{module}.{name} is {path}, and was not found")
            else:
                wrong.append(f"{module}.{name} is {path}, and not {found.kind} {found.path}")
    decided = right + len(wrong)
    print(  # noqa: T201 # asked for with -s
        f"{package}: {right} right, {excepted} exceptions; "
        f"precision {right / decided:.4f}, recall {right / (decided + len(missed)):.4f}"
    )
    assert wrong + missed == []
    assert excepted <= right / 10
