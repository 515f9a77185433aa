"""Judges the good managers of the kit again and again, each time with other ids, and tells of
every verdict that is not as it always was: `python -m scripts.soak [--repeats N] [--seconds S]`.

A property that fails what is good once in a hundred runs is no use to anybody. What is found is
printed with the seed that shows it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from time import monotonic

from pluribus.adapters.trying import judged_apart, processors
from pluribus.conformance.jobs import Judged, Question
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.properties import PROPERTIES
from pluribus.findings.conformance import Outcome

GOOD = tuple(each.name for each in SPECIMENS if not each.about)


def flakes(results: Iterable[Judged]) -> list[Judged]:
    """What fails or says nothing of a good manager, and what is declined once and not always."""
    found = list(results)
    usual: dict[tuple[str, str], Counter[Outcome]] = {}
    for each in found:
        usual.setdefault((each.specimen, each.property), Counter())[each.outcome] += 1
    return [
        each
        for each in found
        if each.outcome not in (Outcome.PASS, Outcome.DECLINED)
        or usual[each.specimen, each.property].most_common(1)[0][0] is not each.outcome
    ]


def soaked(repeats: int, seconds: float, workers: int) -> Iterator[Judged]:
    """Every result, until all is done or the time is over."""
    ends_at = monotonic() + seconds
    names = tuple(each.name for each in PROPERTIES)
    wanted = [
        Question(specimen=name, properties=names, seed=seed)
        for seed in range(1, repeats + 1)
        for name in GOOD
    ]
    with closing(judged_apart(wanted, workers=workers)) as answers:
        for each in answers:
            yield from each
            if monotonic() > ends_at:
                break


def main() -> int:
    """Soak, and say what was found; 1 when anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--workers", type=int, default=processors())
    given = parser.parse_args()
    began = monotonic()
    results: list[Judged] = []
    said = 0
    for each in soaked(given.repeats, given.seconds, given.workers):
        results.append(each)
        if len(results) >= said + 5000:
            said = len(results)
            print(f"{said} verdicts, {monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    found = flakes(results)
    for each in found:
        where = f"{each.specimen} {each.property} with seed {each.seed}"
        print(f"{where}: {each.outcome}: {each.claim}")
    seeds = len({each.seed for each in results})
    slowest = max(results, key=lambda each: each.took_s)
    print(
        f"{len(results)} verdicts on {len(GOOD)} managers with {seeds} seeds in"
        f" {monotonic() - began:.0f} s; {len(found)} flakes; the slowest was {slowest.property} on"
        f" {slowest.specimen}, {slowest.took_s:.1f} s"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
