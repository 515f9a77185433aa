"""Where code stands that repeats what others say by right: tests, and what tools write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pluribus.codebase import Site

_LEFT_ALONE = re.compile(
    r"_pb2(_grpc)?\.py|(^|/)(\w*generated\w*/|migrations/|alembic/|test_)|_test\.py$"
)
"""Files that a tool writes, and tests outside of the folders for tests."""


def repeats_by_right(site: Site) -> bool:
    """Whether a place is in a test, or in a file that nobody wrote by hand."""
    is_in_test = any(part.lower().startswith("test") for part in site.scope.split("."))
    return site.is_test or is_in_test or _LEFT_ALONE.search(site.place.path) is not None
