"""Files that are no honest Python, and what is to be said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tests.functional.hostile_project import IMPORT

TOO_DEEP: Final = "nested deeper than 2000 levels"
TOO_LONG: Final = "an expression of more than 200000 parts"
TOO_MANY_BRACKETS: Final = "brackets nested deeper than 2000"


@dataclass(frozen=True)
class Source:
    """A file, how it is read, and whether its import is found."""

    content: str | bytes
    fate: Literal["parsed", "recovered", "not_parsed"] = "parsed"
    reason: str = ""
    """A part of what is said of it."""
    is_seen: bool = True


def _expression(text: str, fate: Literal["parsed", "recovered"], reason: str = "") -> Source:
    return Source(f"{IMPORT}x = {text}\n", fate, reason)


def _refused(text: str, reason: str) -> Source:
    return Source(f"{IMPORT}x = {text}\n", "not_parsed", reason, is_seen=False)


def _nested(line: str, depth: int) -> str:
    return "".join(f"{' ' * level}{line}\n" for level in range(depth)) + " " * depth + "pass\n"


DEEP: Final[Mapping[str, Source]] = {
    "brackets as deep as allowed": _expression("(" * 1990 + "1" + ")" * 1990, "parsed"),
    "brackets too deep": _refused("(" * 100_000 + "1" + ")" * 100_000, TOO_MANY_BRACKETS),
    "brackets never closed": _refused("[{(" * 100_000, TOO_MANY_BRACKETS),
    "brackets closed in strings": _refused("f(')'," * 300_000, TOO_MANY_BRACKETS),
    "brackets opened in strings": _expression("[" + "'(', " * 3000 + "]", "parsed"),
    "f-strings": _expression("f'{" * 500 + "1" + "}'" * 500, "parsed"),
    "f-strings never closed": _refused("f'{" * 100_000, TOO_MANY_BRACKETS),
    "format specifications": _expression("f'{1:" + "{1:" * 500 + "}" * 500 + "}'", "parsed"),
    "minus": _expression("-" * 100_000 + "1", "recovered", TOO_DEEP),
    "not": _expression("not " * 50_000 + "1", "recovered", TOO_DEEP),
    "attributes": _expression("a" + ".b" * 50_000, "parsed"),
    "calls": _expression("a" + "()" * 50_000, "recovered", TOO_DEEP),
    "subscripts": _expression("a" + "[0]" * 50_000, "recovered", TOO_DEEP),
    "sums": _expression("1" + "+1" * 90_000, "recovered", TOO_DEEP),
    "powers": _expression("1" + "**1" * 90_000, "recovered", TOO_DEEP),
    "comparisons": _expression("1" + " < 1" * 90_000, "parsed"),
    "lambdas": _expression("lambda: " * 50_000 + "1", "recovered", TOO_DEEP),
    "conditions": _expression("1 if 1 else " * 30_000 + "1", "recovered", TOO_DEEP),
    "minus by the million": _refused("-" * 1_000_000 + "1", TOO_LONG),
    "attributes by the million": _refused("a" + ".b" * 9_000_000, TOO_LONG),
    "sums by the million": _refused("1" + "+1" * 1_000_000, TOO_LONG),
    "conditions by the million": _refused("1 if 1 else " * 1_000_000 + "1", TOO_LONG),
    "lambdas with commas": _refused("lambda a, b=" * 1_000_000 + "1", TOO_LONG),
    "functions": Source(IMPORT + _nested("def f():", 1000)),
    "functions with long names": Source(
        "".join(f"{' ' * n}def {'f' * 10_000}():\n{' ' * (n + 1)}{IMPORT}" for n in range(1000))
    ),
    "blocks": Source(IMPORT + _nested("if 1:", 5000), "recovered", TOO_DEEP),
    "elif": Source(
        IMPORT
        + "if x:\n    pass\n"
        + "".join(f"elif x == {n}:\n    y{n} = 1\n" for n in range(5000))
    ),
}

LARGE: Final[Mapping[str, Source]] = {
    "20 MB of functions": Source(
        IMPORT + "".join(f"def f{n}(a, b):\n    return a + b\n" for n in range(500_000))
    ),
    "20 MB of numbers in a line": _expression("[" + "-1.25, " * 2_900_000 + "]", "parsed"),
    "20 MB of strings in a line": _expression("[" + "'a.b.c', " * 2_200_000 + "]", "parsed"),
    "20 MB of strings side by side": _expression("(" + "'abcdef'\n" * 2_200_000 + ")", "parsed"),
    "1 MB of letters and calls in a line": _expression(
        "['é', " + "f('a.b'), " * 100_000 + "]", "parsed"
    ),
    "20 MB in a string": _expression("'" + "a" * 20_000_000 + "'", "parsed"),
    "20 MB of nothing": Source(IMPORT + "\n" * 20_000_000),
    "20 MB of errors": Source(IMPORT + "x y\n" * 500_000, "recovered", "(and 499999 more)"),
}

ENCODED: Final[Mapping[str, Source]] = {
    "empty": Source("", is_seen=False),
    "latin-1 that does not say so": Source(
        f"{IMPORT}# é\n".encode("latin-1"), "recovered", "not valid UTF-8 at byte 33"
    ),
    "latin-1 that says so": Source(
        f"# -*- coding: latin-1 -*-\n{IMPORT}é = 'é'\n".encode("latin-1")
    ),
    "koi8-r that says so": Source(
        f"# vim: set fileencoding=koi8-r :\n{IMPORT}я = 1\n".encode("koi8-r")
    ),
    "ASCII that is none": Source(
        f"# coding: ascii\n{IMPORT}# é\n".encode("latin-1"), "recovered", "not valid UTF-8"
    ),
    "an encoding that nobody knows": Source(
        f"# coding: klingon\n{IMPORT}# é\n".encode("latin-1"), "recovered", "not valid UTF-8"
    ),
    "UTF-16": Source(IMPORT.encode("utf-16"), "not_parsed", "UTF-16", is_seen=False),
    "UTF-16 without a mark": Source(
        IMPORT.encode("utf-16-le"), "recovered", "contains null bytes", is_seen=False
    ),
    "UTF-16 in the cookie": Source(
        f"# coding: utf-16\n{IMPORT}# é\n".encode("latin-1"), "recovered", "not valid UTF-8"
    ),
    "UTF-8 with a mark": Source(b"\xef\xbb\xbf" + IMPORT.encode()),
    "null bytes": Source(f"{IMPORT}x = '\0'\n", "recovered", "contains null bytes"),
    "all bytes": Source(bytes(range(256)) * 100, "recovered", "not valid UTF-8", is_seen=False),
}

WRITTEN: Final[Mapping[str, Source]] = {
    "CRLF": Source(IMPORT.replace("\n", "\r\n") * 2),
    "lone CR": Source("x = 1\r" + IMPORT.replace("\n", "\r")),
    "form feeds": Source(f"\f{IMPORT}\fclass A:\n\f    x = 1\n"),
    "Python 2": Source(
        f"{IMPORT}print 'x'\nraise E, 'x'\ntry:\n    pass\nexcept E, e:\n    print >>f, `1`\n",
        "recovered",
        "line 2: ",
    ),
    "a string without an end": Source(f"{IMPORT}x = 'abc\n", "recovered", "missing closing quote"),
    "a long string without an end": Source(
        f"{IMPORT}x = '''abc\n", "recovered", "missing closing quote"
    ),
    "a bracket without an end": Source(f"{IMPORT}x = (\n\ndef f(): ...\n", "recovered", "line "),
    "a merge conflict": Source(
        f"<<<<<<< HEAD\n{IMPORT}=======\nfrom app.legacy import Manager as Old\n>>>>>>> theirs\n",
        "recovered",
        "line 1: ",
    ),
    "tabs and spaces": Source(f"{IMPORT}if 1:\n\tx\n        y\n", "recovered", "line "),
    "a space that is none": Source(f"{IMPORT}x\N{NO-BREAK SPACE}= 1\n", "recovered", "line 2: "),
}

SOURCES: Final[Mapping[str, Source]] = {**DEEP, **LARGE, **ENCODED, **WRITTEN}
