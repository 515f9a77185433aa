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
PACKAGES = ("click", "hypothesis", "_pytest", "pytest", "rich", "jsonschema", "mypy", "packaging", "pluggy")
# Runs a program when it is imported.
SCRIPTS = ("__main__", "_ghostwriter_demo")

Listed = dict[str, dict[str, tuple[str, str]]]

# By package: names that the oracle is wrong about, and why.
EXCEPTIONS: dict[str, dict[str, str]] = {}


def listed(package: str, codebase: Codebase) -> Listed:
    modules = [
        each.module
        for each in codebase.ledger().files
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

    wrong, missed, right = [], [], 0
    for module, names in listed(package, codebase).items():
        for name, (owner, qualname) in names.items():
            found = reached(codebase, module, name)
            if found is None:
                missed.append(f"{module}.{name}: not found, but it is {owner}:{qualname}")
            elif found.path == f"{owner}:{qualname}":
                right += 1
            else:
                wrong.append(f"{module}.{name}: {found.kind} {found.path}, but it is {owner}:{qualname}")
    print(f"{package}: {right} right, {len(wrong)} wrong, {len(missed)} missed")  # noqa: T201 # asked for with -s
    assert wrong + missed == []
