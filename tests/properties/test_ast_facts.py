"""Facts are what Python's own parser says, on installed packages and on any source."""

from __future__ import annotations

import ast
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given

from pluribus.codebase import Definition
from tests.properties.installed import package_folder
from tests.properties.oracles import ast_facts
from tests.properties.oracles.ast_facts import Defined, Imported
from tests.properties.profiles import examples
from tests.properties.resolved import opened, write
from tests.properties.sources import sources

PACKAGES = ("click", "msgspec", "hypothesis", "_pytest", "mypy", "jsonschema", "rich", "xdist")


def package_of(path: str) -> str:
    return ".".join(PurePosixPath(path).parts[:-1])


def parsed(root: Path, paths: Sequence[str]) -> Iterator[tuple[str, ast.Module]]:
    """Files that this version of Python can parse."""
    for path in paths:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield path, ast.parse((root / path).read_bytes())
            except (SyntaxError, ValueError):
                continue


def defined(row: Definition) -> Defined:
    bases = tuple(base.written for base in row.bases) if row.kind == "class" else ()
    parameters = tuple((each.name, each.kind, each.default != "") for each in row.parameters)
    return Defined(row.site.place.line, row.qualname, bases, row.is_async, parameters)


def differences(folder: Path, package: str) -> list[str]:
    """Where the facts of a tree are not those of `ast`; `package` is the name of the folder."""
    codebase = opened(folder)
    files = {
        each.path: each for each in codebase.files() if each.status in ("parsed", "recovered")
    }
    ours: dict[str, set[tuple[str, object]]] = {path: set() for path in files}
    for row in codebase.imports(packages=[package]):
        if not f"{row.written}.".startswith(f"{package}."):
            continue  # A script that imports the file beside it.
        site = row.site
        found = Imported(
            line=site.place.line,
            level=row.level,
            module=row.written,
            name=row.name,
            bound=row.bound,
            in_function=site.in_function,
            type_checking=site.type_checking,
            guarded=site.guarded,
            scope=site.scope,
        )
        ours[site.place.path].add(("import", found))
    for each in codebase.classes(globs=["*"]):
        definition = each.definition
        ours[definition.site.place.path].add(("class", defined(definition)))
    for function in codebase.functions(globs=["*"]):
        ours[function.site.place.path].add(("function", defined(function)))
    wrong = []
    for path, tree in parsed(folder, sorted(files)):
        theirs: set[tuple[str, object]] = {("class", each) for each in ast_facts.classes(tree)}
        theirs |= {("function", each) for each in ast_facts.functions(tree)}
        theirs |= {
            ("import", each)
            for each in ast_facts.imports(tree, package_of(f"{package}/{path}"))
            if f"{each.module}.".startswith(f"{package}.")
        }
        wrong += [
            f"{path}: only Python finds {each}" for each in sorted(theirs - ours[path], key=str)
        ]
        wrong += [
            f"{path}: Python does not find {each}" for each in sorted(ours[path] - theirs, key=str)
        ]
        if files[path].status == "recovered":
            wrong.append(f"{path}: Python parses it, though {files[path].reason}")
    return wrong


@pytest.mark.parametrize("package", PACKAGES)
def test_the_facts_of_an_installed_package_are_those_of_ast(package: str) -> None:
    assert differences(package_folder(package), package) == []


@given(source=sources())
@examples(100)
def test_the_facts_of_any_source_are_those_of_ast(source: str) -> None:
    ast.parse(source.encode())
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, "pack")
        write(package, {"__init__.py": "", "inner/__init__.py": "", "inner/file.py": source})

        assert differences(package, "pack") == []
