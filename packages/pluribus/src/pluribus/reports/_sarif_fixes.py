"""What would mend a finding, as SARIF has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from pluribus.findings import Fix, Report
from pluribus.reports import _sarif_shape as sarif
from pluribus.reports._sarif_places import artifact
from pluribus.reports.wording import sentence


def fixes_by_finding(report: Report) -> dict[str, tuple[Fix, ...]]:
    """What was proposed, by the ids of the findings that it mends."""
    found: dict[str, tuple[Fix, ...]] = {}
    for fix in report.fixes:
        for each in fix.findings:
            found[each] = (*found.get(each, ()), fix)
    return found


def fixes_of(
    finding: str, by_finding: Mapping[str, Sequence[Fix]], folder: str
) -> tuple[sarif.Fix, ...]:
    """What would mend one finding: each can be applied by itself, and stands there once."""
    return tuple(dict.fromkeys(_fix(each, folder) for each in by_finding.get(finding, ())))


def _fix(fix: Fix, folder: str) -> sarif.Fix:
    changes = tuple(
        sarif.ArtifactChange(
            artifact_location=artifact(folder + path),
            replacements=tuple(
                sarif.Replacement(
                    deleted_region=sarif.Region(
                        start_line=each.line,
                        start_column=each.column,
                        end_line=each.end_line,
                        end_column=each.end_column,
                    ),
                    inserted_content=sarif.ArtifactContent(text=each.text),
                )
                for each in group
            ),
        )
        for path, group in groupby(sorted(fix.replacements), key=lambda each: each.path)
    )
    return sarif.Fix(
        description=sarif.Message(text=sentence(fix.what[:1].upper() + fix.what[1:])),
        artifact_changes=changes,
    )
