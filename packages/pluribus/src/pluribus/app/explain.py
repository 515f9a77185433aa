"""The pages of the rules."""

from __future__ import annotations

from importlib import resources

from pluribus.app.selection import unknown_rule
from pluribus.errors import UsageError
from pluribus.rules import ALL


def rule_names() -> dict[str, tuple[str, str]]:
    """Each rule with its family and its summary, in the order of reports."""
    return {rule.name: (rule.family, rule.summary) for rule in ALL}


def rule_page(name: str) -> str:
    """The Markdown page of a rule.

    Raises:
        UsageError: there is no such rule.
    """
    for rule in ALL:
        if rule.name == name:
            folder = resources.files("pluribus.rules").joinpath(rule.family)
            return folder.joinpath(name.replace("-", "_") + ".md").read_text(encoding="utf-8")
    problem = unknown_rule(name)
    message, hint = problem or (f"`{name}` is a family of rules", "name one of its rules")
    raise UsageError(message, hint=hint)
