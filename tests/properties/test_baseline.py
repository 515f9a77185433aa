"""The arithmetic of baselines, and that one which was just made accepts all that is found."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pluribus.app.baseline import create
from pluribus.app.check import check
from pluribus.app.options import CheckOptions
from pluribus.baseline import (
    Entry,
    Identity,
    Terms,
    as_bytes,
    changes_between,
    identity_of,
    merge,
    parse,
    revise,
    settle,
)
from pluribus.findings import Confidence, Finding, Location, Report, Severity
from tests.properties.concept import CONCEPT, CONTRACT
from tests.properties.profiles import examples
from tests.properties.resolved import write
from tests.properties.test_determinism import projects

DAY = date(2026, 11, 26)
Entries = Mapping[Identity, Entry]

texts = st.text(st.sampled_from('ab é配"\\\n\u2028'), min_size=1, max_size=3).map(
    lambda text: f"x{text}"
)
identities = st.tuples(
    st.sampled_from(["rival", "facade"]),
    st.just("one"),
    st.sampled_from(["a.py", "b/配.py"]),
    st.sampled_from([(), ("X",), ("X", "é")]),
)
days = st.none() | st.dates(date(2026, 11, 24), date(2026, 11, 28))


@st.composite
def entries_of(draw: st.DrawFn) -> Entry:
    rule, concept, path, key = draw(identities)
    return Entry(
        rule=rule,
        concept=concept,
        path=path,
        key=key,
        count=draw(st.integers(1, 3)),
        reason=draw(texts),
        owner=draw(st.sampled_from(["", "me"])),
        expires=draw(days),
        phase=draw(st.sampled_from(["", "imports"])),
        severity=draw(st.sampled_from([None, Severity.WARNING, Severity.NOTE])),
    )


baselines = st.lists(entries_of(), max_size=8, unique_by=lambda each: each.identity).map(
    lambda entries: {each.identity: each for each in sorted(entries, key=lambda e: e.identity)}
)


@st.composite
def findings_of(draw: st.DrawFn) -> Finding:
    rule, concept, path, key = draw(identities)
    return Finding(
        rule=rule,
        concept=concept,
        severity=draw(st.sampled_from(Severity)),
        confidence=Confidence.CERTAIN,
        message="",
        hint="",
        location=Location(path, draw(st.integers(1, 9))),
        key=key,
    )


found = st.lists(findings_of(), max_size=12)


def everything(_: Entry) -> bool:
    return True


def counted(findings: tuple[Finding, ...] | list[Finding]) -> Counter[Identity]:
    return Counter(identity_of(each, "") for each in findings)


def borne(findings: list[Finding], entries: Entries) -> Counter[Identity]:
    """Those that are no worse than what was accepted of their kind."""
    return Counter(
        identity
        for each in findings
        if (identity := identity_of(each, "")) in entries
        and entries[identity].accepts(each.severity)
    )


def total(entries: Entries) -> Counter[Identity]:
    return Counter({identity: each.count for identity, each in entries.items()})


@given(findings=found, entries=baselines)
@examples(200)
def test_accepted_and_new_are_what_was_found_and_stale_is_what_was_not(
    findings: list[Finding], entries: Entries
) -> None:
    settled = settle(findings, entries, prefix="", today=None, is_in_scope=everything)

    assert counted(settled.accepted) + counted(settled.new) == counted(findings)
    assert counted(settled.accepted) == borne(findings, entries) & total(entries)
    stale = Counter({each.identity: excess for each, excess in settled.stale})
    assert stale == total(entries) - counted(findings)


@given(findings=found, entries=baselines)
@examples(200)
def test_an_entry_that_has_expired_accepts_nothing(
    findings: list[Finding], entries: Entries
) -> None:
    settled = settle(findings, entries, prefix="", today=DAY, is_in_scope=everything)

    alive = {key: each for key, each in entries.items() if not each.has_expired(DAY)}
    assert counted(settled.accepted) == borne(findings, alive) & total(alive)
    assert {each.identity for each in settled.expired} == (set(entries) - set(alive)) & set(
        counted(findings)
    )


@given(findings=found, entries=baselines)
@examples(200)
def test_what_is_revised_for_a_reason_leaves_nothing_new_and_nothing_stale(
    findings: list[Finding], entries: Entries
) -> None:
    terms = Terms(reason="why", expires=None)
    revised = revise(
        findings, entries, prefix="", terms=terms, today=DAY, is_in_scope=everything
    ).entries

    settled = settle(findings, revised, prefix="", today=DAY, is_in_scope=everything)
    assert (settled.new, settled.stale) == ((), ())
    lowered = revise(
        findings, entries, prefix="", terms=None, today=DAY, is_in_scope=everything
    ).entries
    assert total(lowered) == total(entries) & counted(findings)
    changes = changes_between(entries, lowered)
    assert (changes.growth, changes.worsened) == (0, ())


@given(before=baselines, now=baselines)
@examples(100)
def test_growth_and_shrinkage_lead_from_one_baseline_to_the_other(
    before: Entries, now: Entries
) -> None:
    changes = changes_between(before, now)

    grown = Counter({each.identity: count for each, count in changes.grown})
    shrunk = Counter({each.identity: count for each, count in changes.shrunk})
    assert total(before) + grown - shrunk == total(now)
    assert not set(grown) & set(shrunk)


@given(base=baselines, ours=baselines, theirs=baselines)
@examples(300)
def test_a_merge_has_no_sides_and_keeps_what_both_keep(
    base: Entries, ours: Entries, theirs: Entries
) -> None:
    merged, mirrored = merge(base, ours, theirs), merge(base, theirs, ours)

    assert merged.entries == mirrored.entries
    assert merged.conflicts == tuple((their, our) for our, their in mirrored.conflicts)
    counts = Counter(
        {each.identity: each.count for each in merged.entries}
        | {our.identity: our.count for our, _ in merged.conflicts}
    )
    assert counts & (total(ours) & total(theirs)) == total(ours) & total(theirs)
    assert counts & (total(ours) | total(theirs)) == counts


@given(base=baselines, ours=baselines)
@examples(100)
def test_a_side_that_changed_nothing_takes_what_the_other_made(
    base: Entries, ours: Entries
) -> None:
    assert merge(base, ours, base).entries == tuple(ours.values())
    assert merge(base, ours, ours).entries == tuple(ours.values())


@given(entries=baselines, seed=st.integers(0, 99))
@examples(100)
def test_a_baseline_is_read_as_it_was_written_whatever_the_order_of_its_lines(
    entries: Entries, seed: int
) -> None:
    header, *lines = as_bytes(entries.values()).splitlines(keepends=True)
    random.Random(seed).shuffle(lines)  # only the order matters

    assert parse(b"".join([header, *lines]), name="x").entries == entries


def accepted(files: Mapping[str, str], change: Callable[[Path], None]) -> Report:
    """Create a baseline for these files, change them, and check."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, files)
        draft = create(
            root, CheckOptions(), Terms(reason="why"), say=lambda _: None, warn=lambda _: None
        )
        draft.path.parent.mkdir()
        draft.path.write_bytes(draft.content)
        change(root)
        return check(root, CheckOptions(today=DAY))


STATEMENTS = (
    "from app.old import Manager\n",
    "from app.old import Manager\n",
    "from app.manager import Manager as Other\n",
    "import app.old\n",
    "def make():\n    from app.old import Manager\n    return Manager()\n",
    "class Rival:\n    def send(self): ...\n    def close(self): ...\n",
    "LIMIT = 1\n",
)
FILES = {
    "pluribus.toml": '[concepts.one]\nowner = "app.manager:Manager"\nlegacy-paths = ["app.old"]\n'
    'rivals = { names = ["*Rival*"] }\n',
    "app/__init__.py": "",
    "app/manager.py": "class Manager:\n    def send(self): ...\n    def close(self): ...\n",
    "app/old.py": "from app.manager import Manager\n",
}


@given(order=st.permutations(STATEMENTS), again=st.permutations(STATEMENTS))
@examples(15)
def test_the_order_of_the_lines_of_the_source_is_no_matter(
    order: list[str], again: list[str]
) -> None:
    def change(root: Path) -> None:
        (root / "app" / "chat.py").write_text("\n".join(again))

    report = accepted({**FILES, "app/chat.py": "".join(order)}, change)

    assert report.baseline is not None
    assert report.baseline.accepted > 3
    assert [each.message for each in report.findings] == []


@given(files=projects(), data=st.data())
@examples(15)
def test_what_was_just_accepted_is_green_wherever_the_lines_move(
    files: Mapping[str, str], data: st.DataObject
) -> None:
    above = st.sampled_from(["", "# a comment\n", "\n\n\n"])
    moved = {path: data.draw(above) + text for path, text in files.items() if path.endswith(".py")}

    report = accepted(files, lambda root: write(root, moved))

    # What is wrong with a comment is accepted by nothing.
    assert {each.rule for each in report.findings} <= {"unused-suppression"}
    assert report.baseline is not None
    assert report.baseline.stale == 0


def test_what_was_just_accepted_is_something() -> None:
    report = accepted({**CONCEPT, "pluribus.toml": CONTRACT}, lambda _: None)

    assert report.baseline is not None
    assert report.baseline.accepted > 3
