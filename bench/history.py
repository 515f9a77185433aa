"""`python -m bench.history REPOSITORY`: what the burn-down of a history costs, cold and warm."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.measure import Command, CommandFailedError, run_once


def main() -> None:
    asked = _arguments()
    print(f"{'':8}{'':6}{'wall':>10}{'cpu':>10}{'memory':>10}")
    for every in asked.every:
        with tempfile.TemporaryDirectory() as cache:
            for state in ("cold", "warm"):
                try:
                    run = run_once(_command(asked, every, Path(cache)), 1)
                except CommandFailedError as error:
                    sys.exit(f"error: {error}")
                memory = f"{run.peak_bytes / 2**20:,.0f} MB"
                print(f"{every:8}{state:6}{run.wall_s:8.1f} s{run.cpu_s:8.1f} s{memory:>10}")


def _command(asked: argparse.Namespace, every: str, cache: Path) -> Command:
    contract = ("--contract", str(asked.contract)) if asked.contract else ()
    arguments = (
        *(sys.executable, "-m", "pluribus", "burndown", str(asked.repository), "--quiet"),
        *("--until", asked.until, "--every", every, "--cache-dir", str(cache), *contract),
    )
    return Command(name=f"burndown --every {every}", arguments=arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__)
    parser.add_argument("repository", type=Path, help="a repository, bare or not")
    parser.add_argument("--contract", type=Path, help="by default that of the repository")
    parser.add_argument("--until", default="HEAD", help="where the history ends")
    parser.add_argument(
        "--every",
        nargs="+",
        choices=("week", "day", "commit"),
        default=["week", "day"],
        help="`commit` may take an hour",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
