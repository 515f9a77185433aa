"""The HTML report in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pluribus.reports import CONFORMANCE_FORMATS, FORMATS, RenderOptions
from tests.reports import conformances
from tests.reports.large import odd, thousand
from tests.reports.samples import SAMPLES

pytestmark = pytest.mark.browser

SHOWN = ".f:visible"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(
            "needs a Chromium: on Debian, apt-get install chromium; or name it in CHROMIUM"
        )
    with sync_playwright() as playwright:
        # In a container the sandbox of the browser cannot be had; the page is our own.
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The address of each report."""
    folder = tmp_path_factory.mktemp("reports")
    addresses = {}
    plain = RenderOptions()
    checks = {"many": SAMPLES["many"], "odd": odd(), "large": thousand()}
    pages = {name: FORMATS["html"](report, plain) for name, report in checks.items()}
    pages |= {
        f"conform-{name}": CONFORMANCE_FORMATS["html"](run, plain)
        for name, run in {**conformances.SAMPLES, "whole": conformances.whole()}.items()
    }
    for name, html in pages.items():
        path = folder / f"{name}.html"
        path.write_text(html, "utf-8")
        addresses[name] = path.as_uri()
    return addresses


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which nothing may go wrong, be said or be asked."""
    said: list[str] = []
    opened = browser.new_page(color_scheme="light")
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: said.append(dialog.message))
    opened.on("request", lambda each: None if each.url[:5] == "file:" else said.append(each.url))
    yield opened
    opened.close()
    assert said == []


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_search_and_filters_leave_what_fits(page: Page, files: dict[str, str]) -> None:
    page.goto(files["many"])
    assert page.locator(SHOWN).count() == 26

    page.keyboard.press("/")
    page.keyboard.type("shop.ws.factory nightly")
    assert page.locator(SHOWN).count() == 1
    assert page.locator("#count").inner_text() == "1 of 26 shown"
    assert page.locator("h4:visible", has_text="imports / dual-import").count() == 0

    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("document.querySelector('#count').textContent.startsWith('26 ')")
    page.get_by_label("errors").uncheck()
    page.get_by_label("tests").uncheck()
    assert page.locator(SHOWN).count() == 2

    page.get_by_label("Rule").select_option("rival")
    assert page.locator(SHOWN).count() == 1


def test_a_finding_opens_from_the_keyboard_and_from_a_link(
    page: Page, files: dict[str, str]
) -> None:
    page.goto(files["many"])
    first = page.locator(".f").first

    first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert first.get_by_text("help:").is_visible()

    last = page.locator(".f").last
    page.goto(f"{files['many']}#{last.get_attribute('id')}")
    # That the address has changed is told to the page a little later.
    last.get_by_text("help:").wait_for(state="visible", timeout=5000)


def test_light_and_dark_follow_the_system_until_one_is_chosen(
    page: Page, files: dict[str, str]
) -> None:
    page.goto(files["many"])
    light = background(page)
    page.emulate_media(color_scheme="dark")
    dark = background(page)
    assert light != dark

    page.emulate_media(color_scheme="light")
    page.locator("#theme").click()
    assert background(page) == dark
    assert page.locator("#theme").inner_text() == "Light"
    page.reload()
    assert background(page) == dark


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "name",
    [
        "many",
        "odd",
        "large",
        "conform-failed",
        "conform-rivals",
        "conform-unjudged",
        "conform-whole",
    ],
)
def test_no_report_is_wider_than_the_window(
    page: Page, files: dict[str, str], name: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(files[name])

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#open").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_all_of_it_can_be_read_without_scripts(browser: Browser, files: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(files["many"])

    assert page.locator(SHOWN).count() == 26
    assert page.locator("#filter:visible, #theme:visible").count() == 0
    page.locator(".f summary").first.click()
    assert page.locator(".f").first.get_by_text("help:").is_visible()
    context.close()


def test_it_can_be_printed_with_what_is_folded_away(
    browser: Browser, files: dict[str, str], tmp_path: Path
) -> None:
    page = browser.new_page()
    page.goto(files["many"])

    page.emulate_media(media="print")

    assert page.locator("#filter").is_hidden()
    assert page.locator(".f").first.get_by_text("help:").is_visible()
    page.close()


def test_the_verdicts_of_a_run_begin_with_what_is_wrong(page: Page, files: dict[str, str]) -> None:
    page.goto(files["conform-failed"])
    assert page.locator("#count").inner_text() == "7 of 7 shown"
    assert page.locator(".outcome > summary b").all_inner_texts() == [
        "Does not hold",
        "Could not be judged",
        "Was not exercised",
        "Need not be exercised",
        "Holds",
        "Is not promised",
    ]
    assert page.locator(SHOWN).count() == 4

    page.get_by_label("Property").select_option("D2")
    assert page.locator(SHOWN).count() == 1
    assert page.locator("h4:visible").all_inner_texts() == ["D2 nothing reaches another user"]


def test_what_is_looked_for_is_shown_where_it_is_folded(page: Page, files: dict[str, str]) -> None:
    page.goto(files["conform-failed"])
    assert page.locator("h4:visible", has_text="A1").count() == 0

    page.locator("#q").fill("each operation")

    assert page.locator("h4:visible").all_inner_texts() == ["A1 each operation is there"]


def test_the_first_screen_of_a_failed_run_names_what_fails(
    page: Page, files: dict[str, str]
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(files["conform-whole"])

    for each in page.locator(".failing .chip").all():
        box = each.bounding_box()
        assert box is not None
        assert box["y"] < 400
    first = page.locator(".verdicts .c-FAIL").first.bounding_box()
    assert first is not None
    assert first["y"] < 1200


def test_what_is_led_to_is_not_covered_by_the_filter(page: Page, files: dict[str, str]) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(files["conform-whole"])

    page.locator(".failing .chip").last.click()

    target = page.locator(".f:target")
    target.wait_for(state="visible", timeout=5000)
    boxes = target.bounding_box(), page.locator("#filter").bounding_box()
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] >= boxes[1]["y"] + boxes[1]["height"]


@pytest.mark.parametrize("is_scripted", [True, False])
def test_a_cell_of_the_matrix_leads_to_its_verdict_though_it_is_folded(
    browser: Browser, files: dict[str, str], is_scripted: bool
) -> None:
    page = browser.new_page(java_script_enabled=is_scripted)
    page.goto(files["conform-failed"])
    verdict = page.locator(".f", has_text="an instance has")
    assert not verdict.is_visible()

    page.locator(".verdicts a", has_text="PASS").focus()
    page.keyboard.press("Enter")

    verdict.wait_for(state="visible", timeout=5000)
    if is_scripted:
        verdict.get_by_text("seen:").wait_for(state="visible", timeout=5000)
    page.close()


def test_a_run_can_be_printed_with_its_programs(browser: Browser, files: dict[str, str]) -> None:
    page = browser.new_page()
    page.goto(files["conform-failed"])

    page.emulate_media(media="print")

    assert page.locator("#filter").is_hidden()
    assert page.locator("pre", has_text="asyncio.run").first.is_visible()
    page.close()
