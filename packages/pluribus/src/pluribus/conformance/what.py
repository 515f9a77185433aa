"""What is sent: an event, its payload, and both as operations take them that take one argument."""

from __future__ import annotations

import json
from collections.abc import Mapping

What = tuple[str, dict[str, object], dict[str, object]]
"""An event, its payload, and the table of both that operations are given which take no more."""


def table_of(event: str, payload: Mapping[str, object]) -> dict[str, object]:
    """Both as one table."""
    return {"type": event, "data": payload}


def text_of(event: str, payload: Mapping[str, object]) -> str:
    """Both as one text."""
    return json.dumps(table_of(event, payload), ensure_ascii=False, default=repr)
