"""The command line: one file a command, each over one use case of `pluribus.app`."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command that `sys.argv` asks for, and leave with its exit status."""
    # Modules and facts are many and hold no cycles: looking for some costs a tenth of a run.
    gc.disable()
    try:
        # Inside, so that Ctrl-C is answered the same way from the first moment on.
        from pluribus.cli.exits import run
    except KeyboardInterrupt:
        sys.exit(130)
    status = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # closed, or nobody reads it any more
            stream.flush()
    # The system takes back what was read faster than it can be given back piece by piece.
    os._exit(status)
