"""The parts of a JUnit file.

Source: the schema of Jenkins' xUnit plug-in, and what `junitparser` reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

from pluribus.findings import Location
from pluribus.reports.wording import printable

COMPLETENESS: Final = "completeness"
"""The suite, and its only case, that says whether all was judged."""

# What XML 1.0 cannot hold, on top of what is not printable.
_NOT_XML = re.compile("[\ufffe\uffff]")


def case(suite: ET.Element, group: str, name: str) -> ET.Element:
    """Add a case to a suite."""
    return ET.SubElement(
        suite, "testcase", classname=attribute(f"pluribus.{group}"), name=attribute(name)
    )


def skip(of: ET.Element, reason: str) -> None:
    """Say that a case was not run, and why."""
    ET.SubElement(of, "skipped", message=attribute(reason))


def fail(
    of: ET.Element,
    said: str,
    lines: Iterable[str],
    *,
    kind: str,
    place: Location | None = None,
    tag: str = "failure",
) -> None:
    """Say that a case failed, or by another tag that it could not be judged.

    Args:
        of: The case.
        said: In one line.
        lines: In full.
        kind: Of the failure.
        place: Where.
        tag: `failure` or `error`.
    """
    if place is not None:
        of.set("file", attribute(place.path))
        of.set("line", str(place.line))
    ET.SubElement(of, tag, message=attribute(said), type=kind).text = _text(lines)


def properties(suite: ET.Element, values: dict[str, int]) -> None:
    """Give a suite what else is counted."""
    element = ET.SubElement(suite, "properties")
    for name, count in values.items():
        ET.SubElement(element, "property", name=name, value=str(count))


def document(suites: ET.Element) -> str:
    """The file, with the counts that readers expect in front of each suite and of all."""
    for element in [*suites, suites]:
        element.set("tests", str(len(element.findall(".//testcase"))))
        element.set("failures", str(len(element.findall(".//failure"))))
        element.set("errors", str(len(element.findall(".//error"))))
        element.set("skipped", str(len(element.findall(".//skipped"))))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, "unicode") + "\n"


def attribute(text: str) -> str:
    """Text on one line that any reader of XML takes."""
    return _NOT_XML.sub("\ufffd", printable(text))


def _text(lines: Iterable[str]) -> str:
    return "\n".join(attribute(line) for each in lines for line in each.splitlines())
