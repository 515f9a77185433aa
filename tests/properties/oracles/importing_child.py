"""Imports trees for real and says what each name is. Run as a script: one JSON line in, one out.

It knows nothing of pluribus: what Python itself does is the whole of the oracle.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import types
import typing
from collections.abc import Callable, Iterable

Answers = dict[str, set[str]]
"""By name, what it was found to be: `mark N`, `module NAME`, `value` or `missing`."""


def kind_of(found: object) -> str:
    """Generated classes carry `mark`; generated functions have it as their default."""
    if isinstance(found, types.ModuleType):
        return f"module {found.__name__}"
    if isinstance(found, types.FunctionType) and found.__defaults__:
        return f"mark {found.__defaults__[0]}"
    return f"mark {found.mark}" if isinstance(found, type) and hasattr(found, "mark") else "value"


def forget(tops: frozenset[str]) -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] in tops]:
        del sys.modules[name]


def taken(module: str, name: str) -> set[str]:
    """What `from module import name` binds; nothing when something else goes wrong."""
    names: dict[str, object] = {}
    try:
        exec(f"from {module} import {name} as found", names)  # noqa: S102 # the statement itself is the oracle
    except ImportError:
        return {"missing"}
    except Exception:  # noqa: BLE001 # the code is generated: anything can be raised
        return set()
    return {kind_of(names["found"])}


def imported(module: str) -> types.ModuleType | None:
    """None when the module or a package around it fails, whatever the failure."""
    parent = module.rpartition(".")[0]
    if parent and imported(parent) is None:
        return None
    try:
        return importlib.import_module(module)
    except Exception:  # noqa: BLE001 # the code is generated: anything can be raised
        return None


def imported_again(module: str) -> None:
    if getattr(sys.modules.get(module), "__name__", None) == module:
        with contextlib.suppress(Exception):
            importlib.reload(sys.modules[module])


def look(answers: Answers, module: types.ModuleType, names: Iterable[str]) -> list[str]:
    """Adds the names that are bound; the others are returned."""
    bound = vars(module)
    for name in names:
        if name in bound:
            answers[name].add(kind_of(bound[name]))
    return [name for name in names if name not in bound]


def inspect(modules: list[str], names: list[str]) -> dict[str, Answers]:
    """Each module on its own, and all of them in two orders: where a name depends on that, each
    answer is right. Modules that cannot be imported on their own are left out."""
    tops = frozenset(module.partition(".")[0] for module in modules)
    found: dict[str, Answers] = {}

    def start(entries: Iterable[str]) -> None:
        forget(tops)
        importlib.invalidate_caches()
        for entry in entries:
            imported(entry)

    def ask(module: str, restart: Callable[[], None]) -> None:
        restart()
        loaded = imported(module)
        if loaded is None:
            return
        answers = found.setdefault(module, {name: set() for name in names})
        for name in look(answers, loaded, names):
            restart()
            answers[name] |= taken(module, name)

    for module in modules:
        ask(module, lambda: start(()))
    sound = list(found)
    for entries in (sound, sound[::-1]):
        start(entries)
        for module in sound:
            ask(module, lambda: None)
    # In a circle of imports a star takes what is there already: after a while, all is there.
    for module in sound * 2:
        imported_again(module)
    for module in sound:
        ask(module, lambda: None)
    forget(tops)
    return found


def main() -> None:
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        sys.path.insert(0, request["root"])
        vars(typing)["TYPE_CHECKING"] = request["type_checking"]
        found = inspect(request["modules"], request["names"])
        sys.path.remove(request["root"])
        answer = {
            module: {name: sorted(kinds) for name, kinds in answers.items()}
            for module, answers in found.items()
        }
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
