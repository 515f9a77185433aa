"""Small trees on disk, laid out the way that projects are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pluribus.codebase import Codebase, Focus


def written(root: Path, files: Mapping[str, str] | Iterable[str]) -> Path:
    """Write the files under `root`, empty where only names are given; returns it."""
    texts = files if isinstance(files, Mapping) else dict.fromkeys(files, "")
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def read(
    root: Path,
    *,
    declared_in: Path | None = None,
    declared: Sequence[str] = (),
    roots: Sequence[str] = (),
    exclude: Sequence[str] = (),
    tests: Sequence[str] = (),
) -> Codebase:
    """Open the tree at `root` and read all of it."""
    codebase = Codebase(
        root,
        declared_in=declared_in,
        declared=declared,
        roots=roots,
        exclude=exclude,
        tests=tests,
    )
    codebase.focus(Focus(), reads_all=True)
    return codebase


def modules(codebase: Codebase) -> dict[str, str]:
    """The dotted name of each file."""
    return {file.path: file.module for file in codebase.files()}


def roots(codebase: Codebase) -> list[str]:
    """The folders from which modules are imported."""
    return [path for path, _, _ in codebase.ledger().roots]


def reached(codebase: Codebase, path: str, module: str) -> list[tuple[str, str]]:
    """Kind and name of what the imports of one file reach, of those through `module`."""
    found = codebase.imports(modules=[module])
    return [(each.target.kind, each.target.name) for each in found if each.site.place.path == path]
