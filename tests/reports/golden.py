"""Writes the golden files and the published schema: `python -m tests.reports.golden`.

Read the difference before it is committed: the files are what users will see.
"""

from __future__ import annotations

from pathlib import Path

from pluribus.reports import (
    BURNDOWN_FORMATS,
    CONFORMANCE_FORMATS,
    FORMATS,
    PROOF_FORMATS,
    RenderOptions,
)
from pluribus.reports.json import schema
from tests.reports import burndowns, conformances, proofs
from tests.reports.samples import SAMPLES

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "report.schema.json"

OPTIONS: dict[str, RenderOptions] = {
    "plain": RenderOptions(),
    "color": RenderOptions(color=True),
    "statistics": RenderOptions(statistics=True),
    "paths": RenderOptions(paths=True, limit=3, width=72),
}
"""What the text format is drawn with; the other formats are drawn plain."""


def expected() -> dict[Path, str]:
    """Give each golden file the text that it must hold."""
    files = {
        GOLDEN / f"{sample}.{name}": render(report, OPTIONS["plain"])
        for sample, report in SAMPLES.items()
        for name, render in FORMATS.items()
    }
    for variant, options in OPTIONS.items():
        files[GOLDEN / f"many-{variant}.text"] = FORMATS["text"](SAMPLES["many"], options)
    files.pop(GOLDEN / "many-plain.text")
    files |= {
        GOLDEN / f"{sample}.{name}": render(burned, OPTIONS["plain"])
        for sample, burned in burndowns.SAMPLES.items()
        for name, render in BURNDOWN_FORMATS.items()
    }
    files |= {
        GOLDEN / f"{sample}.{name}": render(proof, OPTIONS["plain"])
        for sample, proof in proofs.SAMPLES.items()
        for name, render in PROOF_FORMATS.items()
    }
    files |= {
        GOLDEN / f"conformance-{sample}.{name}": render(run, OPTIONS["plain"])
        for sample, run in conformances.SAMPLES.items()
        for name, render in CONFORMANCE_FORMATS.items()
    }
    files[SCHEMA] = schema()
    return files


def main() -> None:
    """Write every file, and delete golden files that no sample gives any more."""
    files = expected()
    GOLDEN.mkdir(exist_ok=True)
    SCHEMA.parent.mkdir(parents=True, exist_ok=True)
    for stale in sorted(set(GOLDEN.iterdir()) - set(files)):
        stale.unlink()
    for path, text in files.items():
        path.write_bytes(text.encode())


if __name__ == "__main__":
    main()
