"""The declared truth: which implementation of each concept is the one."""

from __future__ import annotations

from pluribus.contract.conform import Conform, Disposal, Operation, Operations, Values
from pluribus.contract.find import CONTRACT_FILES, find_contract
from pluribus.contract.keys import toml_string
from pluribus.contract.load import CONCEPTS_FOLDER, load_contract
from pluribus.contract.model import (
    DEFAULT_PHASES,
    TEST_GLOBS,
    CodebaseOptions,
    Concept,
    Context,
    Contract,
    Exemption,
    Interface,
    Phase,
    Rivals,
)
from pluribus.contract.schema import concept_schema, contract_schema, schema_files
from pluribus.contract.show import as_json, describe

__all__ = [
    "CONCEPTS_FOLDER",
    "CONTRACT_FILES",
    "DEFAULT_PHASES",
    "TEST_GLOBS",
    "CodebaseOptions",
    "Concept",
    "Conform",
    "Context",
    "Contract",
    "Disposal",
    "Exemption",
    "Interface",
    "Operation",
    "Operations",
    "Phase",
    "Rivals",
    "Values",
    "as_json",
    "concept_schema",
    "contract_schema",
    "describe",
    "find_contract",
    "load_contract",
    "schema_files",
    "toml_string",
]
