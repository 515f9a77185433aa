"""Finding the contract of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pluribus.contract.files import DISK, Files, refuse_pipe
from pluribus.contract.keys import key_path
from pluribus.contract.toml import read_toml
from pluribus.errors import ContractError, UsageError

CONTRACT_FILES = ("pluribus.toml", ".pluribus.toml")
PYPROJECT = "pyproject.toml"
PYPROJECT_TABLE = ("tool", "pluribus")

MINIMAL = """\
[concepts.chat]
owner = "shop.chat:ChatManager"
legacy-paths = ["shop.old_chat"]
"""


def find_contract(root: Path, files: Files = DISK) -> Path:
    """Find the contract nearest to `root`: in that folder, or in the first above that has one.

    Returns:
        An absolute path to `pluribus.toml`, `.pluribus.toml`, or a `pyproject.toml` that has
        a table `[tool.pluribus]`.

    Raises:
        UsageError: `root` does not exist.
        ContractError: there is none, one folder has two, or a `pyproject.toml` on the way
            cannot be read.
    """
    if files is DISK and not root.exists():
        raise UsageError(f"`{root}` does not exist")
    start = root.resolve()
    for directory in (start, *start.parents):
        match list(_contracts_in(directory, files)):
            case [path]:
                return path
            case [first, second, *_]:
                raise ContractError(
                    f"`{files.shown(first)}` and `{files.shown(second)}` both hold a contract",
                    hint="keep one of them",
                )
    raise ContractError(
        f"no contract at or above `{files.shown(root)}`",
        hint=f"write one, for example this `{CONTRACT_FILES[0]}`:\n\n{minimal_contract()}",
    )


def minimal_contract(at: tuple[str, ...] = ()) -> str:
    """An example of the shortest contract, for a file that holds it at the key path `at`."""
    return MINIMAL.replace("[concepts", f"[{key_path((*at, 'concepts'))}", 1)


def _contracts_in(directory: Path, files: Files) -> Iterator[Path]:
    for name in CONTRACT_FILES:
        # A dangling link is a contract that cannot be read, not a contract that is not there.
        if files.has(directory / name):
            refuse_pipe(directory / name, files)
            yield directory / name
    pyproject = directory / PYPROJECT
    if files.has(pyproject):
        refuse_pipe(pyproject, files)
        tool = read_toml(pyproject, name=files.shown(pyproject), files=files).get("tool")
        if isinstance(tool, dict) and "pluribus" in tool:
            yield pyproject
