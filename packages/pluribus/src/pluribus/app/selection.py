"""Which rules, concepts and files a check is about; whatever is empty or unknown is an error."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from pluribus.contract import Concept, Contract, Phase
from pluribus.errors import ContractError, UsageError
from pluribus.rules import ALL, FAMILIES, Rule


def selected_rules(select: Sequence[str], ignore: Sequence[str]) -> tuple[Rule, ...]:
    """The rules that are run, in the order of reports.

    Raises:
        UsageError: a name is neither a rule nor a family, or nothing is left to run.
    """
    wanted = _named(select, "--select") if select else {rule.name for rule in ALL}
    unwanted = _named(ignore, "--ignore")
    rules = tuple(rule for rule in ALL if rule.name in wanted - unwanted)
    if not rules:
        raise UsageError("no rule is left to run", hint="`pluribus explain` lists all rules")
    return rules


def _named(names: Iterable[str], option: str) -> set[str]:
    found: set[str] = set()
    for name in names:
        problem = unknown_rule(name)
        if problem is not None:
            raise UsageError(f"{option}: {problem[0]}", hint=problem[1])
        found |= expanded(name)
    return found


def expanded(name: str) -> set[str]:
    """The rules that the name of a rule or of a family stands for."""
    return {rule.name for rule in ALL if name in (rule.name, rule.family)}


def phases_by_rule(contract: Contract) -> dict[str, str]:
    """The phase of each rule; empty for one that is in none. Its own name says more than that of
    its family."""
    phases = {name: phase.name for phase in contract.phases for name in phase.rules}
    return {rule.name: phases.get(rule.name) or phases.get(rule.family, "") for rule in ALL}


def selected_phase(contract: Contract, name: str) -> tuple[Phase, tuple[str, ...]]:
    """A phase of the contract, and the names of its rules.

    Raises:
        UsageError: there is no such phase, or no rule in it.
    """
    known = {phase.name: phase for phase in contract.phases}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1) or list(known)
        raise UsageError(
            f"--phase: the contract has no phase `{name}`",
            hint="did you mean " + " or ".join(f"`{each}`" for each in near) + "?",
        )
    rules = tuple(rule for rule, phase in phases_by_rule(contract).items() if phase == name)
    if not rules:
        raise UsageError(
            f"--phase: no rule is in the phase `{name}`",
            hint="other phases have taken all that its families hold",
        )
    return known[name], rules


def unknown_rule(name: str) -> tuple[str, str] | None:
    """What is wrong with a name that is neither a rule nor a family, and what to do."""
    known = sorted({*FAMILIES, *(rule.name for rule in ALL)})
    if name in known:
        return None
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "`pluribus explain` lists all rules"
    return f"`{name}` is neither a rule nor a family", hint


def check_rule_names(contract: Contract) -> None:
    """Refuse a contract that names rules which do not exist.

    Raises:
        ContractError: with the key at which the name stands.
    """
    named = [
        (f"per-file-ignores.{glob}", names) for glob, names in contract.per_file_ignores.items()
    ]
    named += [(f"phases.{phase.name}.rules", phase.rules) for phase in contract.phases]
    for concept in contract.concepts:
        named += [(f"concepts.{concept.name}.exempt", each.rules) for each in concept.exempt]
    for key, names in named:
        for name in names:
            problem = unknown_rule(name)
            if problem is not None:
                where = contract.path.name if contract.path else "the contract"
                raise ContractError(f"{where}: {key}: {problem[0]}", hint=problem[1])


def selected_concepts(contract: Contract, names: Sequence[str]) -> tuple[Concept, ...]:
    """The concepts that are judged.

    Raises:
        UsageError: a name is no concept of the contract.
    """
    known = {concept.name: concept for concept in contract.concepts}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1) or sorted(known)[:3]
            raise UsageError(
                f"--concept: the contract has no concept `{name}`",
                hint="did you mean " + " or ".join(f"`{each}`" for each in near) + "?",
            )
    return tuple(concept for concept in contract.concepts if not names or concept.name in names)
