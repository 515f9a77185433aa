"""What `pluribus conform` found, as GitHub's Markdown: for a pull request or a job's summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pluribus.findings.conformance import (
    ConceptConformance,
    Conformance,
    KitTrial,
    Outcome,
    Verdict,
)
from pluribus.reports._gfm import code, fenced, prose, table
from pluribus.reports.options import RenderOptions
from pluribus.reports.verdicts import (
    LEGEND,
    MARKS,
    NAMED,
    NO_PROGRAM,
    headline,
    judged,
    lacks_program,
    managers,
    unneeded,
    unseen,
)
from pluribus.reports.wording import place


def render(conformance: Conformance, options: RenderOptions) -> str:
    """Write the verdicts of each concept, its rivals beside it, and each failure: the program
    that shows it folds away. The options change nothing."""
    lines = ["# pluribus conform", "", f"**{prose(headline(conformance))}**", ""]
    for concept in conformance.concepts:
        lines += _concept(concept)
    return "\n".join(lines).rstrip("\n") + "\n"


def render_trial(trial: KitTrial, options: RenderOptions) -> str:
    """Write a self-test: managers by properties, and what is wrong with each."""
    names = [name for name, _ in trial.lines[0].outcomes] if trial.lines else []
    rows = []
    for line in trial.lines:
        outcomes = dict(line.outcomes)
        marks = (code(MARKS[outcomes[each]]) if each in outcomes else "" for each in names)
        rows.append([code(line.name), *marks, prose(line.about)])
    problems = [f"{each.name}: {each.problem}" for each in trial.lines if each.problem]
    said = [*problems, *trial.problems] or ["sound: what is broken was noticed by some property"]
    lines = [
        f"# Self-test of {prose(trial.subject)}",
        "",
        *table(["manager", *names, "what is wrong with it"], rows),
        "",
        prose(LEGEND),
        "",
        *(f"- {prose(each)}" for each in said),
    ]
    return "\n".join(lines) + "\n"


def _concept(concept: ConceptConformance) -> Iterator[str]:
    yield f"## {prose(concept.concept)} ({code(concept.owner)})"
    yield ""
    yield from _matrix(concept)
    yield ""
    for verdict in concept.verdicts:
        if verdict.outcome in NAMED:
            yield from _detail(verdict)
    for (claim, hint), names in unseen(concept.verdicts).items():
        yield f"- **NOT_EXERCISED** {', '.join(map(code, names))}: {prose(claim)}"
        if hint:
            yield f"  - **help:** {prose(hint)}"
    remarks = [*unneeded(concept), *(f"note: {each}" for each in concept.notes)]
    yield from (f"- {prose(each)}" for each in remarks)
    yield ""


def _matrix(concept: ConceptConformance) -> Iterator[str]:
    """Properties by managers: words where the owner is alone, marks where there are rivals."""
    columns = managers(concept)
    driven = [each for each in columns if not each.unbound]
    rows: list[Sequence[str]] = []
    for name, title in judged(driven).items():
        cells = [each.verdicts.get(name) for each in driven]
        outcomes = ["" if each is None else prose(each.outcome) for each in cells]
        rows.append([code(name), prose(title), *outcomes, _reason(cells[0])])
    header = ["property", "says", *(each.role for each in driven), "because"]
    if len(columns) == 1:
        header[2] = "outcome"
    yield from table(header, rows)
    if len(columns) > 1:
        yield ""
        for each in columns:
            at = f" at {code(place(each.location))}" if each.location else ""
            why = f": not driven: {prose(each.unbound)}" if each.unbound else ""
            yield f"- {each.role}: {code(each.path)}{at}{why}"
    elif concept.rivals is not None:
        yield ""
        yield "No rival was found."


def _reason(verdict: Verdict | None) -> str:
    if verdict is None or verdict.outcome is Outcome.PASS:
        return ""
    return prose(f"allowed: {verdict.allowed}" if verdict.allowed else verdict.claim)


def _detail(verdict: Verdict) -> Iterator[str]:
    yield f"### {verdict.outcome} {code(verdict.property)} {prose(verdict.title)}"
    yield ""
    yield f"{prose(verdict.claim)} ({code(verdict.id)})"
    yield ""
    yield from (
        f"- at {code(place(each))} {prose(each.label)}".rstrip() for each in verdict.anchors
    )
    for fact in verdict.evidence:
        first, *more = fact.text.splitlines() or [""]
        yield f"- {prose(fact.name)}: {code(first)}"
        yield from (f"  - {code(line)}" for line in more if line.strip())
    if verdict.hint:
        yield f"- **help:** {prose(verdict.hint)}"
    if verdict.replay:
        yield f"- **again:** {code(f'pluribus conform --replay {verdict.replay}')}"
    if lacks_program(verdict):
        yield f"- **program:** {prose(NO_PROGRAM)}"
    yield ""
    if verdict.sequence:
        yield "<details>"
        yield "<summary>A program that shows it, from the import roots</summary>"
        yield ""
        yield from fenced(verdict.sequence, "python")
        yield ""
        yield "</details>"
        yield ""
