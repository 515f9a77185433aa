"""A step before it has a number, and what all steps of a concept are drafted from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from pluribus.findings import Finding
from pluribus.findings.plan import PlannedMove, StepKind
from pluribus.planning.moves import Leaving, Move
from pluribus.rules import Subject

Owners = Callable[[str], tuple[str, ...]]
"""Whom a file belongs to."""


@dataclass(eq=False, kw_only=True)
class Draft:
    """A step that knows which others come before it."""

    kind: StepKind
    concept: str
    what: str
    phases: set[str] = field(default_factory=set)
    """Of its findings, or of those that wait for it."""
    files: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    removes: tuple[str, ...] = ()
    after: list[Draft] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def planned_moves(self) -> tuple[PlannedMove, ...]:
        return tuple(sorted({PlannedMove(each.taken, each.to) for each in self.moves}))

    def wait_for(self, steps: Iterable[Draft]) -> None:
        """Come after these."""
        self.after += [each for each in dict.fromkeys(steps) if each not in self.after]

    def take(self, findings: Iterable[Finding]) -> None:
        """Bring these down."""
        taken = [*findings]
        self.findings += taken
        self.phases |= {each.phase for each in taken}


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What is known of the code base besides a concept."""

    order: tuple[str, ...]
    """The names of the phases, in the order of work."""
    owners: Owners
    before_owner: Callable[[str], Collection[str]]
    """Modules that are imported before a module is there: it imports them, on its way."""

    def earliest(self, phases: Collection[str]) -> int:
        """The place of the first of some phases; after all others, that of none."""
        places = [self.order.index(each) for each in phases if each in self.order]
        return min(places, default=len(self.order))


@dataclass(kw_only=True)
class Matter:
    """A concept, what of it goes, and the findings that are no step's yet."""

    subject: Subject
    findings: tuple[Finding, ...]
    going: Leaving
    ground: Ground

    def __post_init__(self) -> None:
        self._left = {each.id: each for each in self.findings}
        self._in_file: dict[str, list[Finding]] = {}
        for each in self.findings:
            self._in_file.setdefault(each.location.path, []).append(each)
        self.file_of = {each.module: each.path for each in self.subject.codebase.files()}
        self.module_at = {path: module for module, path in self.file_of.items()}

    @property
    def name(self) -> str:
        return self.subject.concept.name

    @property
    def home(self) -> str:
        """The module through which the owner is to be imported."""
        return self.subject.concept.allowed_paths[0]

    @property
    def left(self) -> tuple[Finding, ...]:
        """Findings that are no step's yet."""
        return tuple(self._left.values())

    def in_file(self, path: str) -> Sequence[Finding]:
        """All findings in a file."""
        return self._in_file.get(path, ())

    def taken(
        self, wanted: Callable[[Finding], bool], among: Iterable[Finding] | None = None
    ) -> list[Finding]:
        """Those of them that a step takes: each is one step's, and one's only."""
        asked = self.findings if among is None else among
        found = [each for each in asked if each.id in self._left and wanted(each)]
        for each in found:
            del self._left[each.id]
        return found

    def goes(self, finding: Finding) -> bool:
        """Whether the file of a finding goes as a whole."""
        return self.going.goes(self.module_at.get(finding.location.path, ""))


def dotted(path: str) -> str:
    """`package.module:Name` as an import would spell it out."""
    return path.replace(":", ".")


def named(names: Sequence[str], most: int = 5) -> str:
    """Some names in a sentence."""
    shown = ", ".join(f"`{each}`" for each in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
