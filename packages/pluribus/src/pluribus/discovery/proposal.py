"""A proposed contract of a concept, as text for `contracts/NAME.toml`."""

from __future__ import annotations

from pluribus.contract import toml_string
from pluribus.findings.discovery import FragmentedConcept

_MOST_NAMES = 12


def contract_of(concept: FragmentedConcept) -> str | None:
    """The contract that makes the proposed owner the one; None while that is not decided."""
    owner = concept.proposal.owner
    if not owner:
        return None
    module, _, name = owner.partition(":")
    lines = [
        f"# Proposed by `pluribus discover` ({concept.confidence}): {concept.proposal.reason}.",
        *(f"# {each.name}: {each.text}" for each in concept.evidence[:3]),
        f"owner = {toml_string(owner)}",
    ]
    legacy = sorted(
        each.path
        for each in concept.rivals
        if each.kind == "module"
        and all(part.isidentifier() for part in each.path.split("."))
        and each.path != module
        and not f"{module}.".startswith(f"{each.path}.")
    )
    if legacy:
        lines.append(f"legacy-paths = {_list(legacy)}")
    others = sorted(
        {
            each.path.rpartition(":")[2]
            for each in concept.rivals
            if each.kind in ("class", "function") and each.path != owner
        }
    )
    if name and others:
        lines.append(f"rivals = {{ names = {_list(others[:_MOST_NAMES])} }}")
    return "\n".join(lines) + "\n"


def _list(texts: list[str]) -> str:
    return f"[{', '.join(map(toml_string, texts))}]"
