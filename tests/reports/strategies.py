"""Any report at all, with hostile strings in every place."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st

from pluribus.findings import (
    BaselineUse,
    Completeness,
    ConceptSummary,
    Confidence,
    Evidence,
    Excerpt,
    FileNote,
    Files,
    Finding,
    Fix,
    Location,
    Matrix,
    MatrixClass,
    MatrixRow,
    NotRun,
    OwnerPath,
    Replacement,
    Report,
    Root,
    RuleText,
    Selector,
    Severity,
    SinceBase,
    Tally,
    identified,
)

_HOSTILE = "a`|<&>\"'*_[](){}:,%\n\r\t \x00\x1b[31m\x85\u2028\u202e\u0301é配🙂"

texts = st.text(st.sampled_from(_HOSTILE), max_size=12) | st.text(max_size=12)
counts = st.integers(0, 10**6)
positions = st.integers(1, 10**6)
rules = st.sampled_from(["dual-import", "rival", "odd\nrule", "配"])
concepts = st.sampled_from(["websocket-manager", "settings", "other, concept: 2"])
phases = st.sampled_from(["imports", "delivery", ""])

locations = st.builds(Location, path=texts, line=positions, column=positions, label=texts)
evidence = st.builds(Evidence, name=texts, text=texts)
findings = st.builds(
    Finding,
    rule=rules,
    concept=concepts,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    message=texts,
    hint=texts,
    location=locations,
    related=st.lists(locations, max_size=3).map(tuple),
    evidence=st.lists(evidence, max_size=2).map(tuple),
    key=st.tuples(texts),
    phase=phases,
    in_tests=st.booleans(),
)
owner_paths = st.builds(
    OwnerPath,
    path=texts,
    kind=st.sampled_from(["owner", "legacy", "import"]) | texts,
    chain=st.lists(texts, max_size=3).map(tuple),
    location=locations,
    importers=counts,
)
matrices = st.integers(1, 3).flatmap(
    lambda width: st.builds(
        Matrix,
        classes=st.lists(
            st.builds(MatrixClass, path=texts, location=locations), min_size=width, max_size=width
        ).map(tuple),
        rows=st.lists(
            st.builds(
                MatrixRow,
                method=texts,
                cells=st.lists(texts, min_size=width, max_size=width).map(tuple),
            ),
            max_size=3,
        ).map(tuple),
    )
)
summaries = st.builds(
    ConceptSummary,
    name=concepts,
    owner=texts,
    location=st.none() | locations,
    summary=texts,
    impact=texts,
    risk=texts,
    paths=st.lists(owner_paths, max_size=3).map(tuple),
    empty=st.lists(texts, max_size=3).map(tuple),
    matrix=st.none() | matrices,
)
tallies = st.builds(
    Tally,
    concept=concepts,
    phase=phases,
    rule=rules,
    severity=st.sampled_from(Severity),
    production=counts,
    tests=counts,
    files=counts,
)
notes = st.lists(st.builds(FileNote, path=texts, reason=texts), max_size=7).map(tuple)
completeness = st.builds(
    Completeness,
    files=st.builds(
        Files,
        seen=counts,
        parsed=counts,
        recovered=counts,
        set_aside=counts,
        not_parsed=counts,
        tests=counts,
    ),
    roots=st.lists(st.builds(Root, path=texts, files=counts, reason=texts), max_size=2).map(tuple),
    selectors=st.lists(
        st.builds(Selector, key=texts, pattern=texts, matched=counts), max_size=2
    ).map(tuple),
    recovered=notes,
    not_parsed=notes,
    excluded=st.dictionaries(texts, counts, max_size=2),
    unresolved_imports=st.dictionaries(texts, counts, max_size=2),
    not_run=st.lists(
        st.builds(NotRun, rule=rules, concept=concepts, reason=texts), max_size=2
    ).map(tuple),
)
rule_texts = st.builds(
    RuleText,
    name=rules,
    family=texts,
    summary=texts,
    description=texts,
    severity=st.sampled_from(Severity),
    precision=texts,
    page=texts,
)
excerpts = st.builds(
    Excerpt, path=texts, first=positions, lines=st.lists(texts, max_size=3).map(tuple)
)
since = st.builds(
    SinceBase,
    ref=texts.map(str.strip).filter(bool),
    growth=counts,
    shrinkage=counts,
    prolonged=counts,
)
uses = st.builds(
    BaselineUse,
    path=texts,
    entries=counts,
    accepted=counts,
    accepted_in_tests=counts,
    stale=counts,
    expired=counts,
    unjudged=counts,
    since=st.none() | since,
)
replacements = st.builds(
    Replacement,
    path=texts,
    line=positions,
    column=positions,
    end_line=positions,
    end_column=positions,
    text=texts,
)
fixes = st.builds(
    Fix,
    what=texts,
    findings=st.lists(texts, min_size=1, max_size=2).map(tuple),
    replacements=st.lists(replacements, min_size=1, max_size=3).map(tuple),
)


def _proposed(report: Report, fixes: tuple[Fix, ...]) -> Report:
    """With fixes that each name findings which are there."""
    ids = [each.id for each in report.findings]
    named = [msgspec.structs.replace(each, findings=tuple(ids[:2])) for each in fixes if ids]
    return msgspec.structs.replace(report, fixes=tuple(named))


_without_fixes = st.builds(
    Report,
    tool_version=texts,
    concepts=st.lists(summaries, max_size=2, unique_by=lambda each: each.name).map(tuple),
    phases=st.permutations(["imports", "delivery"]).map(tuple),
    rules=st.lists(rules, unique=True, max_size=4).map(tuple),
    findings=st.lists(findings, max_size=8).map(identified),
    tallies=st.lists(tallies, max_size=4).map(tuple),
    suppressed=counts,
    hidden=counts,
    completeness=completeness,
    failed=st.booleans(),
    texts=st.lists(rule_texts, max_size=2, unique_by=lambda each: each.name).map(tuple),
    excerpts=st.lists(excerpts, max_size=2).map(tuple),
    baseline=st.none() | uses,
)
reports = st.builds(_proposed, _without_fixes, st.lists(fixes, max_size=2).map(tuple))
