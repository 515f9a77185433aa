"""The facts of one tree with their names resolved, and the questions that can be asked of them."""

from __future__ import annotations

from pluribus.codebase.codebase import Codebase, Focus, folders_between, matches
from pluribus.codebase.copy_rows import Copy, Family, Member
from pluribus.codebase.flow_rows import Change, Flow, Returned
from pluribus.codebase.inventory import (
    Dependants,
    Inventoried,
    InventoriedClass,
    InventoriedFunction,
)
from pluribus.codebase.rows import (
    Base,
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
    Inside,
    MethodCall,
    Reference,
    Spelled,
    String,
    WordSet,
)

__all__ = [
    "Argument",
    "Base",
    "Binding",
    "Call",
    "Change",
    "Class",
    "Codebase",
    "Copy",
    "Definition",
    "Dependants",
    "Family",
    "File",
    "Flow",
    "Focus",
    "Hop",
    "Import",
    "Inside",
    "Inventoried",
    "InventoriedClass",
    "InventoriedFunction",
    "Ledger",
    "Member",
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
