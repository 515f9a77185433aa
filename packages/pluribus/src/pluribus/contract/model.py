"""What a contract declares. `load_contract` makes these values and checks them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from pluribus.contract.conform import Conform, contradiction, unknown_event
from pluribus.contract.kinds import (
    Definition,
    Event,
    Folder,
    Glob,
    Identifier,
    ModulePath,
    Name,
    NamePattern,
    Reason,
    Reference,
    RuleName,
)
from pluribus.contract.table import Conflict, Table

TEST_GLOBS = (
    "tests/**",
    "**/tests/**",
    "test/**",
    "**/test_*.py",
    "**/*_test.py",
    "**/conftest.py",
)

Globs = Annotated[tuple[Glob, ...], Meta(min_length=1)]
RuleNames = Annotated[tuple[RuleName, ...], Meta(min_length=1)]


class CodebaseOptions(Table, frozen=True, kw_only=True):
    """Which files are judged, and where imports start."""

    roots: Annotated[tuple[Folder, ...], Meta(min_length=1)] | None = None
    """Folders from which modules are imported, relative to the contract; found when absent."""
    exclude: tuple[Glob, ...] = ()
    """Files to leave out, on top of what git ignores; globs as in .gitignore."""
    tests: tuple[Glob, ...] = TEST_GLOBS
    """Files that count as tests: judged too, but counted apart; globs as in .gitignore."""


class Rivals(Table, frozen=True, kw_only=True):
    """What nominates a class as a rival of the owner. Evidence decides."""

    names: tuple[NamePattern, ...] = ()
    """Patterns of class names, such as `*WebSocket*Manager*`."""
    shared_methods: Annotated[int, Meta(ge=1)] = 2
    """How many public methods a class must share with the owner; a count, at least 1."""


class Interface(Table, frozen=True, kw_only=True, omit_defaults=True):
    """What the owner must offer: exactly one of the two keys."""

    methods: Annotated[tuple[Identifier, ...], Meta(min_length=1)] = ()
    """The names of the methods."""
    protocol: Definition | None = None
    """A `Protocol` or base class that lists the methods, as `package.module:Name`."""

    def __post_init__(self) -> None:
        if bool(self.methods) == (self.protocol is not None):
            found = "both" if self.methods else "neither"
            raise Conflict(
                None, f"must have exactly one of `methods` and `protocol`, found {found}"
            )


class Context(Table, frozen=True, kw_only=True):
    """Whom an instance belongs to: what keeps one user's state from another."""

    parameter: Identifier
    """The parameter of the factories that carries the context."""
    key: Annotated[tuple[ModulePath, ...], Meta(min_length=1)]
    """The attributes of the context that together tell one owner of state from another."""


class Exemption(Table, frozen=True, kw_only=True):
    """Files in which some rules are silent for this concept."""

    files: Globs
    """The files; globs as in .gitignore."""
    rules: RuleNames
    """The rules, by name, or families of rules."""
    reason: Reason
    """Why; reports repeat it."""


class ConceptKeys(Table, frozen=True, kw_only=True):
    """One responsibility that the code base should implement once."""

    owner: Reference
    """The one implementation, as `package.module:Name`, or a whole module, `package.module`."""
    summary: str = ""
    """What the owner does, in a few words; reports repeat it."""
    import_paths: tuple[ModulePath, ...] = ()
    """Modules through which the owner may be imported; by default the owner's own."""
    legacy_paths: tuple[ModulePath, ...] = ()
    """Dotted paths that nothing should import any more."""
    rivals: Rivals = Rivals()
    """What nominates a class as a rival of the owner. Evidence decides."""
    interface: Interface | None = None
    """What the owner must offer: `methods` or `protocol`."""
    factories: tuple[Definition, ...] = ()
    """The functions that make the owner, as `package.module:name`."""
    context: Context | None = None
    """Whom an instance belongs to: what keeps one user's state from another."""
    events: tuple[Event, ...] = ()
    """The events that the owner delivers, in their order."""
    impact: Literal["critical", "high", "medium", "low", ""] = ""
    """How much it matters when this concept is fragmented."""
    risk: str = ""
    """What goes wrong then, in a few words; reports repeat it."""
    exempt: tuple[Exemption, ...] = ()
    """Files in which some rules are silent for this concept, each with a reason."""
    moved: dict[Reference, Reference] = {}
    """Old to new, where more than the module changed; fixes follow it."""
    conform: Conform | None = None
    """How the owner is driven by `pluribus conform`, and what is promised of it at run time."""

    def __post_init__(self) -> None:
        if self.conform is not None:
            keys = () if self.context is None else self.context.key
            problem = contradiction(self.conform, keys)
            if problem:
                raise Conflict("conform.sharing", problem)
            unknown = unknown_event(self.conform, self.events)
            if unknown:
                key, event = unknown
                raise Conflict(f"conform.{key}", f"names `{event}`, which events does not hold")
        for legacy in sorted(self.legacy_paths):
            if legacy in self.import_paths:
                raise Conflict(
                    "legacy-paths", f"must not hold `{legacy}`, which import-paths allows"
                )
            # What lies inside a legacy path is legacy: no import could be right.
            for allowed in self.allowed_paths:
                if f"{allowed}.".startswith(f"{legacy}."):
                    raise Conflict(
                        "legacy-paths",
                        f"must not hold `{legacy}`, because the owner is to be imported through"
                        f" `{allowed}`",
                    )

    @property
    def owner_module(self) -> str:
        """The owner's module, `package.module`."""
        return self.owner.partition(":")[0]

    @property
    def owner_qualname(self) -> str | None:
        """The owner inside its module, `Class.Inner`; None when the owner is a whole module."""
        return self.owner.partition(":")[2] or None

    @property
    def allowed_paths(self) -> tuple[str, ...]:
        """The modules through which the owner may be imported; never empty."""
        return self.import_paths or (self.owner_module,)


class Concept(ConceptKeys, frozen=True, kw_only=True):
    """A concept under its name."""

    name: str


class PhaseKeys(Table, frozen=True, kw_only=True):
    """A step of the work: rules whose findings are brought down together."""

    rules: RuleNames
    """The rules of this phase, by name, or families of rules."""
    target: Annotated[int, Meta(ge=0)] = 0
    """How many findings may be left when the phase is done; a count."""
    gate: bool = True
    """Whether the phase must be at its target before the next one counts as begun."""


class Phase(PhaseKeys, frozen=True, kw_only=True):
    """A phase under its name."""

    name: str


DEFAULT_PHASES = tuple(
    Phase(name=family, rules=(family,))
    for family in ("imports", "implementations", "interfaces", "isolation", "delivery")
)


class Document(Table, frozen=True, kw_only=True):
    """What a code base should have one of, and where that one is."""

    codebase: CodebaseOptions = CodebaseOptions()
    """Which files are judged, and where imports start."""
    concepts: dict[Name, ConceptKeys] = {}
    """The concepts, by name. Each may also stand in a file of its own, `contracts/NAME.toml`."""
    per_file_ignores: dict[Glob, RuleNames] = {}
    """Rules that are silent in some files, for every concept; a glob to names of rules."""
    phases: Annotated[dict[Name, PhaseKeys], Meta(min_length=1)] | None = None
    """The phases, by name, in the order of work; by default one a family of rules."""

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for name, phase in (self.phases or {}).items():
            for rule in phase.rules:
                if seen.setdefault(rule, name) != name:
                    raise Conflict(
                        "phases",
                        f"must hold `{rule}` once, found it in `{seen[rule]}` and in `{name}`",
                    )


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """All that is declared of a code base."""

    codebase: CodebaseOptions = CodebaseOptions()
    concepts: tuple[Concept, ...]
    """In the order of the file, then those of `contracts/` by name; at least one when loaded."""
    per_file_ignores: dict[str, tuple[str, ...]] = {}
    """A glob to the names of the rules that are silent in the files it matches."""
    phases: tuple[Phase, ...] = DEFAULT_PHASES
    """In the order of work."""
    path: Path | None = None
    """The file that was read; None for a contract that was made in memory."""
    directory: Path = Path()
    """What the globs and the roots are relative to."""
