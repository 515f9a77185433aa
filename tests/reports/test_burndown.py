"""What every picture and page of a burn-down must be, whatever was counted."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import msgspec
import pytest

from pluribus.findings import NotRun
from pluribus.findings.history import Burndown
from pluribus.reports import BURNDOWN_FORMATS, RenderOptions
from pluribus.reports._series import sparkline
from pluribus.reports.burndown_json import parsed
from tests.reports.burndowns import MANY, SAMPLES

SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "burndown.schema.json"
SVG = "{http://www.w3.org/2000/svg}"


def drawn(name: str, burned: Burndown = MANY, **options: object) -> str:
    return BURNDOWN_FORMATS[name](burned, RenderOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_json_fits_its_schema(sample: str) -> None:
    document = json.loads(drawn("json", SAMPLES[sample]))

    jsonschema.validate(document, json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_is_read_from_json_draws_the_same_picture(sample: str) -> None:
    read = parsed(drawn("json", SAMPLES[sample]).encode())

    assert drawn("svg", read) == drawn("svg", SAMPLES[sample])
    assert drawn("text", read) == drawn("text", SAMPLES[sample])


@pytest.mark.parametrize("name", BURNDOWN_FORMATS)
def test_what_commands_a_terminal_is_never_written(name: str) -> None:
    text = drawn(name)

    assert "\x1b" not in text
    assert "\u202e" not in text or name == "json"


def test_the_picture_is_xml_in_which_all_is_inside() -> None:
    root = ElementTree.fromstring(drawn("svg"))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    places = [
        (float(each.attrib["x"]), float(each.attrib["y"])) for each in root.iter(f"{SVG}text")
    ]
    paths = [each.attrib["d"] for each in root.iter(f"{SVG}path")]

    assert places
    assert all(0 <= x <= width and 0 <= y <= height for x, y in places)
    assert all(0 <= float(x) <= width for path in paths for x in re.findall(r"[MH]([\d.]+)", path))
    assert all(0 <= float(y) <= height for path in paths for y in re.findall(r"V([\d.]+)", path))


def test_lines_go_from_left_to_right_and_are_broken_where_nothing_was_judged() -> None:
    root = ElementTree.fromstring(drawn("svg"))
    lines = [
        each.attrib["d"]
        for each in root.iter(f"{SVG}path")
        if each.attrib["class"].startswith("line")
    ]

    # Two concepts and two phases, each broken once; no line where no rule of a phase ran.
    assert len(lines) == 8
    for line in lines:
        across = [float(x) for x in re.findall(r"[MH]([\d.]+)", line)]
        assert all(a <= b for a, b in pairwise(across))


def test_a_count_holds_until_the_next_revision_also_where_more_rules_run() -> None:
    first, second, third, *_ = MANY.points
    partly = msgspec.structs.replace(
        first,
        count=msgspec.structs.replace(first.count, not_run=(NotRun("dual-import", "chat", ""),)),
    )
    burned = msgspec.structs.replace(MANY, points=(partly, second, third), concepts=("chat",))

    lines = re.findall(r'<path class="(line[^"]*)" d="([^"]*)"', drawn("svg", burned))

    (dashed,) = [line for kind, line in lines if kind == "line partial"]
    whole = next(line for kind, line in lines if kind == "line")
    start = whole.removeprefix("M").partition("H")[0]
    assert dashed.endswith("H{}V{}".format(*start.split()))


def test_a_single_revision_that_was_judged_is_not_said_to_be_none() -> None:
    only = next(each for each in MANY.points if not (each.count.problem or each.count.not_run))
    burned = msgspec.structs.replace(MANY, points=(only,))

    picture, page = drawn("svg", burned), drawn("html", burned)

    assert 'class="dot"' in picture
    assert "not judged" not in picture
    assert "not judged" not in page


def test_what_was_counted_is_read_off_the_picture() -> None:
    text = drawn("svg")

    assert "chat, imports: 5 at first, 0 at last" in text
    assert "main: 6 revisions" in text


def test_only_so_many_lines_are_listed_and_the_rest_is_counted() -> None:
    text = drawn("text", limit=1)

    assert "... 1 earlier step, which JSON has" in text
    assert "... 5 earlier rows, which JSON has" in text


def test_a_picture_of_thousands_of_points_stays_small() -> None:
    point = MANY.points[0]
    many = msgspec.structs.replace(MANY, points=(point,) * 4_000)

    assert len(drawn("svg", many)) < 10_000


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([0, 1, 2, 7], "▁▂▃█"),
        ([0, 0], "▁▁"),
        ([None, 5], "·█"),
        ([], ""),
        ([1_000, 1], "█▂"),
    ],
)
def test_a_line_of_blocks_shows_what_is_not_zero(values: list[int | None], line: str) -> None:
    assert sparkline(values) == line
