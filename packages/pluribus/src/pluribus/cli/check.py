"""`pluribus check`: what it takes. What it does is in `checking`, which imports the engine."""

from __future__ import annotations

from typing import Any, Final

import click

from pluribus.cli import options
from pluribus.cli.help import TaughtCommand, option

_JUDGE = "What to judge"
_REPORT = "What to report"
_VERDICT = "Verdict"
_OUTPUT = "Output"

FORMATS: Final = (
    "text",
    "concise",
    "json",
    "github",
    "sarif",
    "sarif-github",
    "junit",
    "markdown",
    "html",
)
"""Those of `pluribus.reports`, which is not imported for `--help`."""


@click.command(
    "check",
    cls=TaughtCommand,
    examples=(
        ("pluribus check", "the code base in this folder"),
        ("pluribus check --paths", "every dotted path to each owner"),
        ("pluribus check --matrix", "which methods the owner and its rivals have"),
        ("pluribus check --select imports,rival", "a family of rules, and a rule"),
        ("pluribus check --phase imports --no-baseline", "whether a phase is done"),
        ("pluribus check --changed-since origin/main", "only what a branch touches"),
        ("pluribus check --only 'src/shop/**'", "only the findings of a part"),
        ("pluribus check --base-ref origin/main", "and refuse what the baseline has grown by"),
        ("pluribus check --fail-on error", "warnings and notes do not fail"),
        ("pluribus check --output-format github", "annotate a pull request"),
        ("pluribus check --output-format json | jq", "for programs"),
        ("pluribus check --report sarif=out.sarif", "a file besides what is shown"),
        ("pluribus check --self-test", "see that every rule can fail"),
    ),
    statuses=(
        ("0", "nothing found at or above --fail-on, or --exit-zero"),
        ("1", "findings at or above --fail-on, or a rule that failed its --self-test"),
        (
            "2",
            "could not judge: bad usage or contract, a report that cannot be written, an "
            "incomplete check under --require-complete, or a bug in pluribus",
        ),
        ("130", "interrupted"),
    ),
)
@options.root_argument
@options.contract_option
@options.select_option
@options.ignore_option
@option(
    _JUDGE,
    "--phase",
    metavar="NAME",
    callback=options.text,
    help="Run only the rules of this phase, and fail only on more findings than its target.",
)
@options.concept_option
@option(
    _REPORT,
    "--only",
    metavar="GLOB",
    multiple=True,
    callback=options.texts,
    help="Report only findings in these files, globs as in .gitignore; the whole code base is "
    "judged all the same.",
)
@option(
    _REPORT,
    "--changed-since",
    metavar="REF",
    callback=options.text,
    help="Report only findings that touch files that differ from where HEAD left this git "
    "revision: committed, staged, changed or new.",
)
@option(
    _REPORT,
    "--ignore-suppressions",
    is_flag=True,
    help="Report what `# pluribus: ignore[...]` comments silence, too.",
)
@option(
    _JUDGE,
    "--self-test",
    is_flag=True,
    help="Judge the rules and not the code base: plant a violation of each in memory, which must "
    "be found, and a near miss, which must not.",
)
@option(
    _VERDICT,
    "--fail-on",
    type=click.Choice(("error", "warning", "note")),
    default="note",
    show_default=True,
    help="The least severity of a finding that fails the check.",
)
@option(_VERDICT, "--exit-zero", is_flag=True, help="Exit with 0 in spite of findings.")
@option(
    _VERDICT,
    "--require-complete",
    is_flag=True,
    help="Exit with 2 unless every file was read whole and every rule ran.",
)
@option(
    _OUTPUT,
    "--output-format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the report is written.",
)
@option(
    _OUTPUT,
    "--output-file",
    metavar="FILE",
    callback=options.path,
    help="Write the report there, whole or not at all, instead of to stdout.",
)
@options.report_option(FORMATS)
@option(
    _OUTPUT,
    "--fixes",
    is_flag=True,
    help="Write beside each finding what would mend it, where that is safe and can be done by "
    "itself (sarif, sarif-github, json).",
)
@option(
    _OUTPUT,
    "--burndown",
    metavar="FILE",
    callback=options.path,
    help="Draw a burn-down into the page, from what `pluribus burndown --report json=FILE` wrote "
    "(html).",
)
@option(_OUTPUT, "--statistics", is_flag=True, help="Only the counts, no findings (text).")
@option(
    _OUTPUT,
    "--paths",
    is_flag=True,
    help="Every dotted path to each owner, and the hops between (text).",
)
@option(
    _OUTPUT,
    "--matrix",
    is_flag=True,
    help="The methods of each interface, as the owner and its rivals have them (text).",
)
@option(
    _OUTPUT,
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="List at most N findings of a rule of a concept, and count the rest (text, concise).",
)
@options.baseline_option
@option("Baseline", "--no-baseline", is_flag=True, help="Report what the baseline accepts, too.")
@option(
    "Baseline",
    "--base-ref",
    metavar="REF",
    callback=options.words,
    help="Fail if the baseline accepts more than where HEAD left this git revision.",
)
@options.color_option
@option(_OUTPUT, "-q", "--quiet", is_flag=True, help="No progress and no summary on stderr.")
@options.no_cache_option
@options.cache_dir_option
def command(**given: Any) -> int:
    """Judge a code base by its contract.

    PATH is the root of the code base, by default this folder. Its contract is the nearest
    pluribus.toml, .pluribus.toml or pyproject.toml with [tool.pluribus], at or above PATH.

    The report goes to stdout, everything else to stderr.
    """
    from pluribus.cli.checking import Request, run

    return run(Request(**given))
