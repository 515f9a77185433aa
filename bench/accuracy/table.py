"""The table of the measure, and the page that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.accuracy.measure import Tally
from pluribus.rules import ALL

PAGE: Final = Path(__file__).parents[2] / "docs" / "explanation" / "accuracy.md"
START: Final = "<!-- written by `make accuracy`: start -->\n"
END: Final = "<!-- written by `make accuracy`: end -->\n"


def render(tally: Tally, packages: Sequence[str]) -> str:
    """Write a row a rule, and a row a family."""
    lines = [
        f"{tally.injected.total():,} violations and {tally.near_misses.total():,} near misses in "
        f"{tally.concepts} concepts of {len(packages)} packages: {', '.join(packages)}.",
        "",
        "| rule | injected | found | recall | near misses | false | precision |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    families: dict[str, list[str]] = {}
    for rule in ALL:
        lines.append(_row(f"`{rule.name}`", tally, [rule.name]))
        families.setdefault(rule.family, []).append(rule.name)
    for family, names in families.items():
        lines.append(_row(f"*all of {family}*", tally, names))
    return "\n".join(lines) + "\n"


def _row(title: str, tally: Tally, names: Sequence[str]) -> str:
    injected, found, near, false = (
        sum(counts[name] for name in names)
        for counts in (tally.injected, tally.found, tally.near_misses, tally.false)
    )
    recall = _share(found, injected)
    precision = _share(found, found + false)
    return f"| {title} | {injected} | {found} | {recall} | {near} | {false} | {precision} |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else ""


def write(text: str, page: Path = PAGE) -> None:
    """Put the table between the marks of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")
