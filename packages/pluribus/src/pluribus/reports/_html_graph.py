"""The graph of who reaches an owner by which path, as SVG."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from pluribus.findings import ConceptSummary, OwnerPath
from pluribus.reports._concepts import KINDS
from pluribus.reports._html_text import shortened
from pluribus.reports.wording import counted, printable

SHOWN: Final = 30
"""Paths that are drawn, those with the most importers first; the table beside has all."""

_LETTERS: Final = 33
_WIDTH: Final = 236
_HEIGHT: Final = 42
_ROW: Final = 54
_GAP: Final = 42
_MARGIN: Final = 8


@dataclass(frozen=True, kw_only=True)
class _Node:
    name: str
    kind: str
    importers: int
    x: int
    y: int


def drawn(summary: ConceptSummary) -> Markup:
    """Draw each path as a box, with an edge to the next hop; the owner stands at the right."""
    owner = summary.owner.replace(":", ".")
    paths = sorted(summary.paths, key=lambda each: (-each.importers, each))[:SHOWN]
    ways = [_way(each, owner) for each in paths]
    nodes = _placed(ways, paths, owner)
    edges = sorted({pair for way in ways for pair in pairwise(way)})
    width = max(node.x for node in nodes.values()) + _WIDTH + _MARGIN
    height = max(node.y for node in nodes.values()) + _HEIGHT + _MARGIN
    left_out = len(summary.paths) - len(paths)
    title = f"{counted(len(paths), 'path')} to {summary.owner}"
    if left_out:
        title += f", without {left_out:,} that fewer files use"
    parts = [
        Markup('<svg class="graph" role="img" viewBox="0 0 {} {}" width="{}" height="{}">').format(
            width, height, width, height
        ),
        Markup("<title>{}</title>").format(printable(title)),
        *(_edge(nodes[start], nodes[end]) for start, end in edges),
        *(_box(node) for node in nodes.values()),
        Markup("</svg>"),
    ]
    return Markup("\n").join(parts)


def _way(path: OwnerPath, owner: str) -> list[str]:
    hops = list(dict.fromkeys([path.path, *(hop.replace(":", ".") for hop in path.chain)]))
    return [*(hop for hop in hops if hop != owner), owner]


def _placed(ways: list[list[str]], paths: list[OwnerPath], owner: str) -> dict[str, _Node]:
    """Put each name in the column of its distance from the owner, wanted kinds on top."""
    distance: dict[str, int] = {owner: 0}
    for way in ways:
        for steps, name in enumerate(reversed(way)):
            distance[name] = max(distance.get(name, 0), steps)
    distance[owner] = 0
    known = {path.path: path for path in paths}
    columns: defaultdict[int, list[str]] = defaultdict(list)
    for name, steps in distance.items():
        columns[steps].append(name)
    deepest, tallest = max(columns), max(map(len, columns.values()))
    nodes = {}
    for steps, names in sorted(columns.items(), reverse=True):
        names.sort(key=lambda name: _rank(known.get(name), name))
        # Shorter columns stand in the middle of the others.
        top = _MARGIN + (tallest - len(names)) * _ROW // 2
        for row, name in enumerate(names):
            path = known.get(name)
            nodes[name] = _Node(
                name=name,
                kind="owner" if name == owner else path.kind if path else "hop",
                importers=path.importers if path else 0,
                x=_MARGIN + (deepest - steps) * (_WIDTH + _GAP),
                y=top + row * _ROW,
            )
    return nodes


def _rank(path: OwnerPath | None, name: str) -> tuple[int, int, str]:
    if path is None:
        return len(KINDS) + 1, 0, name
    kind = KINDS.index(path.kind) if path.kind in KINDS else len(KINDS)
    return kind, -path.importers, name


def _edge(start: _Node, end: _Node) -> Markup:
    x1, y1 = start.x + _WIDTH, start.y + _HEIGHT // 2
    x2, y2 = end.x, end.y + _HEIGHT // 2
    bend = (x1 + x2) // 2
    return Markup('<path class="edge" d="M{} {}C{} {} {} {} {} {}"/>').format(
        x1, y1, bend, y1, bend, y2, x2, y2
    )


def _box(node: _Node) -> Markup:
    kind = node.kind if node.kind in KINDS else "hop"
    # The kind is said, not only coloured.
    said = node.kind + (f", by {counted(node.importers, 'file')}" if node.importers else "")
    return Markup(
        '<g class="k-{}"><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="6"/>'
        '<text x="{}" y="{}">{}</text><text class="who" x="{}" y="{}">{}</text></g>'
    ).format(
        kind,
        printable(f"{node.name}: {said}"),
        node.x,
        node.y,
        _WIDTH,
        _HEIGHT,
        node.x + 9,
        node.y + 18,
        shortened(node.name, _LETTERS),
        node.x + 9,
        node.y + 33,
        printable(said),
    )
