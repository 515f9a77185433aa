"""How a report is to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pluribus.findings.history import Burndown


@dataclass(frozen=True, kw_only=True)
class RenderOptions:
    """What the reader wants to see. A format ignores what makes no sense for it."""

    color: bool = False
    """Add ANSI colours; the words are the same without (text, concise)."""
    statistics: bool = False
    """Only the tables, no single findings (text)."""
    width: int | None = None
    """Columns to wrap prose at; `None` never wraps. Places and tables are never wrapped (text)."""
    paths: bool = False
    """List every dotted path to each concept's owner (text)."""
    matrix: bool = False
    """Show the methods of each concept's interface, by owner and rivals (text)."""
    folder: str = ""
    """Where the root lies as seen from the repository, with a slash at the end (github,
    sarif)."""
    burndown: Burndown | None = None
    """What was counted over the history, to be drawn beside what is found now (html)."""
    limit: int | None = None
    """The most findings to list of one rule of a concept, those in tests last; the rest are
    counted (text, concise)."""
