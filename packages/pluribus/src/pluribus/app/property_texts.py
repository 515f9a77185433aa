"""What is to be said of the properties of `pluribus conform`."""

from __future__ import annotations

from typing import Final

from pluribus.conformance.properties import PROPERTIES, Property
from pluribus.findings import RuleText, Severity

FAMILY: Final = "conformance"
"""What stands in the place of a family of rules."""


def text_of(prop: Property) -> RuleText:
    """A property as formats describe rules."""
    return RuleText(
        name=prop.name,
        family=FAMILY,
        summary=prop.title,
        description=prop.says,
        severity=Severity.ERROR,
        # A failure is a counterexample that was recorded.
        precision="very-high",
        page=prop.page,
    )


def property_page(name: str) -> str:
    """The page of a property, as Markdown under a heading; empty when none is called that."""
    return next((each.page for each in PROPERTIES if each.name == name.upper()), "")
