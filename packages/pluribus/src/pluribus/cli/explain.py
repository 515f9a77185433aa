"""`pluribus explain`: the page of a rule, or all rules."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping

import click

from pluribus.cli.help import STATUSES, TaughtCommand
from pluribus.cli.options import color_option, text
from pluribus.cli.output import has_color, is_terminal, write_stdout

_BOLD, _FAINT, _CODE, _END = "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[0m"


@click.command(
    "explain",
    cls=TaughtCommand,
    examples=(
        ("pluribus explain", "every rule, by family"),
        ("pluribus explain dual-import", "the page of one rule"),
        ("pluribus explain D2", "that of a property of `pluribus conform`"),
    ),
    statuses=(("0", "explained"), ("2", "there is no such rule"), STATUSES[-1]),
)
@click.argument("rule", required=False, callback=text)
@color_option
def command(rule: str | None, color: str) -> int:
    """Say what a rule catches, why, and how to fix it.

    RULE is the name of a rule, as in `error[dual-import]`, or of a property, as in `FAIL D2`.
    Without it, every rule is listed.
    """
    from pluribus.app.explain import page, page_names

    is_colored = has_color(color, to_terminal=is_terminal(sys.stdout), environ=os.environ)
    if rule is None:
        lines = listing(page_names(), is_colored=is_colored)
    else:
        lines = _lines(_property_page(rule) or page(rule), is_colored=is_colored)
    write_stdout("".join(f"{line}\n" for line in lines))
    return 0


def _property_page(name: str) -> str:
    """The page of a property of `pluribus conform`; empty when it is called otherwise."""
    if not re.fullmatch(r"[A-Za-z]\d+", name):
        return ""
    from pluribus.app.property_texts import property_page

    return property_page(name)


def listing(rules: Mapping[str, tuple[str, str]], *, is_colored: bool) -> Iterator[str]:
    """Yield the rules, name to family and summary, under their families."""
    width = max(map(len, rules), default=0)
    families = list(dict.fromkeys(family for family, _ in rules.values()))
    for family in families:
        yield f"{_BOLD}{family}{_END}" if is_colored else family
        for name, (own_family, summary) in rules.items():
            if own_family == family:
                space = " " * (width - len(name))
                shown = f"{_CODE}{name}{_END}" if is_colored else name
                yield f"  {shown}{space}  {summary}"
        yield ""
    yield "the page of one: pluribus explain RULE"


def _lines(markdown: str, *, is_colored: bool) -> Iterator[str]:
    lines = markdown.splitlines()
    return styled(lines) if is_colored else iter(lines)


def styled(lines: list[str]) -> Iterator[str]:
    """Colour Markdown: headings and code stand out, fences step back; no word is changed."""
    in_code = False
    for line in lines:
        if line.startswith("```"):
            in_code = not in_code
            yield f"{_FAINT}{line}{_END}"
        elif in_code:
            yield f"{_CODE}{line}{_END}" if line else line
        elif line.startswith("#"):
            yield f"{_BOLD}{line}{_END}"
        else:
            yield re.sub(r"`[^`]+`", lambda code: f"{_CODE}{code[0]}{_END}", line)
