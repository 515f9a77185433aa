"""What the code base itself shows to be without effect: bases that tell nobody, functions that
only look, and loggers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pluribus.codebase import Act, calling, statements_in
from pluribus.errors import FactsError
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.harmless import is_harmless

_MOST: Final = 20
"""So long a chain of bases, or of names for one thing, is followed."""
_MOST_CALLS: Final = 4
_GETS_LOGGER: Final = re.compile(r"get_?(\w+_)?logger", re.IGNORECASE)
_OF_LOGGING: Final = re.compile(
    r"logg(er|ing)|^bind$|^_*(setup|set_up|configure|init|ensure)(_|$)|handler|formatter",
    re.IGNORECASE,
)
_LOGS: Final = ("debug", "info", "warning", "warn", "error", "exception", "critical", "log")


def is_quiet(atlas: Atlas, module: str, act: Act) -> bool:
    """Whether what a module does has no effect, as far as the code base shows."""
    if act.kind == "base":
        return _is_quiet_base(atlas, module, act)
    return act.kind == "call" and _is_quiet_call(atlas, module, act, _MOST_CALLS)


def _is_quiet_call(atlas: Atlas, module: str, act: Act, most: int) -> bool:
    if not most:
        return False
    head, _, name = act.path.rpartition(".")
    origins = _followed(atlas, module, act.path, _MOST)
    if all(_gets_logger(atlas, each) for each in origins):
        return True
    if name in _LOGS and head:
        return all(_is_logger(atlas, each) for each in _followed(atlas, module, head, _MOST))
    defined = _defined(atlas, module, act.path, _MOST)
    return all(_is_quiet_function(atlas, *each, most - 1) for each in defined)


def _is_quiet_function(atlas: Atlas, module: str, name: str, most: int) -> bool:
    """Whether a function only looks, and makes what it gives; or a class does, where it is
    called."""
    found = _acts_of(atlas, module, name)
    if found is None:
        return _is_quietly_made(atlas, module, name, most)
    return all(
        is_harmless(act)
        or (act.kind == "import" and absolute(atlas, module, act.path) not in atlas.paths)
        or (act.kind == "call" and _is_quiet_call(atlas, module, act, most))
        for act in found
    )


def _is_quietly_made(atlas: Atlas, module: str, name: str, most: int) -> bool:
    """Whether nobody hears of it when a class of the code base is called."""
    running = atlas.running(module)
    found = running.classes.get(name) if running else None
    if found is None or not found.is_plain or found.bases or not most:
        return False
    if _acts_of(atlas, module, f"{name}.__setattr__") is not None:
        return False
    return all(
        is_harmless(act) or (act.kind == "set" and act.path == "?self")
        for method in ("__init__", "__new__", "__post_init__")
        for act in _acts_of(atlas, module, f"{name}.{method}") or ()
    )


def _acts_of(atlas: Atlas, module: str, function: str) -> tuple[Act, ...] | None:
    path = atlas.paths.get(module)
    content = atlas.peek(path) if path is not None else None
    try:
        return calling(content, function) if content is not None else None
    except FactsError:
        return None


def _is_logger(atlas: Atlas, path: str) -> bool:
    """Whether a path is what is given by a function that gives loggers."""
    if path in ("loguru.logger", "logging.getLogger()"):
        return True
    return path.endswith("()") and _gets_logger(atlas, path.removesuffix("()"))


def _gets_logger(atlas: Atlas, path: str) -> bool:
    """Whether a path is that of a function which gives loggers, and does no more."""
    name = re.split(r"[.:]", path)[-1]
    if _GETS_LOGGER.fullmatch(name) is None:
        return False
    home, _, qualname = path.rpartition(":")
    acts = _acts_of(atlas, home, qualname)
    if acts is not None:
        return all(_sets_logging_up(act) for act in acts)
    return _only_gets_logger(atlas, name)


def _only_gets_logger(atlas: Atlas, name: str) -> bool:
    """Whether all functions and methods of a name that says so do no more than give a logger, and
    set logging up where that was not done yet."""
    return atlas.once(("logger", name), lambda: _read_logger_getters(atlas, name))


def _read_logger_getters(atlas: Atlas, name: str) -> bool:
    # Whose method it is, cannot be told; and files need not have been read to be imported.
    is_usual = name.startswith("get") and name.endswith("ogger")
    usual = rb"def\s+get\w*ogger\s*\("
    spelled = atlas.search(usual) if is_usual else atlas.paths.values()
    modules = {path: module for module, path in atlas.paths.items()}
    for path in sorted(spelled):
        module, content = modules[path], atlas.peek(path) or b""
        for each in statements_in(content) or ():
            if each.kind == "function" and each.name == name:
                acts = _acts_of(atlas, module, f"{each.scope}.{name}".lstrip("."))
                if acts is None or not all(_sets_logging_up(act) for act in acts):
                    return False
    return True


def _sets_logging_up(act: Act) -> bool:
    match act.kind:
        case "global" | "import" | "enter":
            return True
        case "set" | "item":
            return act.path.startswith(("?self", "?cls", "="))
        case "call":
            name = act.path.rpartition(".")[2].lstrip(":")
            return is_harmless(act) or _OF_LOGGING.search(name) is not None
        case _:
            return is_harmless(act)


def _is_quiet_base(atlas: Atlas, module: str, act: Act) -> bool:
    """Whether nobody is told when a class derives from a base that the code base defines."""
    if act.kind != "base":
        return False
    is_asked_for = atlas.once(
        ("asked", "__subclasses__"), lambda: bool(atlas.codebase.chaining(["__subclasses__"]))
    )
    return not is_asked_for and all(
        _is_plain_class(atlas, *found, _MOST) for found in _defined(atlas, module, act.path, _MOST)
    )


def _is_plain_class(atlas: Atlas, module: str, name: str, most: int) -> bool:
    running = atlas.running(module)
    found = running.classes.get(name) if running else None
    if found is None or not found.is_plain or not most:
        return False
    return all(
        is_harmless(Act(0, "base", base, base, ""))
        or all(
            _is_plain_class(atlas, *each, most - 1) for each in _defined(atlas, module, base, most)
        )
        for base in found.bases
    )


def _defined(atlas: Atlas, module: str, path: str, most: int) -> Iterable[tuple[str, str]]:
    """Where what a module calls `path` is defined, as module and name; `("", "")` where that is
    not seen."""
    for each in _followed(atlas, module, path, most):
        home, _, name = each.rpartition(":")
        yield (home, name) if home and name.isidentifier() else ("", "")


def _followed(atlas: Atlas, module: str, path: str, most: int) -> list[str]:
    """What a path of a module is where it comes from: `module:name` of a definition, or the path
    from where it cannot be followed any further."""
    if path.startswith(":"):
        return [f"{module}{path}"]
    if not most or path.startswith(("=", "~", "?", "builtins.")):
        return [path]
    whole = _spelled_out(atlas, module, path)
    parts = whole.split(".")
    for count in range(len(parts) - 1, 0, -1):
        home = absolute(atlas, module, ".".join(parts[:count]))
        running = atlas.running(home)
        if running is None:
            continue
        name = re.match(r"\w*", parts[count])
        assert name is not None, "it may match nothing, but matches"
        rest = ".".join([parts[count][name.end() :], *parts[count + 1 :]])
        known = running.names.get(name[0], ())
        return [
            found for each in known for found in _followed(atlas, home, each + rest, most - 1)
        ] or [whole]
    return [whole]


def _spelled_out(atlas: Atlas, module: str, path: str) -> str:
    """A path without the dots of a relative import."""
    names = path.lstrip(".")
    dots = path[: len(path) - len(names)]
    return f"{absolute(atlas, module, dots)}.{names}" if dots else path


def absolute(atlas: Atlas, module: str, written: str) -> str:
    """A module that another imports, by the name that the code base gives it."""
    name = written.lstrip(".")
    level = len(written) - len(name)
    if not level:
        return atlas.once(("named", written), lambda: _canonical(atlas, written))
    parts = module.split(".")
    is_package = atlas.paths[module].rpartition("/")[2].startswith("__init__.")
    package = parts if is_package else parts[:-1]
    kept = package[: len(package) - level + 1]
    return ".".join([*kept, *([name] if name else [])])


def _canonical(atlas: Atlas, written: str) -> str:
    """A module by the name that the code base gives it; names behind it stay."""
    if written in atlas.paths:
        return written
    found = atlas.codebase.module(written)
    return found.name if found is not None else written
