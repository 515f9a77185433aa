"""Markdown in which nothing that is reported becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pluribus.findings import Evidence, Location, Report
from pluribus.reports import FORMATS, RenderOptions
from pluribus.reports._gfm import code, prose, table
from tests.reports.samples import DUAL, MANY, RIVAL, SAMPLES, report
from tests.reports.strategies import reports, texts

render = FORMATS["markdown"]
PLAIN = RenderOptions()
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def inline(markdown: str) -> Iterator[Token]:
    for block in READER.parse(markdown):
        yield from block.children or ()


def shown(markdown: str) -> str:
    """What a reader sees of a paragraph."""
    return "".join(each.content for each in inline(markdown) if each.content != "<!-- -->")


HOSTILE = (
    "*a* _b_ ~~c~~ [d](http://e) ![f](g) <h> &amp; | $i$ \\",
    "# heading",
    "- item",
    "1. item",
    "+ item",
    "> quote",
    "===",
    ":smile: :+1:",
    "__init__ | `co`de | ``",
    "<script>alert(1)</script>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_is_shown_as_it_is(text: str) -> None:
    blocks = READER.parse(prose(text))

    assert [each.type for each in blocks] == ["paragraph_open", "inline", "paragraph_close"]
    assert {each.type for each in inline(prose(text))} <= {"text", "text_special", "code_inline"}
    assert shown(prose(text)).replace("`", "") == text.replace("`", "")


@given(text=texts)
@settings(deadline=None)
def test_code_is_shown_as_it_is(text: str) -> None:
    said = " ".join(text.split())

    if said:
        (token,) = [each for each in inline(code(text)) if each.type == "code_inline"]
        assert "\n" not in code(text)
        if said.isprintable():
            assert token.content == said
    else:
        assert code(text) == ""


@given(cells=texts)
@settings(deadline=None)
def test_no_cell_makes_another(cells: str) -> None:
    lines = table(("a", "b"), [[prose(cells), code(cells)]])

    blocks = READER.parse("\n".join(lines))

    assert [each.type for each in blocks].count("td_open") == 2
    assert [each.type for each in blocks].count("tr_open") == 2


def test_nobody_is_notified() -> None:
    assert prose("@someone #12") == "@<!-- -->someone #<!-- -->12"


def test_a_report_says_what_the_contract_says_of_impact_and_risk() -> None:
    lines = render(SAMPLES["many"], PLAIN).splitlines()

    assert (
        "| imports | `legacy-import` | `websocket-manager` | error | 13 | 7 | 20 | critical "
        "| one user's events reach another |"
    ) in lines
    assert "| 1 | imports | 14 | 10 | **next** |" in lines
    assert "| 2 | implementations | 1 | 0 | open |" in lines
    assert "| 3 | interfaces | 0 | 0 | nothing found |" in lines


def test_the_worst_findings_are_shown_with_their_places() -> None:
    markdown = render(SAMPLES["many"], PLAIN)

    worst = markdown.partition("## The worst findings\n")[2].partition("\n## ")[0]
    assert worst.count("\n- **") == 10
    assert "- **error** `dual-import` at `src/shop/chat.py:14:5`: " in worst
    assert worst.index("`dual-import`") < worst.rindex("`legacy-import`")
    assert "tests/" not in worst


def test_what_was_not_checked_is_said() -> None:
    markdown = render(SAMPLES["incomplete"], PLAIN)

    assert "- not parsed: `src/shop/blob.py`, not text: a NUL byte at offset 17\n" in markdown
    assert "- not run: `partial-key` for `websocket-manager`: no `context.key` is decl" in markdown
    assert "- recovered: 2 more files\n" in markdown
    assert "Make the check complete" in markdown


@given(report=reports)
@settings(deadline=None, max_examples=50)
def test_no_report_becomes_markup(report: Report) -> None:
    tokens = READER.parse(render(report, PLAIN))

    html = [
        token.content
        for block in tokens
        for token in [block, *(block.children or ())]
        if token.type in ("html_block", "html_inline")
    ]
    assert [each for each in html if each != "<!-- -->"] == []
    assert [t for block in tokens for t in block.children or () if t.type == "link_open"] == []
    headings = [each for each in tokens if each.type == "heading_open"]
    assert 3 <= len(headings) <= 7


def test_a_report_of_many_findings_fits_the_summary_of_a_job() -> None:
    many = [
        msgspec.structs.replace(
            each,
            location=Location(f"src/{number}.py", 1),
            key=(str(number),),
            evidence=(Evidence("x", "y" * 300),),
        )
        for number in range(500)
        for each in (DUAL, RIVAL)
    ]

    markdown = render(report((*MANY, *many)), PLAIN)

    assert len(markdown.encode()) < 2**20
    assert re.search(r"^- 1,026 findings in ", markdown, re.MULTILINE)
