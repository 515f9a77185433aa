"""A project in a git repository whose violations a baseline accepts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.functional.cli_project import CLEAN, COMMAND, Project, environment

FILE: Final = ".pluribus/baseline.jsonl"
REASON: Final = "before the clean-up"

CHAT: Final = "from app.legacy import Manager\n\nCHAT = Manager()\n"
FILES: Final = {
    **CLEAN,
    "app/legacy.py": "from app.manager import Manager as Manager\n\nLIMIT = 1\n",
    "app/chat.py": CHAT,
    "tests/test_chat.py": "from app.legacy import Manager\n\nassert Manager\n",
    ".gitignore": ".pluribus_cache\n",
}
"""A legacy path that a module and a test import through, and the module of that path."""

DRIVER: Final = " ".join((*COMMAND, "baseline", "merge", "%O", "%A", "%B"))


@dataclass(frozen=True)
class Checked:
    """What a check said."""

    status: int
    report: Any
    """None when the check could not judge."""
    stderr: str

    @property
    def found(self) -> list[tuple[str, str]]:
        """Rule and path of each finding."""
        return [(each["rule"], each["location"]["path"]) for each in self.report["findings"]]

    @property
    def use(self) -> dict[str, Any]:
        """What the baseline did."""
        use: dict[str, Any] = self.report["baseline"]
        return use


@dataclass(frozen=True)
class Accepted:
    """The repository: one commit on `main` with the baseline, and `work` checked out."""

    project: Project

    @classmethod
    def made(cls, root: Path) -> Accepted:
        """Write the files, accept what is found, and commit both."""
        one = cls(Project.made(root, FILES))
        one.git("init", "--quiet", "--initial-branch", "main")
        one.ran("create", "--reason", REASON)
        one.commit("the baseline")
        one.git("checkout", "--quiet", "-b", "work")
        return one

    @property
    def file(self) -> Path:
        """The baseline."""
        return self.project.root / FILE

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The lines of the baseline, without the header."""
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()[1:]]

    @property
    def with_chat_first(self) -> list[dict[str, Any]]:
        """The same, beginning with that of `app/chat.py`."""
        return sorted(self.entries, key=lambda entry: entry["path"] != "app/chat.py")

    def write_entries(self, *entries: dict[str, Any]) -> None:
        """Write the baseline by hand."""
        header = self.file.read_text("utf-8").splitlines()[0]
        lines = [header, *(json.dumps(entry) for entry in entries)]
        self.file.write_text("".join(f"{line}\n" for line in lines))

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        self.project.write(name, text)

    def delete(self, name: str) -> None:
        """Delete a file."""
        (self.project.root / name).unlink()

    def ran(self, command: str, *arguments: str, status: int = 0) -> str:
        """Run a command of the baseline; what it says on both streams."""
        done = self.project.run("baseline", command, *arguments)
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    def check(self, *arguments: str) -> Checked:
        """Check it, all of it unless the arguments say otherwise."""
        done = self.project.run("check", "--output-format", "json", *arguments)
        assert "this is a bug" not in done.stderr
        report = json.loads(done.stdout) if done.stdout else None
        return Checked(done.returncode, report, done.stderr)

    def git(self, *arguments: str, status: int = 0) -> str:
        """Run git, as nobody in particular and without the settings of this machine."""
        who = {
            f"GIT_{role}_{what}": "somebody@example.org"
            for role in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.project.root,
            env={
                **{k: v for k, v in environment().items() if not k.startswith("GIT_")},
                **who,
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_SYSTEM": os.devnull,
                # The driver is run as the tests run the command.
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self, message: str) -> None:
        """Commit all that there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def with_driver(self) -> None:
        """Let git merge the baseline as the documentation says."""
        self.git("config", "merge.pluribus-baseline.driver", DRIVER)
        self.write(".gitattributes", f"{FILE} merge=pluribus-baseline\n")
        self.commit("the merge driver")
        self.git("branch", "--force", "main")
