"""What a machine would do about findings, in parts that can be taken one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from pluribus.app.judge import Case
from pluribus.app.mended import FixOptions
from pluribus.app.options import CheckOptions, ReadEditable, Say
from pluribus.app.rounds import one_round, work_on
from pluribus.findings import Finding, Fix, Replacement
from pluribus.remedy.applicability import BY_RULE
from pluribus.remedy.edit import Change, Edit
from pluribus.remedy.source import Source, read_source

MOST_FILES: Final = 20
"""Who would look through more of them in an editor? `pluribus fix` does those."""

_MOST_TOLD: Final = 3
_Kind = tuple[str, str, tuple[str, ...]]


def fixes(
    root: Path, case: Case, options: CheckOptions, shown: Sequence[Finding], *, say: Say
) -> tuple[Fix, ...]:
    """Work out what is safe, and mends findings that are shown.

    Only what can be done to the files as they are, not what would follow from that. The changes
    of a file are one fix, because each was proven together with the others there; and so are
    those of files that must change together.

    Raises:
        FactsError: the tree could not be read.
    """
    assert options.fixes_from is not None
    rules = tuple(rule for rule in case.rules if BY_RULE.get(rule.name) == "safe")
    if not rules:
        return ()
    read = options.fixes_from
    work = work_on(root, case, rules, FixOptions(check=options), read=read, say=say)
    reading = work.reading({})
    decided, texts, after = one_round(work, reading, {rule.name for rule in rules})
    changes: dict[str, list[Change]] = {}
    for change in decided.changes:
        if change.path in texts:
            changes.setdefault(change.path, []).append(change)
    names = _Names(reading.findings, after.findings, shown)
    groups = list(_together(changes, decided.tied))
    claims = [_claimed(changes, paths) for paths in groups]
    # What takes several fixes, such as a path that many import, is mended by none of them.
    takers = Counter(each for claimed in claims for each in claimed)
    made = []
    for paths, claimed in zip(groups, claims, strict=True):
        inside = [change for path in paths for change in changes[path]]
        gone = names.gone(each for each in claimed if takers[each] == 1)
        if gone and len(paths) <= MOST_FILES:
            replacements = _replacements(changes, paths, read)
            if replacements:
                made.append(Fix(what=_what(inside), findings=gone, replacements=replacements))
    return tuple(made)


class _Names:
    """Findings of the code base as it is and as it would be, by the ids that the report has."""

    def __init__(
        self, before: Sequence[Finding], after: Sequence[Finding], shown: Sequence[Finding]
    ) -> None:
        self._found = {each.id: each for each in before}
        self._left = Counter(map(_kind, before))
        self._left.subtract(map(_kind, after))
        self._shown = {(each.rule, each.order): each.id for each in shown}

    def gone(self, claimed: Iterable[str]) -> tuple[str, ...]:
        """Those that are shown, and are not there afterwards."""
        asked = [self._found[each] for each in claimed]
        counts = Counter(map(_kind, asked))
        ids = (
            self._shown.get((each.rule, each.order), "")
            for each in asked
            if self._left[_kind(each)] >= counts[_kind(each)]
        )
        return tuple(sorted(each for each in ids if each))


def _claimed(changes: Mapping[str, Sequence[Change]], paths: Sequence[str]) -> tuple[str, ...]:
    """The ids of what the changes of some files were made for, each once."""
    ids = (each for path in paths for change in changes[path] for each in change.findings)
    return tuple(dict.fromkeys(ids))


def _kind(finding: Finding) -> _Kind:
    return finding.rule, finding.concept, finding.key


def _together(paths: Collection[str], tied: Iterable[frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """Files in groups, of which none has to do with another."""
    group_of = {path: {path} for path in paths}
    for tie in tied:
        inside = sorted(tie & group_of.keys())
        joined = set().union(*(group_of[path] for path in inside))
        for path in joined:
            group_of[path] = joined
    told = set()
    for path in sorted(paths):
        if path not in told:
            told |= group_of[path]
            yield tuple(sorted(group_of[path]))


def _what(changes: Sequence[Change]) -> str:
    said = list(dict.fromkeys(each.what for each in changes))
    more = len(said) - _MOST_TOLD
    return "; ".join([*said[:_MOST_TOLD], *([f"{more} more"] if more > 0 else [])])


def _replacements(
    changes: Mapping[str, Sequence[Change]], paths: Sequence[str], read: ReadEditable
) -> tuple[Replacement, ...]:
    """The edits as an editor counts; none when a file cannot be told in its lines."""
    made: list[Replacement] = []
    for path in paths:
        content = read(path)
        source = read_source(content) if isinstance(content, bytes) else ""
        if not isinstance(source, Source) or _has_odd_lines(source.text):
            return ()
        edits = {edit for change in changes[path] for edit in change.edits}
        made += [_replacement(path, source.text, edit) for edit in sorted(edits)]
    return tuple(made)


def _has_odd_lines(text: bytes) -> bool:
    """Whether lines end as Python, but hardly any editor and no reader of SARIF, sees them end."""
    return b"\r" in text.replace(b"\r\n", b"")


def _replacement(path: str, text: bytes, edit: Edit) -> Replacement:
    line, column = _place(text, edit.start)
    end_line, end_column = _place(text, edit.end)
    return Replacement(path, line, column, end_line, end_column, edit.text.decode())


def _place(text: bytes, at: int) -> tuple[int, int]:
    """Line and column of a byte, as Python and SARIF count them."""
    before = text[:at].decode().removeprefix("\ufeff")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
