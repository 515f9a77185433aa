"""What a contract alone says of the files that can matter to its concepts.

It stands apart from the rules, so that reading can begin before they are imported.
"""

from __future__ import annotations

from collections.abc import Sequence

from pluribus.codebase import Focus
from pluribus.contract import Concept

METHODS_THAT_NOMINATE = 2
"""Sets of fewer methods than this say nothing of a role."""


def focus_of(concepts: Sequence[Concept]) -> Focus:
    """What has to be read to judge these concepts."""
    modules: set[str] = set()
    names: set[str] = set()
    definitions: set[tuple[str, str]] = set()
    methods = []
    for concept in concepts:
        modules |= {concept.owner_module, *concept.allowed_paths, *concept.legacy_paths}
        for reference in _references(concept):
            module, _, qualname = reference.partition(":")
            modules.add(module)
            if qualname:
                definitions.add((module, qualname))
                names.add(qualname.rpartition(".")[2])
        if concept.interface and len(concept.interface.methods) >= METHODS_THAT_NOMINATE:
            methods.append((concept.interface.methods, concept.rivals.shared_methods))
    return Focus(
        modules=tuple(sorted(modules)),
        names=tuple(sorted(names)),
        classes=tuple(sorted({glob for concept in concepts for glob in concept.rivals.names})),
        methods=tuple(methods),
        definitions=tuple(sorted(definitions)),
    )


def owner_named(concept: Concept) -> tuple[str, str]:
    """Module and qualified name of the owner; the name is empty for a whole module."""
    return concept.owner_module, concept.owner_qualname or ""


def _references(concept: Concept) -> list[str]:
    protocol = concept.interface.protocol if concept.interface else None
    return [concept.owner, *concept.factories, *([protocol] if protocol else [])]
