"""What the code base says each name is, in the words of the importing oracle."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pluribus.codebase import Codebase, Focus, Target

ASKING = "asking.py"
_MARK = re.compile(r"mark'?\s*[=:]\s*(\d+)")

Answers = dict[tuple[str, str], str]


def write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def opened(root: Path) -> Codebase:
    codebase = Codebase(root)
    codebase.focus(Focus(), reads_all=True)
    return codebase


def resolved(root: Path, modules: Sequence[str], names: Sequence[str]) -> Answers:
    """By module and name; a file that imports each pair is added to the tree to ask for it.

    As the oracle's answers, and `unknown REASON` and `external` besides.
    """
    pairs = [(module, name) for module in modules for name in names]
    asking = "".join(f"from {module} import {name} as found\n" for module, name in pairs)
    write(root, {ASKING: asking})
    codebase = opened(root)
    answers = dict.fromkeys(pairs, "external")
    tops = sorted({module.partition(".")[0] for module in modules})
    for each in codebase.imports(packages=tops):
        if each.site.place.path == ASKING:
            answers[pairs[each.site.place.line - 1]] = _answer(root, codebase, each.target)
    return answers


def _answer(root: Path, codebase: Codebase, target: Target) -> str:
    if target.is_missing:
        return "missing"
    if target.kind == "module":
        return f"module {_itself(codebase, target.name)}"
    if target.handle is None:
        return f"{target.kind} {target.name}"
    place = codebase.definition(target.handle).site.place
    line = (root / place.path).read_text(encoding="utf-8").splitlines()[place.line - 1]
    mark = _MARK.search(line)
    return f"mark {mark[1]}" if mark else "value"


def _itself(codebase: Codebase, module: str) -> str:
    """The module that stands under a name in `sys.modules`."""
    seen: set[str] = set()
    while (other := codebase.same_module(module)) is not None and module not in seen:
        seen.add(module)
        module = other
    return module
