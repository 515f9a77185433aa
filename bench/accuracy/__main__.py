"""`python -m bench.accuracy`: injects violations into pinned packages, prints precision and recall
of each rule, and writes the table into docs/explanation/accuracy.md."""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.accuracy import table
from bench.accuracy.concepts import chosen
from bench.accuracy.dressing import dressed
from bench.accuracy.measure import Tally, measured
from bench.accuracy.wheels import unpacked
from pluribus.app.check import CheckOptions

SEED = 20


def main() -> None:
    asked = _arguments()
    folders = {
        pin: folder
        for pin, folder in unpacked().items()
        if not asked.only or pin.partition("==")[0] in asked.only
    }
    total = Tally()
    with ProcessPoolExecutor(asked.processes) as pool:
        jobs = [(pin, folder, asked.seed) for pin, folder in folders.items()]
        for (pin, *_), tally in zip(jobs, pool.map(_judged, jobs), strict=True):
            total.add(tally)
            found, injected = tally.found.total(), tally.injected.total()
            said = f"{pin}: {found} of {injected}, {tally.false.total()} false"
            print(said, file=sys.stderr, flush=True)
    text = table.render(total, list(folders))
    print(text, end="")
    for note in total.notes:
        print(note, file=sys.stderr)
    if not asked.only:
        table.write(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="what is chosen by chance")
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="NAME", help="these packages; writes no page"
    )
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    return parser.parse_args()


def _judged(job: tuple[str, Path, int]) -> Tally:
    pin, folder, seed = job
    gc.disable()
    with tempfile.TemporaryDirectory() as cache:
        options = CheckOptions(cache=Path(cache))
        field = dressed(folder, chosen(folder, seed=seed), options)
        return Tally() if field is None else measured(field, seed=seed, package=pin)


if __name__ == "__main__":
    main()
