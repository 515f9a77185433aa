"""Who has which method of an interface, and with which signature."""

from __future__ import annotations

import msgspec

from pluribus.findings.finding import Location


class MatrixClass(msgspec.Struct, frozen=True):
    """A column: the owner, or a rival."""

    path: str
    """`module:Class`."""
    location: Location


class MatrixRow(msgspec.Struct, frozen=True):
    """A method of the interface."""

    method: str
    cells: tuple[str, ...]
    """What each class takes, as `(user, event)` or `async (user, event)`; empty where it has no
    such method."""


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """Methods by classes, the owner first."""

    classes: tuple[MatrixClass, ...]
    rows: tuple[MatrixRow, ...]
