"""A proof as GitHub's Markdown, for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pluribus.findings import Finding
from pluribus.findings.proof import Proof
from pluribus.reports._gfm import prose, table
from pluribus.reports.options import RenderOptions
from pluribus.reports.proof import (
    CLAIM_HEAD,
    MEANINGS,
    change_line,
    claim_row,
    finding_line,
    notes,
    sides,
)
from pluribus.reports.wording import counted


def render(proof: Proof, options: RenderOptions) -> str:
    """Write all of it: what is gone folds away. The options change nothing."""
    lines = [
        f"# {prose(proof.verdict)}",
        "",
        *(f"- {label}: {prose(text)}" for label, text in sides(proof)),
        "",
        *table(
            [head or "status" for head in CLAIM_HEAD],
            [[prose(cell) for cell in claim_row(each)] for each in proof.claims],
            right={2, 3},
        ),
        *_findings("Left", proof.remaining),
        *_findings("New", proof.new),
    ]
    for kind, meaning in MEANINGS.items():
        of_kind = [each for each in proof.changes if each.kind == kind]
        if of_kind:
            lines += ["", f"## {kind}: {meaning}", ""]
            lines += [f"- {prose(change_line(each))}" for each in of_kind]
    said = list(notes(proof))
    if said:
        lines += ["", "## Notes", "", *(f"- {prose(each)}" for each in said)]
    lines += [
        "",
        "<details>",
        f"<summary>{counted(len(proof.gone), 'finding')} that made the first revision red"
        "</summary>",
        "",
        *(f"- {prose(finding_line(each))}" for each in proof.gone),
        "",
        "</details>",
    ]
    return "\n".join(lines) + "\n"


def _findings(title: str, findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield from ("", f"## {title}: {counted(len(findings), 'finding')}", "")
        yield from (f"- {prose(finding_line(each))}" for each in findings)
