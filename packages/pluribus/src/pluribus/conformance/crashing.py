"""Where a subject stood when a fault ended its process, as a segfault in an extension does."""

from __future__ import annotations

import faulthandler
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from pluribus.conformance.judge import Run
from pluribus.findings import Evidence
from pluribus.findings.conformance import Outcome

_FRAME: Final = re.compile(r'^  File "(.+)", line (\d+) in (.+)$', re.MULTILINE)
_STACK: Final = re.compile(r"^(?:Stack|Current thread) .*\n((?:  .*\n?)+)", re.MULTILINE)
"""That of the thread that faulted, which alone is told."""
_OWN: Final = str(Path(__file__).parent)
_MOST: Final = 5


@contextmanager
def crashes_told(path: Path) -> Iterator[None]:
    """Within this, a fault of this process, or of a copy of it, is written to a file."""
    with path.open("ab") as written:
        faulthandler.enable(file=written, all_threads=False)
        try:
            yield
        finally:
            faulthandler.disable()


def with_place(run: Run, path: Path, directory: Path) -> Run:
    """A run that the end of its process ended, with the places in `directory` where it stood, the
    innermost call first; as it is where no fault was told."""
    if run.outcome is not Outcome.ERROR or run.about[:1] != ("process",) or not path.exists():
        return run
    said = path.read_text("utf-8", "backslashreplace")
    stack = _STACK.search(said)
    if stack is None:
        return run
    frames = [
        (file, int(line), name)
        for file, line, name in _FRAME.findall(stack[1])
        if not file.startswith(_OWN)
    ]
    own = [each for each in frames if Path(each[0]).is_relative_to(directory)]
    # What called the subject is of the kit and of asyncio.
    until = frames.index(own[-1]) + 1 if own else _MOST
    way = [f"{name}, {Path(file).name}:{line}" for file, line, name in frames[: min(until, _MOST)]]
    told = [Evidence("fault", said.partition("\n")[0])]
    told += [Evidence("stood at", "\n".join(way))] * bool(way)
    return replace(
        run,
        hint="what faulted is no Python: look at what is called where it stood, innermost first",
        evidence=(*run.evidence, *told),
        places=(*run.places, *own[:1]),
    )
