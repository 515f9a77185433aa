"""The facts of one tree with their names resolved, and the questions that can be asked of them."""

from __future__ import annotations

from pluribus.codebase.codebase import Codebase, Focus, loose, matches
from pluribus.codebase.copy_rows import Copies, Copy, Family, Member, Original
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
from pluribus.codebase.scripts import Alias, Bound, Listed, Loose, Reach, Script, Use
from pluribus.codebase.top import folders_between
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
    "Alias",
    "Argument",
    "Base",
    "Binding",
    "Bound",
    "Call",
    "Change",
    "Class",
    "Codebase",
    "Copies",
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
    "Listed",
    "Loose",
    "Member",
    "MethodCall",
    "Module",
    "Original",
    "Parameter",
    "Place",
    "Reach",
    "Rebound",
    "Reference",
    "Returned",
    "Script",
    "Site",
    "Spelled",
    "String",
    "Suppression",
    "Target",
    "Use",
    "WordSet",
    "folders_between",
    "loose",
    "matches",
]
