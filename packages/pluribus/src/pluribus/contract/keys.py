"""Keys of a TOML file: how they are written, and which one was meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

KeyPath = tuple[str | int, ...]


def key_path(path: KeyPath) -> str:
    """Write a key path as TOML does: `concepts.chat.exempt[0].reason`."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            text += "." * bool(text) + toml_key(key)
    return text


def toml_key(key: str) -> str:
    """Quote a key where TOML wants it quoted."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else toml_string(key)


def toml_string(text: str) -> str:
    """Quote a string. JSON's escapes are TOML's, but DEL, which only TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Find the known words most like `word`: none when nothing is alike, several on a tie."""
    plain = word.lower().replace("_", "-")
    slips = {each: _slips(plain, each) for each in known}
    least = min(slips.values(), default=0)
    near = sorted(each for each in slips if slips[each] == least <= max(1, len(each) // 3))
    # `legacy` for `legacy-paths` is no typing error, but it is as clear.
    return near or sorted(each for each in slips if len(plain) > 3 and each.startswith(plain))


def _slips(word: str, known: str) -> int:
    """Count the letters added, left out, changed or exchanged with the next one.

    Source: Damerau 1964, "A technique for computer detection and correction of spelling errors";
    the restricted distance, in which no letter is edited twice. `difflib` will not do: to it,
    `tsets` and `tests` are hardly alike.
    """
    before: list[int] = []
    row = list(range(len(known) + 1))
    for i, letter in enumerate(word, 1):
        two_before, before, row = before, row, [i]
        for j, other in enumerate(known, 1):
            slips = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == known[j - 2] and word[i - 2] == other:
                slips = min(slips, two_before[j - 2] + 1)
            row.append(slips)
    return row[-1]
