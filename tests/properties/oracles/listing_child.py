"""Imports the modules of an installed package and lists their classes and functions.

Run as a script: the package and its modules are arguments, one JSON object is the answer: by
module and name, the module and the qualified name that the object gives itself.
"""

from __future__ import annotations

import importlib
import json
import sys
import types
import warnings


def defined(module: types.ModuleType, package: str) -> dict[str, tuple[str, str]]:
    """Public names of a module whose objects the package defines."""
    found = {}
    for name, value in sorted(vars(module).items()):
        if name.startswith("_") or not isinstance(value, type | types.FunctionType):
            continue
        if f"{value.__module__}.".startswith(f"{package}."):
            found[name] = (value.__module__, value.__qualname__)
    return found


def main() -> None:
    package, *modules = sys.argv[1:]
    out, sys.stdout = sys.stdout, sys.stderr
    warnings.simplefilter("ignore")
    answer = {}
    for name in modules:
        try:
            module = importlib.import_module(name)
        except (Exception, SystemExit):  # noqa: BLE001 # extras may be absent, scripts may run
            continue
        answer[name] = defined(module, package)
    json.dump(answer, out)


if __name__ == "__main__":
    main()
