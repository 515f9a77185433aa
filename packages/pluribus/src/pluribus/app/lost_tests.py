"""Tests that are gone, skipped or emptied at a revision, and were none of it at another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

import msgspec

from pluribus.codebase import Listed, Revision, definitions_in
from pluribus.findings.proof import Change

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
        replaced = len([name for name in there.skipped if name not in tests.skipped])
        if len(gone) > replaced:
            yield _change("deleted-tests", path, gone[replaced:] if path in new else gone, accused)
        for kind, of_then, of_now in (
            ("skipped-tests", tests.skipped, there.skipped),
            ("emptied-tests", tests.empty, there.empty),
        ):
            names = [name for name in of_then if of_now.get(name) and not of_then[name]]
            if names:
                yield _change(kind, path, names, accused)


def tests_in(source: bytes | None) -> Tests:
    """The tests that a source defines, by the rules of pytest and unittest."""
    listed = definitions_in(source) if source is not None else None
    if listed is None:
        return _NONE
    skipping = {each.qualname for each in listed if _skips(each)}
    found = [each for each in listed if _is_test(each.qualname) and each.is_function]
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


def _is_test(qualname: str) -> bool:
    *classes, name = qualname.split(".")
    return name.startswith("test") and len(classes) <= 1


def _around(qualname: str) -> list[str]:
    """A function, the class that it is in, and the module."""
    parts = qualname.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) + 1)]


def _skips(listed: Listed) -> bool:
    said = (*listed.decorators, *listed.calls)
    return any(each.removesuffix("()").rpartition(".")[2] in _SKIPS for each in said)


def _change(kind: str, path: str, names: list[str], accused: Collection[str]) -> Change:
    shown = ", ".join(names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    verb = {"deleted-tests": "gone", "skipped-tests": "skipped", "emptied-tests": "emptied"}[kind]
    noun = "test" if len(names) == 1 else "tests"
    return msgspec.convert(
        {
            "kind": kind,
            "place": path,
            "text": f"{len(names)} {noun} {verb}: {shown}{more}",
            "blocks": path in accused,
        },
        Change,
    )
