"""One HTML file that needs nothing else, and in which nothing reported becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from pluribus.findings import Report
from pluribus.reports import FORMATS, RenderOptions
from pluribus.reports._html_graph import SHOWN
from tests.reports.large import odd, thousand
from tests.reports.samples import SAMPLES
from tests.reports.strategies import reports

PLAIN = RenderOptions()
render = FORMATS["html"]


class Outline(HTMLParser):
    """Which elements there are, with their attributes, and whether each is closed."""

    EMPTY = frozenset({"meta", "br", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def counts(outline: Outline) -> Counter[str]:
    return Counter(tag for tag, _ in outline.tags)


@pytest.mark.parametrize("shown", [*SAMPLES.values(), odd(), thousand()])
def test_every_element_is_closed_and_every_id_is_given_once(shown: Report) -> None:
    outline = Outline(render(shown, PLAIN))

    assert outline.open == []
    ids = Counter(attributes["id"] for _, attributes in outline.tags if "id" in attributes)
    assert [each for each, number in ids.items() if number > 1] == []
    wanted = {
        value
        for _, attributes in outline.tags
        for name, value in attributes.items()
        if name == "aria-labelledby"
    }
    assert wanted <= set(ids)


@given(report=reports)
@settings(deadline=None, max_examples=30)
def test_no_text_makes_an_element(report: Report) -> None:
    outline = Outline(render(report, PLAIN))

    found = counts(outline)
    told = sum("help" in (each.get("class") or "").split() for _, each in outline.tags)
    hints = {(each.concept, each.rule, each.hint) for each in report.findings if each.hint}
    assert outline.open == []
    assert len(hints) <= told <= sum(bool(each.hint) for each in report.findings)
    assert (found["script"], found["style"], found["img"], found["b"]) == (
        1,
        1,
        0,
        len(report.findings)
        + told
        + sum(e.name != "chain" for each in report.findings for e in each.evidence),
    )


def test_odd_texts_are_shown_as_they_are() -> None:
    outline = Outline(render(odd(), PLAIN))

    found = counts(outline)
    assert (found["script"], found["img"]) == (1, 0)
    assert "<img src=x onerror=alert(2)>" in outline.text
    assert "\\x00\\x1b[31m\\u202e" in outline.text
    assert not re.search("[\x00-\x08\x1b\u202e]", render(odd(), PLAIN))


def test_nothing_comes_from_elsewhere_and_the_policy_says_so() -> None:
    html = render(SAMPLES["many"], PLAIN)
    outline = Outline(html)

    names = {name for _, attributes in outline.tags for name in attributes}
    assert not {"src", "style", "action", "srcset"} & names
    assert not {name for name in names if name.startswith("on")}
    links = [attributes["href"] for _, attributes in outline.tags if "href" in attributes]
    assert all(link is not None and link.startswith("#") for link in links)
    assert not re.search(r"url\(|@import|https?:", html)
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes in outline.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; ")
    for element in ("style", "script"):
        (content,) = re.findall(f"<{element}>(.*?)</{element}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


def test_a_thousand_findings_fit_in_a_megabyte_with_excerpts_for_the_worst() -> None:
    shown = thousand()

    html = render(shown, PLAIN)

    assert len(shown.findings) == 1000
    assert html.count('<details class="f"') == 1000
    assert html.count("<pre>") > 300
    assert len(html.encode()) < 1_000_000


def test_a_finding_is_shown_with_its_lines_its_chain_and_what_to_do() -> None:
    html = render(SAMPLES["many"], PLAIN)

    start = html.index("is imported through 2 modules")
    finding = html[start : html.index("</details>", start)]
    assert "<mark>14      from shop.ws.manager import Manager</mark>" in finding
    assert "&lt;script&gt;alert(1)" in finding
    assert '<ol class="chain" aria-label="chain"><li><code>shop.ws.manager.Manager' in finding
    assert "<b>help:</b> import <code>WebSocketManager</code>" in finding


def test_the_graph_leads_from_every_path_to_the_owner() -> None:
    html = render(SAMPLES["many"], PLAIN)

    (graph,) = re.findall(r'<svg class="graph".*?</svg>', html, re.DOTALL)
    assert graph.count("<rect") == 4
    assert graph.count('<path class="edge"') == 3
    assert '<g class="k-legacy"><title>shop.ws.manager.Manager: legacy, by 1,104 files' in graph


def test_a_graph_of_many_paths_draws_those_that_most_files_use() -> None:
    html = render(thousand(), PLAIN)

    (graph,) = re.findall(r'<svg class="graph".*?</svg>', html, re.DOTALL)
    assert SHOWN <= graph.count("<rect") <= SHOWN + 5
    assert "part_399.manager_of_sockets.WebSocketManager" in graph
    assert "without 374 that fewer files use" in graph


def test_the_matrix_says_what_is_the_same_and_what_is_lacking() -> None:
    html = render(SAMPLES["many"], PLAIN)

    assert '<td class="same">same</td>' in html
    assert '<td class="differs"><code>(event)</code></td>' in html
    assert '<td class="lacks">lacks it</td>' in html


def test_a_check_that_passed_is_not_called_good_when_it_was_incomplete() -> None:
    incomplete = render(SAMPLES["incomplete"], PLAIN)

    assert '<p class="verdict unsure">passed: ' in incomplete
    assert (
        "<li>not parsed: <code>src/shop/old\\nname.py</code>: permission denied</li>" in incomplete
    )
    assert '<p class="verdict good">passed: ' in render(SAMPLES["clean"], PLAIN)
