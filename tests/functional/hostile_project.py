"""A project with something hostile in it, and `pluribus check` on it: bounded, and never a bug."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.functional.cli_project import CLEAN, COMMAND, environment

PATIENCE_S: Final = 120
"""After this a run hangs."""

MAX_BYTES: Final = 4 << 30
"""Of address space: each thread of the core reserves half a GiB of stack, and seldom uses it."""

IMPORT: Final = "from app.legacy import Manager\n"
"""What is found wherever a file was read."""

HOSTILE: Final = "app/x.py"

DROP_PRIVILEGES: Final = (
    "setpriv",
    "--bounding-set=-dac_override,-dac_read_search",
    "--inh-caps=-dac_override,-dac_read_search",
)
"""What makes root obey the permissions of files."""


@dataclass(frozen=True)
class Checked:
    """What a run said."""

    status: int
    report: Any
    """The JSON report; None when there is none."""
    stderr: str

    @property
    def found_in(self) -> set[str]:
        """The files with findings."""
        return {finding["location"]["path"] for finding in self.report["findings"]}

    @property
    def left_out(self) -> dict[str, int]:
        """How many files and folders were not looked at, for each reason."""
        excluded: dict[str, int] = self.report["completeness"]["excluded"]
        return excluded

    def notes(self, kind: str) -> dict[str, str]:
        """Why files are `recovered` or `not_parsed`."""
        return {note["path"]: note["reason"] for note in self.report["completeness"][kind]}

    def fate(self, path: str) -> tuple[str, str]:
        """How the file at `path` was read, and why not whole."""
        for kind in ("recovered", "not_parsed"):
            if reason := self.notes(kind).get(path):
                return kind, reason
        return "parsed", ""


def made(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a clean project, and these files over it."""
    for name, content in {**CLEAN, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def check(root: Path, *arguments: str, before: tuple[str, ...] = ()) -> Checked:
    """Check `root` in bounded memory; what must be true of every run is asserted here."""
    # Not in the root: Python would look there for its own modules.
    done = subprocess.run(
        [*before, *COMMAND, "check", str(root), "--output-format", "json", *arguments],
        cwd=root.parent,
        env=environment(RAYON_NUM_THREADS="2"),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
        preexec_fn=_bound_memory,
    )
    checked = Checked(
        done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr
    )
    assert_calm(checked)
    return checked


def assert_calm(checked: Checked) -> None:
    """Nothing crashed, and a run without a report says why."""
    assert checked.status in (0, 1, 2), (checked.status, checked.stderr[-2000:])
    for word in ("Traceback", "panicked", "this is a bug"):
        assert word not in checked.stderr
    assert (checked.report is None) == (checked.status == 2)
    assert checked.stderr.startswith(("passed: ", "failed: ", "error: ", "warning: "))


def privileges_dropped() -> tuple[str, ...] | None:
    """What to put before a command so that it obeys permissions; None when nothing can do that."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        return None
    tried = subprocess.run([*DROP_PRIVILEGES, "true"], capture_output=True, check=False)
    return DROP_PRIVILEGES if tried.returncode == 0 else None


def _bound_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
