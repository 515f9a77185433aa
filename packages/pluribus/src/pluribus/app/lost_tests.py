"""Tests that are gone, skipped or emptied at a revision, and were none of it at another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from pluribus.app.suite import Suite, Test, Tests
from pluribus.findings.proof import Change, Kind

_VERBS: Mapping[Kind, str] = MappingProxyType(
    {
        "deleted-tests": "gone",
        "uncollected-tests": "not collected any more",
        "skipped-tests": "skipped",
        "emptied-tests": "emptied",
    }
)
_NAMED = 5
"""So many names are enough to know which tests they are."""


def lost_tests(
    before: Suite,
    after: Suite,
    tests_before: Collection[str],
    tests_after: Collection[str],
    *,
    accused: Collection[str],
) -> Iterator[Change]:
    """Compare the tests of files.

    A test that has gone to another file is not gone, nor one in whose place another stands in the
    same file; but each must run where it is now, if it did where it was.

    Args:
        before: The tests of the first revision.
        after: Those of the second revision.
        tests_before: Paths of the test files of the first that are compared, relative to what is
            looked at.
        tests_after: The same of the second.
        accused: Paths in which something was found that no longer is: where tests are gone
            there, they may be the reason.
    """
    then = {path: before.tests(path) for path in sorted(tests_before)}
    now = {path: after.tests(path) for path in sorted(tests_after)}
    arrived: dict[str, list[tuple[str, Test]]] = defaultdict(list)
    for path, tests in now.items():
        for name, test in tests.items():
            if name not in then.get(path, {}):
                arrived[name].append((path, test))
    for path, tests in then.items():
        there = now.get(path, {})
        moved: dict[str, tuple[str, Test]] = {}
        gone = []
        for name, test in tests.items():
            if name in there:
                moved[name] = path, there[name]
            elif arrived[name]:
                arrived[name].sort(key=lambda each: (each[1].idle != "", each[0]))
                moved[name] = arrived[name].pop(0 if not test.idle else -1)
            else:
                gone.append(name)
        others = [name for name in there if name not in tests and not there[name].idle]
        if len(gone) > len(others):
            yield _change("deleted-tests", path, gone, accused, others=len(others))
        yield from _worse(path, tests, moved, accused)


def _worse(
    path: str,
    tests: Tests,
    moved: Mapping[str, tuple[str, Test]],
    accused: Collection[str],
) -> Iterator[Change]:
    """Tests that are there and do not run, or say nothing."""
    found: dict[tuple[Kind, str], list[str]] = {}
    for name, (place, test) in moved.items():
        was = tests[name]
        if test.idle and not was.idle:
            kind: Kind = "skipped-tests" if test.idle == "skipped" else "uncollected-tests"
            found.setdefault((kind, place), []).append(name)
        if test.is_empty and not was.is_empty:
            found.setdefault(("emptied-tests", place), []).append(name)
    for (kind, place), names in sorted(found.items()):
        yield _change(kind, path, names, accused, place=place)


def _change(
    kind: Kind,
    path: str,
    names: list[str],
    accused: Collection[str],
    *,
    others: int = 0,
    place: str = "",
) -> Change:
    shown = ", ".join(names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    noun = "test" if len(names) == 1 else "tests"
    instead = f"; in their place {others} others" if others else ""
    there = f" (now in `{place}`)" if place not in ("", path) else ""
    return Change(
        kind=kind,
        place=path,
        text=f"{len(names)} {noun} {_VERBS[kind]}: {shown}{more}{instead}{there}",
        blocks=path in accused,
    )
