"""Pages of HTML, and what their policies let them hold."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, StrictUndefined, Template

from pluribus.reports._html_text import clean

_FILES: Final = resources.files("pluribus.reports")


@cache
def template(name: str, **filters: Callable[..., object]) -> Template:
    """Compiled once: that takes longer than to draw a small report."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=clean,
    )
    environment.filters |= filters
    return environment.from_string(source(name))


def source(name: str) -> str:
    """A file that stands beside the formats."""
    return _FILES.joinpath(name).read_text(encoding="utf-8")


def digest(text: str) -> str:
    """What a policy calls a style or script that it allows."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
