"""Whether a check looked for the violations of an entry of the baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pluribus.app.judge import Case, Verdict
from pluribus.app.options import CheckOptions
from pluribus.baseline import Entry
from pluribus.codebase import matches
from pluribus.rules import ALL


def scope_of(
    entries: Iterable[Entry], case: Case, verdict: Verdict, options: CheckOptions
) -> Callable[[Entry], bool]:
    """Say of which entries it is known whether their violations are gone.

    Not of those that a filter or a choice of rules or concepts left out, nor of those in files
    that could not be read whole, or whose rule could not be run.
    """
    paths = {
        entry.path.removeprefix(case.prefix)
        for entry in entries
        if entry.path.startswith(case.prefix)
    }
    seen = _unfiltered(paths, options) - _unread(paths, verdict)
    full = {case.prefix + path for path in seen}
    rules = {rule.name for rule in case.rules}
    known_rules = {rule.name for rule in ALL}
    concepts = {concept.name for concept in case.concepts}
    known_concepts = {concept.name for concept in case.contract.concepts}
    not_run = {(each.rule, each.concept) for each in verdict.completeness.not_run}

    def is_in_scope(entry: Entry) -> bool:
        # What the contract or pluribus does not know any more can only be found by a check of all.
        return (
            entry.path in full
            and (entry.rule in rules or (entry.rule not in known_rules and rules == known_rules))
            and (
                entry.concept in concepts
                or (entry.concept not in known_concepts and concepts == known_concepts)
            )
            and (entry.rule, entry.concept) not in not_run
        )

    return is_in_scope


def _unfiltered(paths: set[str], options: CheckOptions) -> set[str]:
    left = set(paths)
    if options.only:
        ordered = sorted(paths)
        rows = matches(options.only, ordered)
        left = {path for row in rows for path, fits in zip(ordered, row, strict=True) if fits}
    return left if options.changed is None else left & options.changed


def _unread(paths: set[str], verdict: Verdict) -> set[str]:
    completeness = verdict.completeness
    notes = {note.path for note in (*completeness.recovered, *completeness.not_parsed)}
    # A folder that may not be read is one note.
    return {
        path
        for path in paths
        if path in notes or any(path.startswith(f"{note}/") for note in notes)
    }
