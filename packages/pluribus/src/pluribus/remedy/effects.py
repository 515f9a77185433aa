"""What an import of a module does to others, beside what it is made for."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Act
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.harmless import is_harmless
from pluribus.remedy.quiet import absolute, is_quiet


def lost_effects(atlas: Atlas, old: str, new: str, asker: str) -> str | None:
    """What importing a module does to others, which an import of another would not do.

    Args:
        atlas: The code base.
        old: The module that is imported now.
        new: The one that is to be imported.
        asker: Who imports it; what it imports beside that, it goes on to import.
    """
    loud = atlas.once(("loud", old), lambda: _loud(atlas, old))
    lost = [each for each in loud if each not in _kept(atlas, new)] if loud else []
    lost = [each for each in lost if each not in _kept(atlas, asker)]
    if not lost:
        return None
    module = old if old in lost else lost[0]
    through = "" if module == old else f"imports `{module}`, which "
    what = _loudest(atlas, module)
    return f"importing `{old}` {through}{what}, which would not happen here"


def _loaded(atlas: Atlas, module: str) -> list[str]:
    """The modules of the code base that an import of one runs, itself first."""
    found: list[str] = atlas.once(
        ("loaded", module), lambda: list(dict.fromkeys([module, *sorted(_closure(atlas, module))]))
    )
    return found


def _loud(atlas: Atlas, module: str) -> list[str]:
    """Those of them that do something."""
    return [each for each in _loaded(atlas, module) if _loudest(atlas, each) is not None]


def _kept(atlas: Atlas, module: str) -> frozenset[str]:
    """Those that it would run still, when every import that is to be mended is gone."""
    return atlas.once(("kept", module), lambda: _closure(atlas, module, but_claimed=True))


def stays_loaded(atlas: Atlas, module: str, by: str) -> bool:
    """Whether a module is imported by another, or by what that imports, whatever is mended."""
    return module in _kept(atlas, by)


def _closure(atlas: Atlas, module: str, *, but_claimed: bool = False) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [*_packages_of(module)]
    while waiting:
        at = waiting.pop()
        if at in seen or at not in atlas.paths:
            continue
        seen.add(at)
        claimed = atlas.claimed.get(atlas.paths[at], set()) if but_claimed else set()
        for statement, goals in _edges(atlas, at):
            if statement not in claimed:
                waiting += goals
    return frozenset(seen)


def _edges(atlas: Atlas, module: str) -> list[tuple[int, list[str]]]:
    """What each import that a module runs loads, by the byte at which its statement starts."""
    return atlas.once(("edges", module), lambda: list(_read_edges(atlas, module)))


def _read_edges(atlas: Atlas, module: str) -> Iterator[tuple[int, list[str]]]:
    running = atlas.running(module)
    for each in running.imports if running else ():
        base = absolute(atlas, module, each.module)
        goals = list(_packages_of(base))
        inner = f"{base}.{each.name}"
        if each.name not in ("", "*") and inner in atlas.paths:
            goals.append(inner)
        yield each.statement, goals


def _packages_of(module: str) -> Iterator[str]:
    """A module and the packages around it, which are run before it."""
    parts = module.split(".")
    return (".".join(parts[: count + 1]) for count in range(len(parts)))


def _loudest(atlas: Atlas, module: str) -> str | None:
    """The first thing that a module does when it is run, beside defining what it has."""
    return atlas.once(("loudest", module), lambda: _read_loudest(atlas, module))


def _read_loudest(atlas: Atlas, module: str) -> str | None:
    running = atlas.running(module)
    if running is None:
        return "cannot be read"
    for act in running.acts:
        if not is_harmless(act) and not is_quiet(atlas, module, act):
            return f"{_told(act)} (line {act.line})"
    return None


def _told(act: Act) -> str:
    match act.kind:
        case "call":
            return f"calls `{act.shown}(...)`"
        case "decorator":
            return f"decorates something with `{act.shown}`"
        case "base":
            return f"derives a class from `{act.shown}`"
        case "keyword":
            return f"hands `{act.shown}` to the making of a class"
        case "set":
            return f"sets `{act.shown}.{act.given}`"
        case "item":
            return f"sets `{act.shown}[{act.given}]`"
        case "change":
            return f"changes `{act.shown}`"
        case "enter":
            return f"enters `{act.shown}`"
        case _:
            return "cannot be read in full"


def binds_by_string(atlas: Atlas, module: str) -> bool:
    """Whether a module binds names of its own that nobody can read off."""
    running = atlas.running(module)
    reached = ("builtins.globals()", "builtins.vars()", "builtins.locals()", "builtins.exec")
    return running is not None and any(
        each.kind in ("item", "call", "set") and each.path.startswith(reached)
        for each in running.acts
    )
