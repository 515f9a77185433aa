"""What was changed of how tests are collected, outside of the tests themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from pluribus.app.suite import Suite, conftests
from pluribus.app.suite_settings import DEFAULTS, Settings, options
from pluribus.codebase import Revision, Statement, statements_in
from pluribus.findings.proof import Change

_JUDGED: Final = (
    "python_files",
    "python_classes",
    "python_functions",
    "testpaths",
    "norecursedirs",
    "collect_imported_tests",
    "usefixtures",
    "asyncio_mode",
    "anyio_mode",
    "trio_mode",
)
"""Keys of which the tests themselves show what they do."""
_GOVERNING: Final = frozenset(
    "-k -m -p -c -o -h --ignore --ignore-glob --deselect --collect-only --co --collectonly --lf "
    "--last-failed --sw --stepwise --setup-only --setup-plan --fixtures --markers --version "
    "--help --config-file --override-ini --rootdir --noconftest --confcutdir".split()
)
"""Options by which less is run, or nothing."""
_COLLECTING: Final = frozenset(
    "pytest_collection pytest_collection_modifyitems pytest_ignore_collect pytest_collect_file "
    "pytest_collect_directory pytest_pycollect_makemodule pytest_pycollect_makeitem "
    "pytest_make_collect_report pytest_generate_tests pytest_runtestloop pytest_runtest_protocol "
    "pytest_pyfunc_call pytest_cmdline_main pytest_cmdline_parse pytest_cmdline_preparse "
    "pytest_load_initial_conftests pytest_runtest_makereport pytest_report_teststatus "
    "pytest_sessionfinish".split()
)
"""Hooks that decide what is run and what comes of it."""
_ADDING: Final = frozenset(
    "pytest_collect_file pytest_collect_directory pytest_pycollect_makemodule "
    "pytest_pycollect_makeitem pytest_generate_tests".split()
)
"""Hooks without which there may be fewer tests."""
_TELLING: Final = (
    "skip",
    "exit",
    "ignore",
    "deselect",
    "markexpr",
    "keyword",
    "config.args",
    "pluginmanager",
)
"""Words by which any other hook may decide the same."""
_RUNNERS: Final = ("pytest", "_pytest", "unittest")
_LEAVING: Final = ("os._exit", "os.abort", "pytest.skip", "pytest.exit", "sys.exit", "exit")
_LISTS: Final = ("collect_ignore", "collect_ignore_glob")


def collection_changes(
    before: Suite,
    after: Suite,
    revisions: tuple[Revision, Revision],
    tests: Collection[str],
    files: Collection[str],
    *,
    is_less: bool,
) -> Iterator[Change]:
    """List what governs which tests run and is not as it was.

    Args:
        before: The tests of the first revision.
        after: Those of the second.
        revisions: Both revisions.
        tests: The test files of the first revision.
        files: Those of both.
        is_less: Whether tests that ran are not collected any more.
    """
    reached: dict[tuple[str, str], list[str]] = {}
    for path in tests:
        places = before.settings(path).place, after.settings(path).place
        reached.setdefault(places, []).append(path)
    for paths in reached.values():
        old, new = before.settings(paths[0]), after.settings(paths[0])
        yield from _of_settings(old, new, paths, is_less=is_less)
    yield from _of_files(before, after, revisions, tests, files)


def _of_settings(
    old: Settings, new: Settings, tests: Collection[str], *, is_less: bool
) -> Iterator[Change]:
    place = new.place or old.place
    if new.problem and not old.problem:
        yield _change(place, f"cannot be read: {new.problem}", blocks=bool(tests))
    for key in DEFAULTS:
        was, now = old.of(key), new.of(key)
        if was == now:
            continue
        if key == "addopts":
            yield from _of_options(place, was, now, tests)
        else:
            yield _change(
                place,
                f"`{key}` was `{' '.join(was)}`, is `{' '.join(now)}`",
                blocks=is_less if key in _JUDGED else bool(tests),
            )


def _of_options(
    place: str, was: tuple[str, ...], now: tuple[str, ...], tests: Collection[str]
) -> Iterator[Change]:
    known = set(options(was))
    for name, value in options(now):
        if (name, value) in known or name not in _GOVERNING:
            continue
        blocks = bool(tests)
        if name == "--ignore":
            blocks = any(_is_in(each, value.removeprefix("./")) for each in tests)
        shown = f"{name}={value}" if name.startswith("--") and value else f"{name} {value}".strip()
        yield _change(place, f"`addopts` has `{shown}`", blocks=blocks)
    asked = _asked(now, tests)
    if asked and asked != _asked(was, tests):
        yield _change(
            place,
            f"`addopts` names `{' '.join(asked)}`",
            blocks=not all(any(_is_in(each, folder) for folder in asked) for each in tests),
        )


def _asked(words: tuple[str, ...], tests: Collection[str]) -> list[str]:
    """The files and folders that a command line names, as far as tests are in them."""
    return [
        value.removeprefix("./")
        for name, value in options(words)
        if name not in _GOVERNING
        and value
        and any(_is_in(each, value.partition("::")[0].removeprefix("./")) for each in tests)
    ]


def _of_files(
    before: Suite,
    after: Suite,
    revisions: tuple[Revision, Revision],
    tests: Collection[str],
    files: Collection[str],
) -> Iterator[Change]:
    """What `conftest.py` files say, and hooks in what else lies among the tests."""
    old, new = revisions
    paths = sorted({*files, *(each for path in files for each in conftests(path))})
    rows = {
        path: (_rows(old.source(path)), _rows(new.source(path)))
        for path in paths
        if old.blob(path) != new.blob(path)
    }
    known = {(name, text) for then, _ in rows.values() for name, text in _hooks(then).items()}
    kept = {name for _, now in rows.values() for name in _hooks(now)}
    for path, (then, now) in rows.items():
        is_plugin = path.rpartition("/")[2] != "conftest.py"
        reached = [each for each in tests if is_plugin or path in conftests(each)]
        hooks = _hooks(then)
        for name, text in _hooks(now).items():
            if (name, text) in known:
                continue
            verb = "is changed" if name in hooks else "is new"
            blocks = name in _COLLECTING or _tells_more(text, hooks.get(name, ""))
            if blocks or name not in hooks:
                yield _change(path, f"`{name}` {verb}", blocks=blocks and bool(reached))
        for name in hooks:
            if name in _ADDING and name not in kept:
                yield _change(path, f"`{name}` is gone", blocks=bool(reached))
        if is_plugin:
            continue
        for each in now:
            if _is_meddling(each) and (each.name, each.text) not in {
                (other.name, other.text) for other in then
            }:
                what = each.name or each.text
                yield _change(path, f"`{what}` is new", blocks=bool(reached))
        for key in _LISTS:
            more = [each for each in _said(now, key) if each not in _said(then, key)]
            if more:
                yield _change(path, f"`{key}` says more: {more[0]}", blocks=bool(reached))
        more = [
            each
            for each in _said(now, "pytest_plugins")
            if each not in _said(then, "pytest_plugins")
        ]
        if more:
            yield _change(path, f"`pytest_plugins` says something else: {more[0]}", blocks=False)
        for name in sorted(after.skipping_fixtures(path) - before.skipping_fixtures(path)):
            yield _change(path, f"`{name}` skips all tests that it reaches", blocks=bool(reached))


def _rows(source: bytes | None) -> list[Statement]:
    return (statements_in(source) if source is not None else None) or []


def _hooks(rows: Sequence[Statement]) -> Mapping[str, str]:
    return {
        each.name: each.text
        for each in rows
        if not each.scope
        and each.kind in ("function", "import", "value")
        and each.name.startswith("pytest_")
        and each.name != "pytest_plugins"
    }


def _is_meddling(row: Statement) -> bool:
    """Whether a statement of a `conftest.py` changes the runner itself, or leaves it."""
    if row.kind == "value" and "." in row.name:
        return row.name.partition(".")[0] in _RUNNERS
    if row.kind != "statement":
        return False
    patches = "setattr" in row.mentions and any(
        each.partition(".")[0] in _RUNNERS for each in row.mentions
    )
    return patches or any(each in _LEAVING for each in row.mentions)


def _said(rows: Sequence[Statement], key: str) -> list[str]:
    """What a list in a module holds that is bound, added to or called upon."""
    said = []
    for each in rows:
        is_called = (
            each.kind == "statement"
            and each.mentions[:1]
            and (each.mentions[0].partition(".")[0] == key)
        )
        if (each.kind == "value" and each.name == key) or is_called:
            said += [word[1:] for word in each.mentions if word.startswith('"')] or (
                [each.text] if each.mentions else []
            )
    return said


def _tells_more(text: str, before: str) -> bool:
    return any(text.count(each) > before.count(each) for each in _TELLING)


def _is_in(path: str, folder: str) -> bool:
    folder = folder.rstrip("/")
    return folder in ("", ".") or path == folder or path.startswith(f"{folder}/")


def _change(place: str, text: str, *, blocks: bool) -> Change:
    return Change(kind="collection", place=place, text=text, blocks=blocks)
