"""The facts of one tree with their names resolved, and the questions that can be asked of them."""

from __future__ import annotations

from pluribus.codebase.codebase import Codebase, Focus, loose, matches
from pluribus.codebase.copy_rows import Copy, Family, Member
from pluribus.codebase.flow_rows import Change, Flow, Returned
from pluribus.codebase.ground import folders_between
from pluribus.codebase.inventory import (
    Dependants,
    Inventoried,
    InventoriedClass,
    InventoriedFunction,
)
from pluribus.codebase.revision import TOP, Blobs, Revision
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
from pluribus.codebase.scripts import Alias, Bound, Loose, Reach, Script, Use
from pluribus.codebase.statements import Mark, Statement, statements_in
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
    "TOP",
    "Alias",
    "Argument",
    "Base",
    "Binding",
    "Blobs",
    "Bound",
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
    "Loose",
    "Mark",
    "Member",
    "MethodCall",
    "Module",
    "Parameter",
    "Place",
    "Reach",
    "Rebound",
    "Reference",
    "Returned",
    "Revision",
    "Script",
    "Site",
    "Spelled",
    "Statement",
    "String",
    "Suppression",
    "Target",
    "Use",
    "WordSet",
    "folders_between",
    "loose",
    "matches",
    "statements_in",
]
