"""TOML files to plain tables."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pluribus.contract.files import DISK, Files
from pluribus.errors import ContractError


def read_toml(path: Path, *, name: str, files: Files = DISK) -> dict[str, object]:
    """Read the table that `path` holds; errors call the file `name`. A BOM and CRLF are fine.

    Raises:
        ContractError: the file cannot be read, is not UTF-8, or is not TOML.
    """
    try:
        text = files.read(path).decode("utf-8-sig")
    except IsADirectoryError as error:
        raise ContractError(f"{name}: is a folder, not a file") from error
    except OSError as error:
        raise ContractError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ContractError(
            f"{name}: is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}",
            hint="save the file as UTF-8",
        ) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _malformed(text, str(error), name) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 1,000 brackets
        raise ContractError(f"{name}: cannot be read as TOML: {error}") from error


def _malformed(text: str, problem: str, name: str) -> ContractError:
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", problem)
    if match is None:
        return ContractError(f"{name}: is not TOML: {problem}")
    lines = text.split("\n")
    line, column = match[2] or len(lines), match[3] or len(lines[-1]) + 1
    return ContractError(f"{name}:{line}:{column}: is not TOML: {match[1]}")
