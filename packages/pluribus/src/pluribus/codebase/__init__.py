"""The facts of one tree with their names resolved, and the questions that can be asked of them."""

from __future__ import annotations

from pluribus.codebase.codebase import Codebase, Focus, folders_between, matches
from pluribus.codebase.flow_rows import Change, Flow, Returned
from pluribus.codebase.inventory import (
    Dependants,
    Inventoried,
    InventoriedClass,
    InventoriedFunction,
)
from pluribus.codebase.rows import (
    Binding,
    Class,
    Definition,
    File,
    Hop,
    Import,
    Ledger,
    Module,
    Parameter,
    Place,
    Rebound,
    Site,
    Suppression,
    Target,
)
from pluribus.codebase.uses import (
    Argument,
    Call,
    MethodCall,
    Reference,
    Spelled,
    String,
    WordSet,
)

__all__ = [
    "Argument",
    "Binding",
    "Call",
    "Change",
    "Class",
    "Codebase",
    "Definition",
    "Dependants",
    "File",
    "Flow",
    "Focus",
    "Hop",
    "Import",
    "Inventoried",
    "InventoriedClass",
    "InventoriedFunction",
    "Ledger",
    "MethodCall",
    "Module",
    "Parameter",
    "Place",
    "Rebound",
    "Reference",
    "Returned",
    "Site",
    "Spelled",
    "String",
    "Suppression",
    "Target",
    "WordSet",
    "folders_between",
    "matches",
]
