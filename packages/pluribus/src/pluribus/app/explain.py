"""The pages of the rules, and of what is said of comments."""

from __future__ import annotations

from importlib import resources

from pluribus.app.comments import SUMMARIES
from pluribus.app.selection import unknown_rule
from pluribus.errors import UsageError
from pluribus.rules import ALL

COMMENTS = "comments"
"""What stands in the place of a family for what is said of comments."""


def page_names() -> dict[str, tuple[str, str]]:
    """Whatever has a page, with its family and its summary, in the order of reports."""
    rules = {rule.name: (rule.family, rule.summary) for rule in ALL}
    return rules | {name: (COMMENTS, summary) for name, summary in SUMMARIES.items()}


def page(name: str) -> str:
    """The Markdown page of a rule, or of what is said of comments.

    Raises:
        UsageError: there is no such rule.
    """
    folders = {rule.name: f"pluribus.rules.{rule.family}" for rule in ALL}
    folder = (folders | dict.fromkeys(SUMMARIES, "pluribus.app")).get(name)
    if folder is None:
        problem = unknown_rule(name)
        message, hint = problem or (f"`{name}` is a family of rules", "name one of its rules")
        raise UsageError(message, hint=hint)
    file = resources.files(folder).joinpath(name.replace("-", "_") + ".md")
    return file.read_text(encoding="utf-8")
