"""What a contract or a baseline demands less than another."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.app.options import BASELINE_PLACE
from pluribus.baseline import changes_between, parse
from pluribus.codebase import Revision
from pluribus.contract import Concept, Contract
from pluribus.errors import BaselineError
from pluribus.findings.proof import Change


def weakened(before: Contract, after: Contract) -> Iterator[tuple[str, str]]:
    """Keys by which the second contract demands less than the first, and how."""
    for glob in _added(before.codebase.exclude, after.codebase.exclude):
        yield "codebase.exclude", f"leaves `{glob}` out"
    for glob in _added(before.codebase.tests, after.codebase.tests):
        yield "codebase.tests", f"takes `{glob}` for tests"
    for glob, rules in after.per_file_ignores.items():
        for rule in _added(before.per_file_ignores.get(glob, ()), rules):
            yield f"per-file-ignores.{glob}", f"ignores {rule}"
    now = {concept.name: concept for concept in after.concepts}
    for concept in before.concepts:
        at = f"concepts.{concept.name}"
        if concept.name not in now:
            yield at, "is gone"
        else:
            yield from ((f"{at}.{key}", how) for key, how in _less(concept, now[concept.name]))
    targets = {phase.name: phase.target for phase in before.phases}
    for phase in after.phases:
        if phase.target > targets.get(phase.name, phase.target):
            yield f"phases.{phase.name}.target", f"was {targets[phase.name]}, is {phase.target}"


def _less(before: Concept, after: Concept) -> Iterator[tuple[str, str]]:
    if before.owner != after.owner:
        yield "owner", f"was `{before.owner}`, is `{after.owner}`"
    for path in _added(after.legacy_paths, before.legacy_paths):
        yield "legacy-paths", f"lacks `{path}`"
    for path in _added(before.allowed_paths, after.allowed_paths):
        if before.owner == after.owner:
            yield "import-paths", f"allows `{path}`"
    for name in _added(after.rivals.names, before.rivals.names):
        yield "rivals.names", f"lacks `{name}`"
    if after.rivals.shared_methods > before.rivals.shared_methods:
        yield (
            "rivals.shared-methods",
            f"was {before.rivals.shared_methods}, is {after.rivals.shared_methods}",
        )
    if before.interface and before.interface != after.interface:
        old, new = before.interface, after.interface
        if new is None:
            yield "interface", "is gone"
        elif old.protocol != new.protocol:
            yield "interface", "is declared in another way"
        for name in _added(new.methods, old.methods) if new is not None else ():
            yield "interface.methods", f"lacks `{name}`"
    for name in _added(after.factories, before.factories):
        yield "factories", f"lacks `{name}`"
    if before.context and before.context != after.context:
        yield "context", "is gone" if after.context is None else "is another"
    for name in _added(after.events, before.events):
        yield "events", f"lacks `{name}`"
    for each in after.exempt:
        if each not in before.exempt:
            globs, rules = ", ".join(each.files), ", ".join(each.rules)
            yield "exempt", f"exempts {globs} from {rules}: {each.reason}"


def _added(before: tuple[str, ...], after: tuple[str, ...]) -> list[str]:
    return [each for each in after if each not in before]


def baseline_changes(before: Revision, after: Revision, contract: Contract) -> Iterator[Change]:
    """What the baseline of a revision accepts more than that of another. It makes nothing green
    here, because no baseline is honoured.

    Raises:
        BaselineError: one is malformed.
    """
    path = contract.directory / BASELINE_PLACE
    entries = []
    for revision in (before, after):
        try:
            content = revision.read(path) if revision.has(path) else None
        except OSError as error:
            raise BaselineError(f"{revision.shown(path)}: {error.strerror}") from error
        baseline = parse(content, name=revision.shown(path)) if content is not None else None
        entries.append(baseline.entries if baseline else {})
    for entry, excess in changes_between(entries[0], entries[1]).grown:
        yield Change(
            kind="baseline",
            place=BASELINE_PLACE,
            text=f"accepts {excess} more: {entry.what}",
            blocks=False,
        )
