"""Compare: `python -m bench.consolidations MIRROR... [--case NAME]`.

MIRROR is a folder that holds a git directory `OWNER+NAME/repo` for each project. What is compared
are the names that each file imports, with the module, and the strings that tests patch: those that
only the maintainers changed, those that only `fix` changed, and those that both changed alike.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bench.consolidations.cases import ALL, Case
from pluribus.adapters.editing import read_editable
from pluribus.app.fixing import FixOptions, Outcome, fix
from pluribus.app.options import CheckOptions
from pluribus.codebase import Codebase, Focus
from pluribus.rules.imports.legacy_string import imports_by_name

Said = Counter[tuple[str, str]]
"""File, and what it imports or patches."""


def export(git: Path, commit: str, into: Path) -> None:
    """Write the Python files of a commit, without a checkout."""
    ask = ["git", f"--git-dir={git}"]
    listed = subprocess.run(
        [*ask, "ls-tree", "-r", "-z", "--name-only", commit], capture_output=True, check=True
    )
    paths = [path for path in listed.stdout.decode().split("\0") if path.endswith(".py")]
    wanted = "".join(f"{commit}:{path}\n" for path in paths)
    blobs = subprocess.run(
        [*ask, "cat-file", "--batch"], input=wanted.encode(), capture_output=True, check=True
    ).stdout
    at = 0
    for path in paths:
        end = blobs.index(b"\n", at)
        size = int(blobs[at:end].split()[2])
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_bytes(blobs[end + 1 : end + 1 + size])
        at = end + 2 + size


def said(root: Path, roots: Iterable[str]) -> Said:
    """What each file of a tree imports, name by name, and which dotted strings it patches."""
    codebase = Codebase(root, roots=[each for each in roots if (root / each).is_dir()])
    codebase.focus(Focus(), reads_all=True)
    paths = [each.path for each in codebase.files()]
    found: Said = Counter()
    for script in codebase.scripts(paths):
        for alias in script.aliases:
            each = alias.found
            bound = f" as {each.bound}" if alias.asname else ""
            found[script.path, f"{each.path}{bound}"] += 1
    tops = sorted({script.module.partition(".")[0] for script in codebase.scripts(paths)})
    for string in codebase.strings(tops):
        if imports_by_name(string):
            found[string.site.place.path, f'"{string.text}"'] += 1
    return found


def changed(before: Said, after: Said, paths: set[str]) -> Said:
    """What is new and what is gone in the files that both trees have."""
    new = Counter({(path, f"+ {what}"): n for (path, what), n in (after - before).items()})
    old = Counter({(path, f"- {what}"): n for (path, what), n in (before - after).items()})
    return Counter({key: n for key, n in (new + old).items() if key[0] in paths})


def compare(case: Case, mirrors: Path, *, takes_unsafe: bool) -> tuple[Outcome, dict[str, Said]]:
    """Mend one project, and lay that beside what its maintainers did."""
    git = mirrors / case.repository.replace("/", "+") / "repo"
    with tempfile.TemporaryDirectory() as folder:
        here, there = Path(folder) / "before", Path(folder) / "after"
        export(git, case.before, here)
        export(git, case.after, there)
        for path in case.moved:
            (here / path).parent.mkdir(parents=True, exist_ok=True)
            (here / path).write_bytes((there / path).read_bytes())
        for path in case.gone:
            (here / path).unlink()
        (here / "pluribus.toml").write_text(case.contract)
        roots = tomllib.loads(case.contract).get("codebase", {}).get("roots", [])
        before = said(here, roots)
        options = FixOptions(
            check=CheckOptions(select=("imports", "facade")), takes_unsafe=takes_unsafe
        )
        outcome = fix(here, options, read=lambda path: read_editable(here, path))
        for path, (_, after) in outcome.files.items():
            (here / path).write_bytes(after or b"")
        paths = {path for path, _ in before} & {
            str(path.relative_to(there)) for path in there.rglob("*.py")
        }
        by_fix = changed(before, said(here, roots), paths)
        by_hand = changed(before, said(there, roots), paths - {*case.moved})
    both = by_fix & by_hand
    return outcome, {"both": both, "hand": by_hand - both, "fix": by_fix - both}


def main() -> None:
    """Print a row a project, and each difference."""
    parser = argparse.ArgumentParser(prog="python -m bench.consolidations")
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--case", action="append")
    parser.add_argument("--unsafe-fixes", action="store_true")
    given = parser.parse_args()
    print("project            findings  left  files  alike  only by hand  only by fix")
    for case in ALL:
        if given.case and case.name not in given.case:
            continue
        outcome, parts = compare(case, given.mirrors, takes_unsafe=given.unsafe_fixes)
        counts = [parts[key].total() for key in ("both", "hand", "fix")]
        print(
            f"{case.name:18} {len(outcome.before):8} {len(outcome.after):5} {len(outcome.files):6}"
            f" {counts[0]:6} {counts[1]:13} {counts[2]:12}"
        )
        for key in ("hand", "fix"):
            for (path, what), number in sorted(parts[key].items()):
                print(
                    f"    only by {key}: {path}: {what}" + (f" ({number})" if number > 1 else "")
                )
        for each in sorted(
            {(left.applicability, left.path, left.line, left.reason) for left in outcome.left}
        ):
            print(f"    left, {each[0]}: {each[1]}:{each[2]}: {each[3]}")


if __name__ == "__main__":
    main()
