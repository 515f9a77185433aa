"""Whether an edited file still says what it said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from pluribus.codebase import Script, loose
from pluribus.errors import FactsError


def broken(before: bytes, after: bytes, *, builtins: Collection[str] = ()) -> str | None:
    """What an edit would break in a file by itself; None when nothing.

    Args:
        before: The file as it is.
        after: As it would be.
        builtins: Names of Python itself that what was added uses.
    """
    try:
        was, now = loose(before), loose(after)
    except FactsError as error:
        return f"it could not be read afterwards: {error.message}"
    if now.errors:
        line, message = now.errors[0]
        return f"it would not parse afterwards: line {line}: {message}"
    added = Counter(now.unbound) - Counter(was.unbound)
    unbound = [each for each in added if each[1] not in builtins]
    if unbound:
        scope, name = min(unbound)
        return f"nothing would bind `{name}`" + (f" in `{scope}`" if scope else "")
    return None


def strayed(before: Script, after: Script | None, others: Collection[str]) -> str | None:
    """What an import of a file would miss, or reach something else than it did; None when nothing.

    Args:
        before: The file as it was.
        after: As it would be, in a code base where all files are so.
        others: Names that are to be something else.
    """
    if after is None:
        return "it could not be read again"
    missing = _missing(after) - _missing(before)
    if missing:
        return f"there would be no `{min(missing)}`"
    was, now = _reached(before), _reached(after)
    for (scope, name), targets in sorted(was.items()):
        found = now.get((scope, name), targets)
        if found != targets and name not in others:
            would, was_ = ", ".join(sorted(found)), ", ".join(sorted(targets))
            return f"`{name}` would be {would} and not {was_}"
    return None


def _missing(script: Script) -> Counter[str]:
    return Counter(each.found.path for each in script.aliases if each.found.target.is_missing)


def _reached(script: Script) -> dict[tuple[str, str], set[str]]:
    """What each name that is imported from somewhere is, by the class or function around it."""
    reached: dict[tuple[str, str], set[str]] = {}
    for alias in script.aliases:
        found = alias.found
        if found.name not in ("", "*") and found.target.kind == "definition":
            reached.setdefault((found.site.scope, found.bound), set()).add(found.target.name)
    return reached
