"""Find the concepts that nobody declared, and propose contracts for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from pluribus import __version__
from pluribus.codebase import Codebase
from pluribus.contract import (
    CONCEPTS_FOLDER,
    CONTRACT_FILES,
    TEST_GLOBS,
    CodebaseOptions,
    find_contract,
    load_contract,
    toml_string,
)
from pluribus.discovery import (
    KINDS,
    Fragment,
    Group,
    History,
    Landscape,
    Text,
    authored,
    concept_of,
    contract_of,
    merged,
    ranked,
)
from pluribus.discovery.exclusions import is_backup, is_beside
from pluribus.errors import ContractError, UsageError
from pluribus.findings.discovery import Discovery, Surveyed

Say = Callable[[str], None]

_TEST_FOLDERS = ("**/test_*/**", "**/*_tests/**", "**/*_test/**", "**/testutils/**")
"""Where no contract says which files are tests, folders of their helpers count too."""


class DiscoverOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for."""

    limit: int | None = None
    """How many concepts to tell of; None for all."""
    exclude: tuple[str, ...] = ()
    """Globs of files to leave out."""
    cache: Path | None = None
    """Where facts are kept between runs; None to keep nothing."""


def discover(
    root: Path,
    options: DiscoverOptions,
    *,
    history: History,
    text: Text,
    progress: Say | None = None,
    warn: Say | None = None,
) -> Discovery:
    """Find what has several owners in the tree at `root`, the surest and most used first.

    Args:
        root: The folder of the code base.
        options: What is asked for.
        history: Knows when files were changed last.
        text: Knows the text of files.
        progress: Is told what is being done.
        warn: Is told what went wrong without harm.

    Raises:
        UsageError: no Python file is selected.
        FactsError: the tree could not be read.
    """
    say, warn = progress or _say_nothing, warn or _say_nothing
    codebase, tests = _selected(root, options)
    say("reading")
    codebase.survey()
    if options.cache is not None and (problem := codebase.save()):
        warn(f"what was read could not be kept in `{options.cache}`: {problem}")
    say("looking for several owners")
    landscape = Landscape(codebase)
    fragments = ranked(landscape, authored(_fragments(landscape, say), text))
    say("weighing")
    shown = fragments[: options.limit]
    # One question for all: to walk through a long history takes a while.
    changed = history(sorted({thing.location.path for each in shown for thing in each.things}))
    return Discovery(
        tool_version=__version__,
        concepts=tuple(concept_of(landscape, each, changed=changed, text=text) for each in shown),
        found=len(fragments),
        surveyed=_surveyed(codebase, tests),
    )


def _fragments(landscape: Landscape, say: Say) -> list[Fragment]:
    groups: list[Group] = []
    for kind in KINDS:
        say(f"looking for {kind.__name__.replace('_', ' ')}")
        groups += kind(landscape)
    return merged(groups)


def proposals(discovery: Discovery, folder: Path, *, has_contract: bool) -> Mapping[Path, str]:
    """The text of each contract to write below `folder`: one a concept whose owner is decided.

    With them comes a `pluribus.toml`, unless there is a contract already.
    """
    files = {}
    for concept in discovery.concepts:
        text = contract_of(concept)
        if text is not None:
            files[folder / CONCEPTS_FOLDER / f"{concept.name}.toml"] = text
    if files and not has_contract:
        globs = discovery.surveyed.test_globs
        tests = ", ".join(map(toml_string, globs))
        files[folder / CONTRACT_FILES[0]] = (
            "# Each concept stands in a file of its own, in contracts/.\n"
            + (f"\n[codebase]\ntests = [{tests}]\n" if globs else "")
        )
    return files


def _selected(root: Path, options: DiscoverOptions) -> tuple[Codebase, tuple[str, ...]]:
    """Select files as the contract's `[codebase]` says, if there is a contract; and the globs of
    tests."""
    declared, folder = CodebaseOptions(tests=(*TEST_GLOBS, *_TEST_FOLDERS)), root
    try:
        contract = load_contract(find_contract(root))
    except ContractError:
        pass  # None is needed, and what is wrong with one is for `check` to say.
    else:
        declared, folder = contract.codebase, contract.directory
    codebase = Codebase(
        root,
        declared_in=folder,
        roots=declared.roots or (),
        exclude=(*declared.exclude, *options.exclude),
        tests=declared.tests,
        cache=options.cache,
    )
    if not codebase.ledger().seen:
        raise UsageError(
            f"{root}: no Python file is selected",
            hint="PATH is the root of a code base; what git ignores is left out",
        )
    return codebase, declared.tests


def _surveyed(codebase: Codebase, tests: Sequence[str]) -> Surveyed:
    ledger = codebase.ledger()
    files = codebase.files()
    others = [each for each in files if not each.is_test]
    backups = [each for each in others if is_backup(each.path)]
    beside = [each for each in others if is_beside(each.path) and not is_backup(each.path)]
    return Surveyed(
        production=len(others) - len(backups) - len(beside),
        tests=len(files) - len(others),
        backups=len(backups),
        beside=len(beside),
        test_globs=tuple(
            glob for glob, matched in zip(tests, ledger.tests_by, strict=True) if matched
        ),
        not_whole=sum(each.status in ("recovered", "not-parsed") for each in others),
    )


def _say_nothing(_: str) -> None:
    """For those who do not want to be told."""
