"""From findings to edits: what is done, what is left, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pluribus.codebase import Script, String
from pluribus.findings import Finding
from pluribus.remedy.atlas import Atlas
from pluribus.remedy.decision import AliasDecision, Claim, Decision, StringDecision
from pluribus.remedy.edit import Change, Edit, Left
from pluribus.remedy.facades import UNSEEN, without_facade, without_reexport
from pluribus.remedy.importing import decide_import
from pluribus.remedy.linking import MayEdit, link
from pluribus.remedy.naming import decide_string
from pluribus.remedy.statements import Taken, TangledError, rewritten
from pluribus.rules import Subject


@dataclass(frozen=True)
class Claims:
    """The places that findings ask to be mended."""

    aliases: Mapping[tuple[str, int], tuple[Claim, ...]]
    """By path, and index of the alias in its script: one for each concept that asks for it."""
    strings: Sequence[tuple[String, Claim]]
    whole: Sequence[tuple[Finding, Subject]] = ()
    """Of `fragmented-path` and `facade`: what only hands on."""
    facades: frozenset[str] = frozenset()
    """Legacy modules that hold nothing else."""


@dataclass
class Decided:
    """What can be done, in the order of the files."""

    changes: list[Change] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    others: set[tuple[str, str]] = field(default_factory=set)
    """Path and bound name of what is another object from now on, as the contract declares."""
    tied: list[frozenset[str]] = field(default_factory=list)
    """Files whose changes belong together: patches, and the code that they meet."""

    def leave(self, claim: Claim, path: str, line: int, *, reason: str) -> None:
        """Leave something to a person."""
        self.left += [Left(each, path, line, "person", reason) for each in claim.findings]


def decide(
    atlas: Atlas,
    claims: Claims,
    *,
    may_edit: MayEdit,
    takes_unsafe: bool,
    keeps_shims: bool = False,
) -> Decided:
    """Decide about every place that is claimed, and write down the edits.

    What only hands on goes when nothing else is to be done: in the next round, that is.
    """
    made = Decided()
    imports = _imports(atlas, claims, made)
    strings = _strings(atlas, claims, made)
    tied = link(atlas, imports, strings, may_edit=may_edit, takes_unsafe=takes_unsafe)
    made.tied = [frozenset(each.path for each in tie) for tie in tied]
    taken = ("safe", "unsafe") if takes_unsafe else ("safe",)
    for each in (*imports, *strings):
        if each.applicability not in taken:
            made.left += _left(each)
    for path in sorted({each.path for each in imports}):
        here = [each for each in imports if each.path == path and each.applicability in taken]
        _write_imports(atlas, here, made)
    for string in strings:
        if string.applicability in taken:
            what = f"a string names {string.edits[0].text.decode()}"
            made.changes.append(_change(string, string.edits, what))
    _whole(atlas, claims, made, takes_unsafe=takes_unsafe, keeps_shims=keeps_shims)
    made.changes.sort(key=lambda each: (each.path, each.line, each.edits))
    made.left.sort()
    return made


def _whole(
    atlas: Atlas, claims: Claims, made: Decided, *, takes_unsafe: bool, keeps_shims: bool
) -> None:
    is_first = not made.changes
    for finding, subject in claims.whole:
        place = finding.location
        if finding.rule == "facade":
            found = without_facade(atlas, subject, finding, keeps_shims=keeps_shims)
        else:
            found = without_reexport(atlas, finding, claims.facades)
        if isinstance(found, str):
            made.left.append(Left(finding.id, place.path, place.line, "person", found))
        elif not takes_unsafe:
            made.left.append(Left(finding.id, place.path, place.line, "unsafe", UNSEEN))
        elif is_first:
            made.changes.append(found)


def _imports(atlas: Atlas, claims: Claims, made: Decided) -> list[AliasDecision]:
    decided = []
    for (path, index), asked in sorted(claims.aliases.items(), key=lambda each: each[0]):
        script = atlas.scripts.get(path)
        line = script.aliases[index].found.statement.line if script else 1
        if script is None or path not in atlas.sources:
            made.leave(asked[0], path, line, reason=atlas.obstacles.get(path, "it was not read"))
            continue
        # What one concept knows no way for may be all that another asks.
        answers = [decide_import(atlas, claim, script, index) for claim in asked]
        ways = [each for each in answers if not isinstance(each, str)]
        ways.sort(key=lambda each: each.applicability)
        if ways:
            decided.append(ways[0])
        else:
            made.leave(asked[0], path, line, reason=str(answers[0]))
    return decided


def _strings(atlas: Atlas, claims: Claims, made: Decided) -> list[StringDecision]:
    decided = []
    for string, claim in claims.strings:
        place = string.site.place
        if place.path not in atlas.sources:
            reason = atlas.obstacles.get(place.path, "it was not read")
            made.leave(claim, place.path, place.line, reason=reason)
            continue
        found = decide_string(atlas, claim, string)
        if isinstance(found, str):
            made.leave(claim, place.path, place.line, reason=found)
        else:
            decided.append(found)
    return decided


def _left(decision: Decision) -> Iterable[Left]:
    for each in decision.claim.findings:
        yield Left(each, decision.path, decision.line, decision.applicability, decision.reason)


def _change(decision: Decision, edits: Iterable[Edit], what: str) -> Change:
    return Change(
        path=decision.path,
        line=decision.line,
        edits=tuple(edits),
        what=what,
        findings=decision.claim.findings,
    )


def _write_imports(atlas: Atlas, decisions: Sequence[AliasDecision], made: Decided) -> None:
    """Write down what is done in one file, a statement at a time."""
    if not decisions:
        return
    script, source = decisions[0].script, atlas.sources[decisions[0].path]
    statements: dict[int, list[AliasDecision]] = {}
    for each in decisions:
        statements.setdefault(each.alias.found.statement.start, []).append(each)
    dropped = _doubles(script, decisions)
    for start, group in sorted(statements.items()):
        inside = [
            index
            for index, each in enumerate(script.aliases)
            if each.found.statement.start == start
        ]
        aliases = [script.aliases[index] for index in inside]
        taken: dict[int, Taken] = {
            inside.index(each.index): each.taken
            for each in group
            if each.taken is not None and each.index not in dropped
        }
        gone = frozenset(inside.index(each.index) for each in group if each.index in dropped)
        edits = [edit for each in group for edit in each.edits]
        try:
            if taken or gone:
                try:
                    edits += rewritten(source, script, aliases, taken, gone)
                except TangledError:
                    # What is there already may stand there twice.
                    taken |= {
                        inside.index(each.index): each.taken
                        for each in group
                        if each.taken is not None
                    }
                    edits += rewritten(source, script, aliases, taken, frozenset())
        except TangledError as error:
            for each in group:
                made.leave(each.claim, script.path, each.line, reason=str(error))
            continue
        made.others |= {(script.path, each.alias.found.bound) for each in group if each.is_other}
        made.others |= {
            (script.path, each.taken.bound) for each in group if each.is_other and each.taken
        }
        findings = tuple(dict.fromkeys(id_ for each in group for id_ in each.claim.findings))
        goals = dict.fromkeys(each.taken.module for each in group if each.taken)
        what = "imports " + ("from " + ", ".join(goals) if goals else "another module")
        made.changes.append(
            Change(
                path=script.path,
                line=group[0].line,
                edits=tuple(edits),
                what=what,
                findings=findings,
            )
        )


def _doubles(script: Script, decisions: Sequence[AliasDecision]) -> frozenset[int]:
    """Names that the same block has taken from the same place already, further up."""
    if any(alias.found.name == "*" for alias in script.aliases):
        return frozenset()  # it may bring another one in between
    taken = {each.index: each.taken for each in decisions}
    held: dict[tuple[int, int, str], list[tuple[int, tuple[str, str]]]] = {}
    for index, alias in enumerate(script.aliases):
        now = taken.get(index)
        found = alias.found
        bound = now.bound if now else found.bound
        goal = (now.module, now.name) if now else (found.canonical, found.name)
        held.setdefault((alias.scope, alias.branch, bound), []).append((index, goal))
    gone = set()
    for (scope, _, bound), all_ in held.items():
        goals = {goal for _, goal in all_}
        is_alone = script.bound_in.get((scope, bound), 0) == len(all_)
        if len(all_) > 1 and len(goals) == 1 and all(name for _, name in goals) and is_alone:
            gone |= {index for index, _ in all_[1:] if taken.get(index) is not None}
    return frozenset(gone)
