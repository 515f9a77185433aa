"""Which tests run at a revision, and did at another."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pluribus.app.lost_tests import lost_tests
from pluribus.app.suite import Suite, conftests
from pluribus.app.suite_changes import collection_changes
from pluribus.codebase import Revision
from pluribus.findings.proof import Change


def changes_of_tests(
    before: Revision,
    after: Revision,
    files: tuple[Mapping[str, bool], Mapping[str, bool]],
    *,
    accused: Collection[str],
) -> list[Change]:
    """List the tests that are lost, and what was changed of how tests are collected.

    Args:
        before: The first revision.
        after: The second.
        files: Of each the files that are judged, and whether each is a test.
        accused: Paths in which something was found that no longer is.
    """
    old, new = Suite(before), Suite(after)
    then, now = ([path for path, is_test in each.items() if is_test] for each in files)

    def differs(path: str) -> bool:
        return before.blob(path) != after.blob(path)

    # Where what decides about tests stands in another file, those that are the same are not.
    helpers = {path for path in (*then, *now) if not old.is_collected(path)}
    helpers |= {above for path in (*then, *now) for above in conftests(path)}
    every = any(map(differs, helpers)) or any(
        old.settings(path) != new.settings(path) for path in then
    )
    lost = list(
        lost_tests(
            old,
            new,
            [path for path in then if every or differs(path)],
            [path for path in now if every or differs(path)],
            accused=accused,
        )
    )
    is_less = any(each.kind == "uncollected-tests" for each in lost)
    files_of_both = {*then, *now}
    return [
        *lost,
        *collection_changes(old, new, (before, after), then, files_of_both, is_less=is_less),
    ]
