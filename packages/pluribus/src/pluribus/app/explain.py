"""The pages of the rules, and of what is said of comments and of the baseline."""

from __future__ import annotations

from collections.abc import Collection
from importlib import resources

from pluribus.app.comments import SUMMARIES
from pluribus.app.selection import unknown_rule
from pluribus.baseline import pages
from pluribus.errors import UsageError
from pluribus.findings import RuleText, Severity
from pluribus.rules import ALL

COMMENTS = "comments"
"""What stands in the place of a family for what is said of comments."""

BASELINE = "baseline"
"""The same for what is said of the baseline."""


def page_names() -> dict[str, tuple[str, str]]:
    """Whatever has a page, with its family and its summary, in the order of reports."""
    rules = {rule.name: (rule.family, rule.summary) for rule in ALL}
    comments = {name: (COMMENTS, summary) for name, summary in SUMMARIES.items()}
    return rules | comments | {name: (BASELINE, said) for name, said in pages.SUMMARIES.items()}


def page(name: str) -> str:
    """The Markdown page of a rule, or of what is said of comments or of the baseline.

    Raises:
        UsageError: there is no such rule.
    """
    folders = {rule.name: f"pluribus.rules.{rule.family}" for rule in ALL}
    folders |= dict.fromkeys(SUMMARIES, "pluribus.app")
    folders |= dict.fromkeys(pages.SUMMARIES, "pluribus.baseline")
    folder = folders.get(name)
    if folder is None:
        problem = unknown_rule(name)
        message, hint = problem or (f"`{name}` is a family of rules", "name one of its rules")
        raise UsageError(message, hint=hint)
    file = resources.files(folder).joinpath(name.replace("-", "_") + ".md")
    return file.read_text(encoding="utf-8")


def rule_texts(names: Collection[str]) -> tuple[RuleText, ...]:
    """What is to be said of the rules of these names, in the order of reports."""
    severities = {rule.name: rule.severity for rule in ALL}
    return tuple(
        _text(name, family, summary, severities.get(name, Severity.WARNING))
        for name, (family, summary) in page_names().items()
        if name in names
    )


def precision_of(text: str) -> str:
    """How often a finding is right, as the page of its rule says it: `very-high`, `high`, ..."""
    return _section(text, "Precision").split()[0].rstrip(":.,;")


def _text(name: str, family: str, summary: str, severity: Severity) -> RuleText:
    text = page(name)
    return RuleText(
        name=name,
        family=family,
        summary=summary,
        description=_section(text, "What it does"),
        severity=severity,
        precision=precision_of(text),
        page=text,
    )


def _section(text: str, heading: str) -> str:
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0].strip()
