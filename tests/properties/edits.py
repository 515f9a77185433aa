"""Edits such as people make, and such as nobody would: of one line of one file."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

ADDED = (
    "# a comment",
    "",
    "import json",
    "VALUE = 1",
    "def helper(): ...",
    "class Added: ...",
    "from chat.ws.manager import WebSocketManager",
    "from chat.realtime import *",
    "__all__ = ['VALUE']",
    "x = __import__('chat.ws.manager')",
    "# pluribus: ignore[legacy-import] for a reason",
)
"""Lines that can stand almost anywhere; some change what is found."""


def edited(text: str, random: random.Random) -> str:
    """Change one line of a text."""
    lines = text.splitlines(keepends=True)
    at = random.randrange(len(lines) + 1)
    edit = random.choice(EDITS)
    return "".join(edit(lines, at, random))


def _insert(lines: Sequence[str], at: int, random: random.Random) -> list[str]:
    following = lines[at] if at < len(lines) else ""
    indent = following[: len(following) - len(following.lstrip(" "))]
    return [*lines[:at], f"{indent}{random.choice(ADDED)}\n", *lines[at:]]


def _append(lines: Sequence[str], _: int, random: random.Random) -> list[str]:
    return [*lines, "\n", f"{random.choice(ADDED)}\n"]


def _remove(lines: Sequence[str], at: int, _: random.Random) -> list[str]:
    return [*lines[:at], *lines[at + 1 :]]


def _repeat(lines: Sequence[str], at: int, _: random.Random) -> list[str]:
    return [*lines[:at], *lines[at : at + 1], *lines[at:]]


def _swap(lines: Sequence[str], at: int, _: random.Random) -> list[str]:
    return [*lines[:at], *lines[at + 1 : at + 2], *lines[at : at + 1], *lines[at + 2 :]]


def _rename(lines: Sequence[str], at: int, random: random.Random) -> list[str]:
    """Replaces a word of the line by a word of the file."""
    words = [word for line in lines for word in line.split() if word.isidentifier()]
    of_line = lines[at].split() if at < len(lines) else []
    if not words or not of_line:
        return list(lines)
    changed = lines[at].replace(random.choice(of_line), random.choice(words), 1)
    return [*lines[:at], changed, *lines[at + 1 :]]


EDITS: tuple[Callable[[Sequence[str], int, random.Random], list[str]], ...] = (
    _insert,
    _insert,
    _append,
    _remove,
    _repeat,
    _swap,
    _rename,
)
