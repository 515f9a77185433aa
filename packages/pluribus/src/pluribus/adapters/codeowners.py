"""Who owns which file, as GitHub reads it from CODEOWNERS.

Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/
customizing-your-repository/about-code-owners. The patterns are those of .gitignore, but for a few
things, which `codeowners` and this module see to: `dir/*` reaches no deeper than `dir`, the last
pattern that matches decides and one without owners takes them away, and a line with `!`, with a
range in brackets, or with what is no owner is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from codeowners import CodeOwners as Parsed

from pluribus.app.plan import CodeOwners
from pluribus.codebase import folders_between

PLACES: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, in this order; the first that is there counts alone."""

_MOST_BYTES: Final = 3_000_000
"""GitHub does not load a larger file."""

_COMMENT: Final = re.compile(r"(?:^|\s)#.*")
_OWNER: Final = re.compile(r"@[^\s/@]+(?:/[^\s/@]+)?|[^\s@]+@[^\s@]+")


def code_owners(root: Path, warn: Callable[[str], None]) -> CodeOwners:
    """Read the CODEOWNERS of the repository around `root`; where there is none, nobody owns.

    Args:
        root: The folder that paths are asked relative to.
        warn: Is told why a file that is there is not used.
    """
    full = root.resolve()
    top = next((each for each in (full, *full.parents) if (each / ".git").exists()), full)
    for place in PLACES:
        path = top / place
        if path.is_file():
            text = _read(path, warn)
            return CodeOwners() if text is None else _owners(text, place, full, top)
    return CodeOwners()


def _owners(text: str, place: str, root: Path, top: Path) -> CodeOwners:
    parsed = Parsed("\n".join(_lines(text)))
    prefix = folders_between(root, top)

    def of(path: str) -> tuple[str, ...]:
        return tuple(name for _, name in parsed.of(prefix + path))

    return CodeOwners(path=place, of=of)


def _read(path: Path, warn: Callable[[str], None]) -> str | None:
    try:
        content = path.read_bytes()
    except OSError as error:
        warn(f"`{path}` cannot be read, so no step has owners: {error.strerror or error}")
        return None
    if len(content) > _MOST_BYTES:
        warn(f"`{path}` is larger than 3 MB, so GitHub does not load it, and no step has owners")
        return None
    return content.decode("utf-8", "replace")


def _lines(text: str) -> Iterator[str]:
    """The lines that GitHub does not skip, without comments."""
    for line in text.splitlines():
        said = _COMMENT.sub("", line).strip()
        # A space in a pattern is escaped, so that it separates nothing.
        pattern, *owners = said.replace("\\ ", "\0").split() or [""]
        is_pattern = bool(pattern) and not pattern.startswith("!") and "[" not in pattern
        if is_pattern and all(_OWNER.fullmatch(each) for each in owners):
            yield said
