"""The facts of one tree with their names resolved, and the questions that can be asked of them."""

from __future__ import annotations

from pluribus.codebase.codebase import Codebase, Focus, folders_between, matches
from pluribus.codebase.flow_rows import Change, Flow, Maker, Returned
from pluribus.codebase.rows import (
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
)

__all__ = [
    "Binding",
    "Call",
    "Change",
    "Class",
    "Codebase",
    "Definition",
    "File",
    "Flow",
    "Focus",
    "Hop",
    "Import",
    "Ledger",
    "Maker",
    "MethodCall",
    "Module",
    "Parameter",
    "Place",
    "Rebound",
    "Reference",
    "Returned",
    "Site",
    "String",
    "Suppression",
    "Target",
    "folders_between",
    "matches",
]
