"""A tutorial is followed to the letter: its files are written, its commands run and compared.

A file is a line "`path`:" and the fenced block below it; a later one of the same path replaces it.
In a `console` block each line after `$ ` is a command, and what follows is what it says; a line of
dots stands for any number of lines.
"""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.functional.cli_project import Project

DOCS = Path(__file__).parents[2] / "docs"
FOLLOWED = [
    *sorted(DOCS.glob("tutorial/*.md")),
    DOCS / "how-to" / "replace-a-fastapi-connection-manager.md",
    DOCS / "how-to" / "test-with-peers.md",
]
_TOOK = re.compile(r"\bin \d+\.\d+s\b")
"""How long it took is no promise; pages say 0.10s."""
_TRIES = 6
"""To connect; the pauses between are doubled, from half a second on."""
DOTS = "..."
_FENCE = re.compile(r"```(?P<language>\w*)")
_LABEL = re.compile(r"`(?P<path>[\w./-]+)`:")


@dataclass(frozen=True)
class Command:
    """A line that a reader types, and what the tutorial says that they will see."""

    line: int
    typed: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """A file that a reader writes."""

    line: int
    path: str
    text: str


@dataclass
class Reader:
    """Somebody who does what the tutorial says."""

    project: Project
    status: int = 0
    seen: list[str] = field(default_factory=list)

    def does(self, step: Command | File) -> list[str]:
        """Do it, and say what the terminal shows."""
        if isinstance(step, File):
            self.project.write(step.path, step.text)
            return []
        match shlex.split(step.typed):
            case ["pluribus", *arguments]:
                done = self.project.run(*arguments)
                self.status = done.returncode
                self.seen.append(arguments[0])
                # On a terminal that shows the report, the last line on stderr is not written.
                return (done.stdout or done.stderr).splitlines()
            case ["pytest", *arguments]:
                done = self.project.run_module("pytest", "-p", "no:cacheprovider", *arguments)
                self.status = done.returncode
                self.seen.append("pytest")
                return _TOOK.sub("in 0.10s", done.stdout).splitlines()
            case ["uvicorn", application, "--port", _, *arguments]:
                return self._serves(application, *arguments)
            case ["echo", "$?"]:
                return [str(self.status)]
            case ["rm", path]:
                (self.project.root / path).unlink()
                return []
        raise AssertionError(
            f"line {step.line}: a command that no reader was taught: {step.typed}"
        )

    def _serves(self, application: str, *arguments: str) -> list[str]:
        """Serve until the page has been fetched, on a port that is free."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), *arguments]
        with subprocess.Popen(
            command,
            cwd=self.project.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as server:
            try:
                assert "<title>" in _fetched(f"http://127.0.0.1:{port}/")
            finally:
                server.terminate()
            self.seen.append("uvicorn")
            assert server.stdout is not None
            return server.stdout.read().splitlines()


def _fetched(address: str) -> str:
    """Fetch a page of a server that may not listen yet."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=_TRIES)) as client:
        return client.get(address).raise_for_status().text


def steps(source: str) -> Iterator[Command | File]:
    """Read the steps of a tutorial, in order."""
    label: str | None = None
    lines = list(enumerate(source.splitlines(), 1))
    while lines:
        number, line = lines.pop(0)
        fence = _FENCE.fullmatch(line)
        if fence is None:
            match = _LABEL.fullmatch(line)
            label = match["path"] if match else (label if not line else None)
            continue
        block = []
        while (inner := lines.pop(0)[1]) != "```":
            block.append(inner)
        if fence["language"] == "console":
            yield from _commands(number, block)
        else:
            assert label is not None, f"line {number}: a block without the path of its file"
            yield File(number, label, "\n".join(block) + "\n")
        label = None


def _commands(number: int, block: Sequence[str]) -> Iterator[Command]:
    starts = [at for at, line in enumerate(block) if line.startswith("$ ")]
    assert starts, f"line {number}: a console block without a command"
    assert starts[0] == 0, f"line {number}: a console block begins with a command"
    for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
        typed, *shown = block[start:end]
        yield Command(number + 1 + start, typed.removeprefix("$ "), tuple(shown))


def fits(shown: Sequence[str], seen: Sequence[str]) -> bool:
    """Whether what was seen is what is shown, with any lines in place of dots."""
    if DOTS not in shown:
        return list(shown) == list(seen)
    at = list(shown).index(DOTS)
    if list(shown[:at]) != list(seen[:at]):
        return False
    return any(fits(shown[at + 1 :], seen[start:]) for start in range(at, len(seen) + 1))


@pytest.mark.parametrize("tutorial", FOLLOWED, ids=lambda path: path.stem)
def test_a_reader_sees_what_the_tutorial_shows(tutorial: Path, tmp_path: Path) -> None:
    reader = Reader(Project(tmp_path))

    for step in steps(tutorial.read_text("utf-8")):
        seen = reader.does(step)

        if isinstance(step, Command):
            assert fits(step.shown, seen), (
                f"{tutorial.name}:{step.line}: `{step.typed}` says\n" + "\n".join(seen)
            )
    assert {"check", "conform", "pytest"} & set(reader.seen)


@pytest.mark.parametrize("tutorial", FOLLOWED, ids=lambda path: path.stem)
def test_every_page_that_a_tutorial_names_exists(tutorial: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", tutorial.read_text("utf-8"))

    assert [link for link in links if not (tutorial.parent / link).is_file()] == []


@pytest.mark.parametrize(
    ("shown", "seen"),
    [
        (["a"], ["a"]),
        (["..."], []),
        (["...", "b"], ["a", "b"]),
        (["a", "..."], ["a"]),
        (["a", "...", "a", "b"], ["a", "a", "c", "a", "b"]),
    ],
)
def test_dots_stand_for_any_number_of_lines(shown: list[str], seen: list[str]) -> None:
    assert fits(shown, seen)


@pytest.mark.parametrize(
    ("shown", "seen"),
    [
        ([], ["a"]),
        (["a"], []),
        (["...", "b"], ["b", "a"]),
        (["b", "...", "a"], ["a", "b"]),
        (["a", "...", "a"], ["a"]),
    ],
)
def test_what_is_not_shown_and_not_dotted_does_not_fit(shown: list[str], seen: list[str]) -> None:
    assert not fits(shown, seen)


def test_a_tutorial_that_shows_what_is_not_said_is_found_out(tmp_path: Path) -> None:
    text = "```console\n$ pluribus --version\npluribus 99\n```\n"
    reader = Reader(Project(tmp_path))

    (step,) = steps(text)
    seen = reader.does(step)

    assert isinstance(step, Command)
    assert not fits(step.shown, seen)
