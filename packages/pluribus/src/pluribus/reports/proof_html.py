"""A proof as one HTML file that needs nothing else."""

from __future__ import annotations

from markupsafe import Markup

from pluribus.findings.proof import Proof
from pluribus.reports._template import digest, source, template
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
    """Write all of it. The options change nothing."""
    style = source("report.css")
    changes = [
        (kind, meaning, [change_line(each) for each in proof.changes if each.kind == kind])
        for kind, meaning in MEANINGS.items()
    ]
    return template("proof.html.j2").render(
        proof=proof,
        sides=list(sides(proof)),
        heads=CLAIM_HEAD,
        claims=[claim_row(each) for each in proof.claims],
        findings=[
            (f"{title}: {counted(len(found), 'finding')}", [finding_line(each) for each in found])
            for title, found in (("Left", proof.remaining), ("New", proof.new))
        ],
        changes=[each for each in changes if each[2]],
        notes=list(notes(proof)),
        gone=[finding_line(each) for each in proof.gone],
        style=Markup(style),
        style_digest=digest(style),
    )
