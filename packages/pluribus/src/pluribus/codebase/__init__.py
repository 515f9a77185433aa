"""The facts of one tree with their names resolved, and the questions that can be asked of them."""

from __future__ import annotations

from pluribus.codebase.codebase import Codebase, Focus, folders_between, matches
from pluribus.codebase.rows import (
    Argument,
    Binding,
    Call,
    Class,
    Definition,
    File,
    Hop,
    Import,
    Ledger,
    MethodCall,
    Module,
    Parameter,
    Place,
    Rebound,
    Reference,
    Site,
    String,
    Suppression,
    Target,
    WordSet,
)

__all__ = [
    "Argument",
    "Binding",
    "Call",
    "Class",
    "Codebase",
    "Definition",
    "File",
    "Focus",
    "Hop",
    "Import",
    "Ledger",
    "MethodCall",
    "Module",
    "Parameter",
    "Place",
    "Rebound",
    "Reference",
    "Site",
    "String",
    "Suppression",
    "Target",
    "WordSet",
    "folders_between",
    "matches",
]
