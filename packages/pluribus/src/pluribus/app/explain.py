"""The pages of the rules, and of what is said of comments and of the baseline."""

from __future__ import annotations

from importlib import resources

from pluribus.app.comments import SUMMARIES
from pluribus.app.selection import unknown_rule
from pluribus.baseline import pages
from pluribus.errors import UsageError
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
