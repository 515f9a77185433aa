"""Small packages in which one class is imported by many paths, and edits that follow a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from pluribus.findings.plan import Step

OWNER = "shop.core.manager"
CONTRACT = f"""\
[codebase]
tests = ["checks/**"]

[concepts.manager]
owner = "{OWNER}:Manager"
legacy-paths = ["shop.old", "shop.legacy", "shop.twin"]
rivals = {{ names = ["*Manager"] }}
"""
_CLASS = """\
class {name}:
    def open(self, order, price): return order
    def close(self, order): return order
    def ship(self, order, address): return address
"""
_IMPORT = re.compile(
    r"(?P<indent> *)from (?P<module>\S+) import (?P<name>\w+)(?: as (?P<bound>\w+))?"
)
_WHOLE = re.compile(r"(?P<indent> *)import (?P<module>[\w.]+)$")
SILENCED = "  # pluribus: ignore[legacy-import] plug-ins take it from there"

Files = dict[str, str]


@dataclass(frozen=True)
class Way:
    """A name that can be imported."""

    module: str
    name: str


@st.composite
def packages(draw: st.DrawFn) -> Files:
    """Sources by path; every module of them can be imported first of all."""
    chance = st.booleans()
    files: Files = {
        "pluribus.toml": CONTRACT,
        "shop/__init__.py": "",
        "shop/core/__init__.py": "",
        "shop/core/manager.py": _CLASS.format(name="Manager") + "\ndef make(): return Manager()\n",
        "shop/twin.py": _CLASS.format(name="Manager") + "\nLIMIT = 3\n",
        "shop/rival.py": _CLASS.format(name="OtherManager"),
    }
    if draw(chance):  # a tool of the owner's, which takes the class from an old place
        files["shop/tool.py"] = "from shop.twin import Manager as Twin\n\nTOOL = Twin\n"
        files["shop/core/manager.py"] = (
            "from shop.tool import TOOL\n\n" + files["shop/core/manager.py"]
        )
    if draw(chance):  # the owner itself takes something from an old place
        files["shop/core/manager.py"] = (
            "from shop.twin import LIMIT\n" + files["shop/core/manager.py"]
        )
    old = f"from {OWNER} import Manager\nfrom {OWNER} import make\n"
    old += '__all__ = ["Manager", "make"]\n' if draw(chance) else ""
    old += "def extra(): return 1\n" if draw(chance) else ""
    files["shop/old.py"] = old
    ways = [Way(OWNER, "Manager"), Way("shop.old", "Manager"), Way("shop.old", "make")]
    ways += [Way("shop.twin", "Manager"), Way("shop.rival", "OtherManager")]
    ways += [Way("shop.twin", "LIMIT")]
    ways += [Way("shop.old", "extra")] if "extra" in old else []
    source = draw(st.sampled_from(["shop.old", OWNER, "shop.twin"]))
    files["shop/legacy/box.py"] = f"from {source} import Manager\n"
    files["shop/legacy/__init__.py"] = (
        "from shop.legacy.box import Manager\n" if draw(chance) else ""
    )
    ways.append(Way("shop.legacy.box", "Manager"))
    if files["shop/legacy/__init__.py"]:
        ways.append(Way("shop.legacy", "Manager"))
    for path, module in (("shop/way.py", "shop.way"), ("shop/face.py", "shop.face")):
        through = draw(st.sampled_from(ways))
        text = f"from {through.module} import {through.name} as Manager\n"
        if module == "shop.face":
            text += "\nBoss = Manager\n\ndef smile(): return Manager\n"
            ways.append(Way(module, "Boss"))
        elif draw(chance):
            text += '__all__ = ["Manager"]\n'
        files[path] = text
        ways.append(Way(module, "Manager"))
    count = draw(st.integers(1, 5))
    for index in range(count):
        is_test = draw(chance)
        module = f"checks.use{index}" if is_test else f"shop.use{index}"
        files[module.replace(".", "/") + ".py"] = draw(importers(tuple(ways)))
        if not is_test:
            ways.append(Way(module, "Own"))
    return files


@st.composite
def importers(draw: st.DrawFn, ways: tuple[Way, ...]) -> str:
    """A module that takes some names, at its top or in a function."""
    top: list[str] = ["Own = 1"]
    inside: list[str] = []
    for number in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from(ways))
        bound = draw(st.sampled_from([way.name, f"taken{number}"]))
        line = f"from {way.module} import {way.name}"
        line += f" as {bound}" if bound != way.name else ""
        if draw(st.integers(0, 7)) == 0 and way.module == "shop.old":
            line += SILENCED
        if draw(st.booleans()):
            top += [line, f"kept{number} = {bound}"]
        else:
            inside += [line, f"assert {bound} is not None"]
    kind = draw(st.integers(0, 5))
    if kind == 0:
        top += ["from shop import old", "whole = old.Manager"]
    elif kind == 1:
        top += ["import shop.old", "whole = shop.old.Manager"]
    elif kind == 2:
        top += ["import importlib", 'named = importlib.import_module("shop.old").Manager']
    body = "".join(f"    {line}\n" for line in inside) or "    pass\n"
    return "\n".join(top) + f"\n\ndef use():\n{body}"


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def modules(files: Mapping[str, str]) -> list[str]:
    return sorted(module_of(path) for path in files if path.endswith(".py"))


def done(files: Files, step: Step) -> Files:
    """The sources after a step, by edits that know nothing but what the step says."""
    after = dict(files)
    match step.kind:
        case "offer":
            home = path_of(after, OWNER)
            for each in step.moves:
                after[home] += f"\n{each.taken.rpartition(':')[2]} = 1\n"
        case "import":
            for path in step.files:
                after[path] = _rewritten(after[path], path, step)
        case "string":
            for path in step.files:
                after[path] = after[path].replace('"shop.old"', f'"{OWNER}"')
        case "remove":
            for name in step.removes:
                _remove(after, name, stays="it stays" in step.what)
        case _:
            pass
    return after


def path_of(files: Mapping[str, str], module: str) -> str:
    """The file of a module."""
    return next(path for path in files if path.endswith(".py") and module_of(path) == module)


def _rewritten(text: str, path: str, step: Step) -> str:
    moves = {each.taken: each.to for each in step.moves}
    in_functions = any(f"`{path}`" in note and "circle" in note for note in step.notes)
    lines: list[str] = []
    uses: list[str] = []
    for line in text.splitlines():
        if SILENCED in line:
            lines.append(line)
            continue
        whole = _WHOLE.fullmatch(line)
        if whole and whole["module"] in moves:
            lines.append(f"{whole['indent']}import {moves[whole['module']]}")
            uses.append(whole["module"])
            continue
        taken = _IMPORT.fullmatch(line)
        key = f"{taken['module']}:{taken['name']}" if taken else ""
        if taken is None or key not in moves:
            lines.append(line)
            continue
        to = moves[key] or f"{OWNER}:{taken['name']}"
        module, _, name = to.partition(":")
        if module == module_of(path):
            continue  # it is there already, since the step that gave it a home
        bound = taken["bound"] or taken["name"]
        new = f"from {module} import {name} as {bound}" if name else f"import {module} as {bound}"
        if in_functions and not taken["indent"]:
            lines.append(f"def taken():\n    {new}\n    return {bound}")
        else:
            lines.append(taken["indent"] + new)
    after = "\n".join([*lines, ""])
    for module in uses:
        after = after.replace(f"= {module}.", f"= {moves[module]}.")
    if in_functions:  # what it kept of it goes into the function as well
        after = re.sub(r"^(kept\d+|TOOL) = .*$", r"\1 = 1", after, flags=re.MULTILINE)
    return after


def _remove(files: Files, name: str, *, stays: bool) -> None:
    module, _, attribute = name.partition(":")
    path = path_of(files, module)
    if not attribute:
        if stays:
            files[path] = ""
        else:
            del files[path]
        return
    text = re.sub(rf'"{attribute}"(?:, )?', "", files[path])
    binding = re.compile(rf"(from \S+ import (\w+ as )?{attribute}|{attribute} = .*)$")
    others = [line for line in text.splitlines() if not binding.match(line)]
    is_used = any(re.search(rf"\b{attribute}\b", line) for line in others)
    if text.startswith(f"class {attribute}"):
        text = ""
    elif not is_used:
        text = "\n".join([*others, ""])
    files[path] = text
