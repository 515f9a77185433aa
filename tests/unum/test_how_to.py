"""The page about connecting is followed to the letter: its files are written, its programs run."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "typescript"
PAGE = (ROOT / "docs" / "how-to" / "connect-to-unum.md").read_text()
FILES = re.findall(r"`([\w.]+)`:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL)
SHOWN = [
    (command, shown)
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for command, shown in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)
]
BROWSER = """
import WebSocket from "ws";
const kept = new Map();
globalThis.WebSocket = WebSocket;
const [getItem, setItem] = [(key) => kept.get(key), (key, value) => kept.set(key, value)];
globalThis.sessionStorage = { getItem, setItem };
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where a reader works, with the server of the page."""
    made = tmp_path_factory.mktemp("connect")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, text in FILES:
        (made / name).write_text(text.replace("8000", str(port)))
    (made / "package.json").write_text('{"type": "module"}')
    (made / "browser.js").write_text(BROWSER)
    modules = made / "node_modules"
    modules.mkdir()
    (modules / "pluribus-unum").symlink_to(CLIENT)
    for each in ("@ag-ui", "ws"):
        (modules / each).symlink_to(CLIENT / "node_modules" / each)
    command = [sys.executable, *f"-m uvicorn app:app --port {port} --log-level error".split()]
    with subprocess.Popen(command, cwd=made, env=_environment()) as server:
        try:
            # It tries again, for some seconds, until there is somebody.
            with httpx.Client(transport=httpx.HTTPTransport(retries=6)) as http:
                http.get(f"http://127.0.0.1:{port}/token")
            yield made
        finally:
            server.terminate()


def _environment() -> dict[str, str]:
    paths = (str(ROOT / "packages" / "unum" / "src"), os.environ.get("PYTHONPATH", ""))
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _says(folder: Path, command: str) -> str:
    program, name = command.split()
    words = {"python": [sys.executable], "node": ["node", "--import", "./browser.js"]}[program]
    done = subprocess.run(
        [*words, name],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_programs_in_python_say_what_the_page_shows(folder: Path) -> None:
    for command, shown in SHOWN:
        if command.startswith("python"):
            assert _says(folder, command) == shown, command


@pytest.mark.skipif(
    not (CLIENT / "dist" / "index.js").exists() or shutil.which("node") is None,
    reason="needs the client for browsers: make test-client",
)
def test_the_programs_in_javascript_say_what_the_page_shows(folder: Path) -> None:
    for command, shown in SHOWN:
        if command.startswith("node"):
            assert _says(folder, command) == shown, command


def test_nothing_on_the_page_is_left_untried() -> None:
    commands = [command.split()[0] for command, _ in SHOWN]

    assert commands == ["uvicorn", "python", "python", "node", "node", "python"]
    assert [name for name, _ in FILES] == "app.py follow.py page.js agent.js mapped.py".split()
