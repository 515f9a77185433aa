"""Imports every module of some trees, each in a process of its own: one JSON line in, one out.

It knows nothing of pluribus: what Python itself does is the whole of the oracle. Modules may have
a function `use`, which is called, so that imports in functions are tried too.
"""

from __future__ import annotations

import importlib
import json
import os
import sys


def problem_of(root: str, module: str) -> str:
    """Why a module cannot be imported first of all; empty when it can."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        problem = ""
        try:
            sys.path.insert(0, root)
            found = importlib.import_module(module)
            getattr(found, "use", lambda: None)()
        except BaseException as error:  # noqa: BLE001 # whatever it is, the module is broken
            problem = f"{type(error).__name__}: {error}"
        os.write(writing, problem.encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        problem = pipe.read().decode()
    os.waitpid(child, 0)
    return problem


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    for line in sys.stdin:
        asked = json.loads(line)
        answer = {each: problem_of(asked["root"], each) for each in asked["modules"]}
        sys.stdout.write(json.dumps({each: why for each, why in answer.items() if why}) + "\n")
        sys.stdout.flush()
