"""Samples laid over a code base: which files that makes, and where each has its marks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from pluribus.contract import Concept, Interface
from pluribus.plants.ground import Ground
from pluribus.plants.sample import MARK, Edit, Sample

_OTHER = re.compile(r"\bPLANTED\.(\w+)")


@dataclass(frozen=True)
class Planting:
    """A sample of one rule, on the ground of one concept."""

    rule: str
    ground: Ground
    sample: Sample

    @property
    def concept(self) -> str:
        return self.ground.concept.name


@dataclass(frozen=True)
class Placed:
    """Where a planting came to stand."""

    planting: Planting
    files: frozenset[str]
    """Those that are new."""
    marks: frozenset[tuple[str, int]]
    """Path and line of each mark."""

    @property
    def paths(self) -> frozenset[str]:
        """The files that it made or changed."""
        return self.files | {edit.path for edit in self.planting.sample.edits}


@dataclass(frozen=True)
class Laid:
    """Plantings as an overlay."""

    overlay: Mapping[str, bytes]
    placed: tuple[Placed, ...]
    declared: Mapping[str, Concept]
    """The concepts with what plantings declare beside the contract, by name."""


def apart(plantings: Sequence[Planting]) -> list[list[Planting]]:
    """Group plantings so that none of a group spoils another."""
    groups: list[tuple[set[tuple[str, str]], set[str], list[Planting]]] = []
    for each in plantings:
        # Two samples of one rule may spoil each other in ways that only the rule knows.
        claims = {(each.concept, each.sample.alone), (each.concept, each.rule)}
        claims.discard((each.concept, ""))
        edited = {edit.path for edit in each.sample.edits}
        # A line that becomes another may be what other changes of its file rest on.
        claims |= {("", edit.path) for edit in each.sample.edits if edit.instead is not None}
        for taken, touched, group in groups:
            rests_on = any(("", path) in taken for path in edited)
            spoils = any(("", path) in claims for path in touched)
            if not (claims & taken or rests_on or spoils):
                taken.update(claims)
                touched.update(edited)
                group.append(each)
                break
        else:
            groups.append((set(claims), set(edited), [each]))
    return [group for *_, group in groups]


def lay(plantings: Sequence[Planting]) -> Laid:
    """Make files of plantings."""
    texts: dict[str, str] = {}
    edits: dict[str, list[tuple[Edit, str]]] = defaultdict(list)
    originals: dict[str, str] = {}
    new: list[frozenset[str]] = []
    declared: dict[str, Concept] = {}
    for number, planting in enumerate(plantings):
        ground, sample = planting.ground, planting.sample
        # Not after the rule: some rules read from a name such as `async` what a file is about.
        stem = f"pluribus_planted_{number}_"
        mark = f"{MARK} {number}"
        files = {f"{ground.folder}{stem}{local}.py": text for local, text in sample.texts.items()}
        for path, text in files.items():
            texts[path] = _named(ground, stem, text).replace(MARK, mark)
        new.append(frozenset(files))
        for edit in sample.edits:
            edits[edit.path].append((edit, mark))
            originals[edit.path] = ground.texts[edit.path]
        concept = declared.get(planting.concept, ground.concept)
        declared[planting.concept] = _declaring(concept, ground, stem, sample)
    for path, changes in edits.items():
        texts[path] = _edited(originals[path], changes)
    marks = _marks(texts)
    placed = tuple(
        Placed(planting, files, frozenset(marks.get(f"{MARK} {number}", ())))
        for number, (planting, files) in enumerate(zip(plantings, new, strict=True))
    )
    return Laid({path: text.encode() for path, text in texts.items()}, placed, declared)


def _named(ground: Ground, stem: str, text: str) -> str:
    start = f"{ground.package}." if ground.package else ""
    return _OTHER.sub(lambda found: f"{start}{stem}{found[1]}", text)


def _declaring(concept: Concept, ground: Ground, stem: str, sample: Sample) -> Concept:
    factories = tuple(_named(ground, stem, each) for each in sample.factories)
    interface = concept.interface
    if sample.methods and interface is not None:
        interface = Interface(methods=(*interface.methods, *sample.methods))
    return msgspec.structs.replace(
        concept,
        factories=(*concept.factories, *factories),
        events=(*concept.events, *sample.events),
        interface=interface,
    )


def _edited(text: str, changes: Sequence[tuple[Edit, str]]) -> str:
    lines = text.splitlines(keepends=True)
    before: dict[int, list[str]] = defaultdict(list)
    for edit, mark in changes:
        if edit.before:
            before[edit.line].append(edit.before.replace(MARK, mark))
        if edit.line > len(lines):
            continue
        line = lines[edit.line - 1]
        bare = line.rstrip("\r\n")
        new = bare if edit.instead is None else edit.instead.replace(MARK, mark)
        suffix = f"  {edit.suffix.replace(MARK, mark)}" if edit.suffix else ""
        lines[edit.line - 1] = new + suffix + line[len(bare) :]
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    parts: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        parts += before.get(number, [])
        parts.append(line)
    return "".join(parts)


def _marks(texts: Mapping[str, str]) -> dict[str, set[tuple[str, int]]]:
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    mark = re.compile(rf"{MARK} \d+")
    for path, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            # Two plantings may mark one line, one after the other.
            for each in mark.findall(line):
                found[each].add((path, number))
    return found
