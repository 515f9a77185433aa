"""Edits in memory: planned, laid over the code base, judged with it, and planned again without
those that do not hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from pluribus.app.judge import Case, judge_subjects, subjects_of
from pluribus.app.mended import ChangedFile, FixOptions
from pluribus.app.opening import select_files
from pluribus.app.options import ReadEditable, Say
from pluribus.app.reporting import filtered
from pluribus.app.silence import accepted_by_contract
from pluribus.app.subjects import subject_of
from pluribus.codebase import Codebase, Focus, matches
from pluribus.errors import UsageError
from pluribus.findings import Finding, identified
from pluribus.remedy.applicability import BY_RULE
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.claiming import claims_of
from pluribus.remedy.deciding import Decided, decide
from pluribus.remedy.edit import Change, OverlapError, edited
from pluribus.remedy.proving import broken, strayed
from pluribus.rules import ALL, Rule, Subject

_MOST_ROUNDS: Final = 6
"""A path may lead over several others; more than so many would be a circle."""


@dataclass(frozen=True)
class Reading:
    """A state of the code base, and what was found in it."""

    codebase: Codebase
    subjects: Sequence[Subject]
    found: tuple[Finding, ...]
    """Of all rules that an edit may touch."""
    findings: tuple[Finding, ...]
    """Those of them that were asked for."""


@dataclass
class Work:
    """A code base on its way."""

    root: Path
    case: Case
    """With all rules that an edit may touch."""
    asked: tuple[Rule, ...]
    """The rules whose findings are to be mended."""
    options: FixOptions
    read: ReadEditable
    say: Say
    state: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    searched: dict[bytes, frozenset[str]] = field(default_factory=dict)
    """Files on disk in which something was found, by what was looked for."""

    def reading(self, more: Mapping[str, bytes]) -> Reading:
        """Judge the code base as it is by now, with some files laid over it."""
        check = self.options.check
        overlay = {**self.state, **more}
        codebase = select_files(self.root, self.case.contract, check.cache, overlay=overlay)
        if not codebase.ledger().seen:
            raise UsageError(
                f"{self.root}: no Python file is selected",
                hint="`pluribus files` says what was left out, and why",
            )
        subjects_of(self.case, codebase)
        codebase.focus(_focus(self.case), reads_all=check.reads_all)
        subjects = [subject_of(each, codebase) for each in self.case.concepts]
        codebase.save()
        verdict = judge_subjects(self.case, subjects, codebase, say=self.say)
        names = {rule.name for rule in self.asked}
        asked = [each for each in verdict.findings if each.rule in names]
        findings = identified(filtered(asked, check))
        return Reading(codebase, subjects, verdict.findings, findings)

    def atlas(self, codebase: Codebase) -> Atlas:
        def read(path: str) -> bytes | str:
            if path in self.refused:
                return self.refused[path]
            return self.state[path] if path in self.state else self.read(path)

        def peek(path: str) -> bytes | None:
            if path in self.state:
                return self.state[path]
            try:
                return (self.root / path).read_bytes()
            except OSError:
                return None

        def search(pattern: bytes) -> frozenset[str]:
            if pattern not in self.searched:
                paths = (each.path for each in codebase.files())
                self.searched[pattern] = frozenset(_holding(self.root, paths, pattern))
            changed = {path for path in self.state if re.search(pattern, self.state[path])}
            return (self.searched[pattern] - self.state.keys()) | changed

        return Atlas(codebase, read, peek, search)

    def is_accepted(self, rule: str, subject: Subject, path: str) -> bool:
        """Whether a filter or the contract keeps a rule's findings in a file from being mended."""
        prefix = self.case.prefix
        return not self._is_chosen(path) or accepted_by_contract(
            rule, subject.concept, path, self.case.contract, prefix
        )

    def may_edit(self, path: str) -> bool:
        """Whether strings of a file may be mended although no finding stands there."""
        return self._is_chosen(path) and not any(
            accepted_by_contract("legacy-string", each, path, self.case.contract, self.case.prefix)
            for each in self.case.concepts
        )

    def _is_chosen(self, path: str) -> bool:
        only = self.options.check.only
        return not only or any(row[0] for row in matches(only, [path]))


def _holding(root: Path, paths: Iterable[str], pattern: bytes) -> Iterator[str]:
    """The files in which a regular expression is found; those that cannot be read hold nothing."""
    for path in paths:
        try:
            if re.search(pattern, (root / path).read_bytes()):
                yield path
        except OSError:
            continue


def work_on(
    root: Path,
    case: Case,
    asked: Sequence[Rule],
    options: FixOptions,
    *,
    read: ReadEditable,
    say: Say,
) -> Work:
    """A code base as it is, to be judged by all rules that an edit may touch."""
    touched = {rule.name for rule in asked} | BY_RULE.keys()
    watched = tuple(rule for rule in ALL if rule.name in touched)
    case = msgspec.structs.replace(case, rules=watched)
    return Work(root, case, tuple(asked), options, read, say)


def mend(
    work: Work, reading: Reading, rules: set[str]
) -> tuple[list[ChangedFile], Reading, Decided]:
    """Mend the findings of some rules, as often as that brings something new."""
    start = dict(work.state)
    done: dict[str, list[Change]] = {}
    made = Decided()
    for _ in range(_MOST_ROUNDS):
        made, texts, reading = one_round(work, reading, rules)
        if not texts:
            break
        for change in made.changes:
            done.setdefault(change.path, []).append(change)
            if change.removes:
                work.removed.add(change.path)
        work.state |= texts
    files = [
        ChangedFile(
            path=path,
            before=before,
            after=None if path in work.removed else work.state[path],
            changes=tuple(done[path]),
        )
        for path in sorted(done)
        if (before := start.get(path) or _as_read(work, path)) != work.state[path]
    ]
    return files, reading, made


def _as_read(work: Work, path: str) -> bytes:
    content = work.read(path)
    assert isinstance(content, bytes), "it was read before it was edited"
    return content


def one_round(
    work: Work, reading: Reading, rules: set[str]
) -> tuple[Decided, dict[str, bytes], Reading]:
    """Decided edits, and leave out files of which they do not hold, until the rest does."""
    findings = [each for each in reading.findings if each.rule in rules]
    while True:
        work.say(f"planning {len(findings)} findings")
        atlas = work.atlas(reading.codebase)
        claims = claims_of(
            atlas,
            reading.subjects,
            findings,
            found=reading.found,
            is_accepted=work.is_accepted,
        )
        made = decide(
            atlas,
            claims,
            may_edit=work.may_edit,
            takes_unsafe=work.options.takes_unsafe,
            keeps_shims=work.options.keeps_shims,
        )
        texts, problems = _texts(atlas, made)
        if not problems and not texts:
            return made, {}, reading
        if not problems:
            work.say(f"checking {len(texts)} changed files")
            after = work.reading(texts)
            problems = _strayed(atlas, made, texts, after.codebase)
            problems = _added(texts, reading.found, after.found) | problems
            if not problems:
                return made, texts, after
        work.refused |= problems


def _texts(atlas: Atlas, made: Decided) -> tuple[dict[str, bytes], dict[str, str]]:
    """Each changed file, and what is wrong with some."""
    by_path: dict[str, list[Change]] = {}
    for change in made.changes:
        by_path.setdefault(change.path, []).append(change)
    texts, problems = {}, {}
    for path, changes in by_path.items():
        source = atlas.sources[path]
        try:
            text = edited(source.text, [edit for each in changes for edit in each.edits])
            content = source.encoded(text)
        except (OverlapError, UnicodeEncodeError) as error:
            problems[path] = f"the edits do not fit: {error}"
            continue
        builtins = {name for each in changes for name in each.builtins}
        problem = broken(source.content, content, builtins=builtins)
        if problem is not None:
            problems[path] = problem
        elif content != source.content:
            texts[path] = content
    return texts, problems


def _strayed(
    atlas: Atlas, made: Decided, texts: Mapping[str, bytes], after: Codebase
) -> dict[str, str]:
    scripts = {script.path: script for script in after.scripts(texts)}
    problems = {}
    for path in texts:
        others = {name for where, name in made.others if where == path}
        problem = strayed(atlas.scripts[path], scripts.get(path), others)
        if problem is not None:
            problems[path] = problem
    return problems


def _added(
    texts: Mapping[str, bytes], before: Sequence[Finding], after: Sequence[Finding]
) -> dict[str, str]:
    """Changed files in which there would be more findings of some rule than there were."""
    problems = {}
    was, now = _counted(before), _counted(after)
    for finding in after:
        key = _kind(finding)
        path = finding.location.path
        if path in texts and now[key] > was[key] and finding.rule in BY_RULE:
            problems[path] = (
                "the rest of what it takes from there cannot be moved, which would make one more"
                f" `{finding.rule}`"
            )
    return problems


def _counted(findings: Sequence[Finding]) -> Counter[tuple[str, str, str]]:
    return Counter(map(_kind, findings))


def _kind(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.concept, finding.location.path


def _focus(case: Case) -> Focus:
    """What has to be read to move what the contract says has moved."""
    references = {
        each for concept in case.concepts for pair in concept.moved.items() for each in pair
    }
    split = [each.partition(":") for each in sorted(references)]
    return Focus(
        modules=tuple(sorted({module for module, _, _ in split})),
        names=tuple(sorted({name.partition(".")[0] for _, _, name in split if name})),
    )
