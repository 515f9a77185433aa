"""Finds the concepts that nobody declared: what has several owners, by listed evidence.

Each kind of evidence is a file with a function from a `Landscape` to groups; `KINDS` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pluribus.discovery.clone_families import clone_families
from pluribus.discovery.fragments import Fragment, authored, merged
from pluribus.discovery.group import Group
from pluribus.discovery.homonyms import homonyms
from pluribus.discovery.landscape import Landscape
from pluribus.discovery.module_families import module_families
from pluribus.discovery.owner import History, Text
from pluribus.discovery.proposal import contract_of
from pluribus.discovery.public_paths import public_paths
from pluribus.discovery.ranking import concept_of, ranked
from pluribus.discovery.repeated_functions import layered_functions, repeated_functions
from pluribus.discovery.role_rivals import role_rivals
from pluribus.discovery.scattered_constants import scattered_constants

KINDS: tuple[Callable[[Landscape], Iterator[Group]], ...] = (
    role_rivals,
    homonyms,
    public_paths,
    module_families,
    repeated_functions,
    layered_functions,
    scattered_constants,
    clone_families,
)
"""What looks for several owners, in the order in which evidence is listed."""

__all__ = [
    "KINDS",
    "Fragment",
    "Group",
    "History",
    "Landscape",
    "Text",
    "authored",
    "concept_of",
    "contract_of",
    "merged",
    "ranked",
]
