"""Where violations may be planted in a code base, and what a check finds of them there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import msgspec

from pluribus.app.judge import Case, judge, judge_subjects, subjects_of
from pluribus.app.opening import select_files
from pluribus.app.options import CheckOptions
from pluribus.app.reporting import case_of
from pluribus.app.silence import Identity, accepted_by_contract, identity
from pluribus.codebase import Revision, matches
from pluribus.contract import Contract
from pluribus.errors import UsageError
from pluribus.findings import Finding
from pluribus.plants.ground import Ground
from pluribus.plants.laid import Laid
from pluribus.rules import Subject
from pluribus.rules.subject import is_inside

PROBE = "pluribus_planted_probe.py"
"""Like the names of planted files, to see what the globs of a contract make of those."""


@dataclass(frozen=True)
class Field:
    """A code base as it is, ready to be planted in."""

    root: Path
    contract: Contract
    options: CheckOptions
    case: Case
    subjects: tuple[Subject, ...]
    before: tuple[Finding, ...]
    """What a check finds of it as it is."""
    texts: Mapping[str, str]
    """The files of the owners that can be edited, by path."""
    overlay: Mapping[str, bytes]
    """Files that are laid over the tree before anything is planted."""
    revision: Revision | None = None
    """Where the files are, if not on disk."""

    @cached_property
    def known(self) -> Counter[Identity]:
        return Counter(identity(each) for each in self.before)

    def ground(self, subject: Subject, rule: str) -> Ground | str:
        """Where a rule's plants of a concept may stand; or why nowhere."""
        reason = "the owner is in no file"
        for folder, package in _folders(subject):
            obstacle = self._obstacle(subject, rule, folder, package)
            if obstacle is None:
                return Ground(subject, folder, package, self.texts)
            reason = obstacle
        return reason

    def _obstacle(self, subject: Subject, rule: str, folder: str, package: str) -> str | None:
        path, prefix, options = f"{folder}{PROBE}", self.case.prefix, self.contract.codebase
        if any(is_inside(package, each) for each in subject.concept.legacy_paths):
            return f"`{package}` is a legacy path itself"
        for globs, what in ((options.exclude, "excluded"), (options.tests, "a test")):
            if any(row[0] for row in matches(globs, [prefix + path])):
                return f"what stands in `{folder or '.'}` is {what} by the contract"
        if accepted_by_contract(rule, subject.concept, path, self.contract, prefix):
            return f"the contract silences it in `{folder or '.'}`"
        return None

    def new_findings(self, laid: Laid) -> list[Finding]:
        """What a check finds with an overlay, beyond what it finds without."""
        concepts = tuple(laid.declared.get(each.name, each) for each in self.case.concepts)
        case = msgspec.structs.replace(self.case, concepts=concepts)
        overlay = {**self.overlay, **laid.overlay}
        codebase = select_files(
            self.root,
            self.contract,
            self.options.cache,
            overlay=overlay,
            revision=self.revision,
        )
        verdict, _ = judge(case, codebase, say=_say_nothing)
        left = Counter(self.known)
        found = []
        for each in verdict.findings:
            if left[identity(each)] > 0:
                left[identity(each)] -= 1
            else:
                found.append(each)
        return found


def open_field(
    root: Path,
    contract: Contract,
    options: CheckOptions,
    *,
    overlay: Mapping[str, bytes] | None = None,
    also: Iterable[str] = (),
    revision: Revision | None = None,
) -> Field:
    """Judge a code base as it is.

    Args:
        root: The folder of the code base.
        contract: What is declared of it.
        options: What is asked of each check.
        overlay: Files that are laid over the tree before anything is planted.
        also: Paths of files that may be edited besides those of the owners.
        revision: Where the files are, if not on disk; `root` is its root then.

    Raises:
        ContractError: the contract names what the code base does not define.
        UsageError: no file is selected, or something that was asked for is unknown.
    """
    case = case_of(root, contract, options)
    overlay = overlay or {}
    codebase = select_files(root, contract, options.cache, overlay=overlay, revision=revision)
    if not codebase.ledger().seen:
        raise UsageError(f"{root}: no Python file is selected")
    subjects = tuple(subjects_of(case, codebase))
    codebase.save()
    verdict = judge_subjects(case, subjects, codebase, say=_say_nothing)
    owners = {each.owner.site.place.path for each in subjects if each.owner}
    return Field(
        root=root,
        contract=contract,
        options=options,
        case=case,
        subjects=subjects,
        before=verdict.findings,
        texts=dict(_readable(root, {*owners, *also}, overlay, revision)),
        overlay=overlay,
        revision=revision,
    )


def _folders(subject: Subject) -> Iterator[tuple[str, str]]:
    """Folders that the owner's file is in, the nearest first, each with its dotted path."""
    owner = subject.owner
    module = None if owner else subject.codebase.module(subject.owner_module)
    path = owner.site.place.path if owner else (module.path if module else None)
    dotted = owner.site.module if owner else subject.owner_module
    if path is None:
        return
    parts = dotted.split(".") if dotted else []
    if PurePosixPath(path).stem != "__init__":
        parts = parts[:-1]
    folders = list(PurePosixPath(path).parent.parts)
    while True:
        yield "".join(f"{each}/" for each in folders), ".".join(parts)
        if not folders or not parts:
            return
        folders.pop()
        parts.pop()


def _readable(
    root: Path, paths: set[str], overlay: Mapping[str, bytes], revision: Revision | None
) -> Iterator[tuple[str, str]]:
    for path in sorted(paths):
        try:
            if path in overlay:
                content = overlay[path]
            else:
                file = root / path
                content = revision.read(file) if revision else file.read_bytes()
            text = content.decode()
        except (OSError, UnicodeDecodeError):
            continue  # it is asked for later, and then said that it cannot be edited
        yield path, text


def _say_nothing(_: str) -> None:
    """Progress is told by who runs many checks."""
