"""Imports the modules of an application and says what each of them sees, as JSON."""

from __future__ import annotations

import importlib
import json
import sys


def shown(thing: object) -> str:
    """What a thing is, wherever it was taken from."""
    name = getattr(thing, "__qualname__", None) or getattr(thing, "__name__", None)
    return f"{getattr(thing, '__module__', '')}:{name}" if name else repr(thing)


def told(module: str) -> list[str]:
    """What a module saw at import, and sees when it is run."""
    try:
        found = importlib.import_module(module)
        seen = list(getattr(found, "LOG", []))
    except Exception as error:  # noqa: BLE001 # it is the answer
        return [f"{type(error).__name__}"]
    try:
        seen += found.run()
    except Exception as error:  # noqa: BLE001 # it is the answer
        return [*map(shown, seen), f"{type(error).__name__}"]
    return list(map(shown, seen))


if __name__ == "__main__":
    root, *modules = sys.argv[1:]
    sys.path.insert(0, root)
    sys.dont_write_bytecode = True
    sys.stdout.write(json.dumps({module: told(module) for module in modules}))
