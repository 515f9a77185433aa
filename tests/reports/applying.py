"""Applies what SARIF says would mend a finding, knowing nothing but the standard."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

_LINE: re.Pattern[str] = re.compile(r"[^\r\n]*(?:\r\n|\n|$)")
"""What the standard takes to be a line, where a run says nothing else."""


def applied(fix: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that a fix changes, as they are to be."""
    changed = {}
    for change in fix["artifactChanges"]:
        path = unquote(change["artifactLocation"]["uri"])
        encoding, _ = tokenize.detect_encoding(io.BytesIO(files[path]).readline)
        text = files[path].decode(encoding)
        starts = [0, *(match.end() for match in _LINE.finditer(text))]
        # From the end, so that no replacement moves what another is about.
        regions = sorted(
            change["replacements"], key=lambda each: _span(each, starts), reverse=True
        )
        for each in regions:
            start, end = _span(each, starts)
            text = text[:start] + each["insertedContent"]["text"] + text[end:]
        changed[path] = text.encode(encoding)
    return changed


def _span(replacement: Mapping[str, Any], starts: list[int]) -> tuple[int, int]:
    region = replacement["deletedRegion"]
    return (
        starts[region["startLine"] - 1] + region["startColumn"] - 1,
        starts[region["endLine"] - 1] + region["endColumn"] - 1,
    )
