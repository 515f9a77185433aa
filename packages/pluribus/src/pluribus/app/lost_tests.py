"""Tests that are gone, skipped or emptied at a revision, and were none of it at another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

import msgspec

from pluribus.codebase import Listed, Revision, definitions_in
from pluribus.findings.proof import Change, Kind

_SKIPS = (
    "skip",
    "skipif",
    "xfail",
    "skipIf",
    "skipUnless",
    "expectedFailure",
    "SkipTest",
    "skipTest",
)
_VERBS: Mapping[Kind, str] = MappingProxyType(
    {"deleted-tests": "gone", "skipped-tests": "skipped", "emptied-tests": "emptied"}
)
_NAMED = 5
"""So many names are enough to know which tests they are."""


class Tests(msgspec.Struct, frozen=True, kw_only=True):
    """The tests of one file, by qualified name."""

    skipped: Mapping[str, bool]
    empty: Mapping[str, bool]


def lost_tests(
    before: Revision,
    after: Revision,
    tests_before: Collection[str],
    tests_after: Collection[str],
    *,
    accused: Collection[str],
) -> Iterator[Change]:
    """Compare the test files that are not the same at both revisions.

    A test that has gone to another file is not gone, nor one in whose place another stands in the
    same file.

    Args:
        before: The first revision.
        after: The second revision.
        tests_before: Paths of its test files, relative to what is looked at.
        tests_after: The same of the second revision.
        accused: Paths in which something was found that no longer is: where tests are gone
            there, they may be the reason.
    """
    old = {path for path in tests_before if before.blob(path) != after.blob(path)}
    new = {path for path in tests_after if before.blob(path) != after.blob(path)}
    then = {path: tests_in(before.source(path)) for path in sorted(old)}
    now = {path: tests_in(after.source(path)) for path in sorted(new)}
    arrived = Counter(
        name
        for path, tests in now.items()
        for name in tests.skipped
        if name not in _of(then, path)
    )
    for path, tests in then.items():
        there = now.get(path, _NONE)
        gone = []
        for name in tests.skipped:
            if name in there.skipped:
                continue
            if arrived[name] and name not in _of(now, path):
                arrived[name] -= 1  # it has moved
            else:
                gone.append(name)
        others = [name for name in there.skipped if name not in tests.skipped]
        if len(gone) > len(others):
            yield _change("deleted-tests", path, gone, accused, others=len(others))
        pairs: tuple[tuple[Kind, Mapping[str, bool], Mapping[str, bool]], ...] = (
            ("skipped-tests", tests.skipped, there.skipped),
            ("emptied-tests", tests.empty, there.empty),
        )
        for kind, of_then, of_now in pairs:
            names = [name for name in of_then if of_now.get(name) and not of_then[name]]
            if names:
                yield _change(kind, path, names, accused)


def tests_in(source: bytes | None) -> Tests:
    """The tests that a source defines, by the rules of pytest and unittest."""
    listed = definitions_in(source) if source is not None else None
    if listed is None:
        return _NONE
    skipping = {each.qualname for each in listed if _skips(each)}
    functions = {each.qualname for each in listed if each.is_function}
    found = [each for each in listed if _is_test(each.qualname, functions)]
    return Tests(
        skipped={
            each.qualname: any(part in skipping for part in _around(each.qualname))
            for each in found
        },
        empty={each.qualname: each.is_stub for each in found},
    )


_NONE = Tests(skipped={}, empty={})


def _of(tests: Mapping[str, Tests], path: str) -> Mapping[str, bool]:
    return tests.get(path, _NONE).skipped


def _is_test(qualname: str, functions: Collection[str]) -> bool:
    """Whether a name is that of a function that pytest collects: it stands in no other."""
    *around, _ = _around(qualname)
    name = qualname.rpartition(".")[2]
    is_inside = any(part in functions for part in around)
    return qualname in functions and name.startswith("test") and not is_inside


def _around(qualname: str) -> list[str]:
    """A function, the class that it is in, and the module."""
    parts = qualname.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) + 1)]


def _skips(listed: Listed) -> bool:
    said = (*listed.decorators, *listed.calls)
    return any(each.removesuffix("()").rpartition(".")[2] in _SKIPS for each in said)


def _change(
    kind: Kind, path: str, names: list[str], accused: Collection[str], *, others: int = 0
) -> Change:
    shown = ", ".join(names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    noun = "test" if len(names) == 1 else "tests"
    instead = f"; in their place {others} others" if others else ""
    return Change(
        kind=kind,
        place=path,
        text=f"{len(names)} {noun} {_VERBS[kind]}: {shown}{more}{instead}",
        blocks=path in accused,
    )
