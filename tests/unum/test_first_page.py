"""The page of the tutorial, in a real browser: what it says that a reader will see."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from tests.functional.test_tutorial import DOCS, File, steps

pytestmark = pytest.mark.browser
FIVE = ["agent_started", "agent_thinking", "tool_executing", "tool_completed", "agent_completed"]


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The files of the tutorial, served."""
    for step in steps((DOCS / "tutorial" / "first-unum.md").read_text("utf-8")):
        if isinstance(step, File):
            (tmp_path / step.path).write_text(step.text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "app", raising=False)
    server = uvicorn.Server(
        uvicorn.Config("app:app", port=0, log_level="critical", timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    server.should_exit = True
    thread.join(15)
    monkeypatch.delitem(sys.modules, "app")


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(address)
    page.wait_for_function("socket.readyState === WebSocket.OPEN && resume !== undefined")
    return page


def _rows(page: Page, count: int) -> list[list[str]]:
    """Number and name of each event that is shown, once there are so many."""
    page.wait_for_function(f"document.querySelectorAll('li').length >= {count}")
    return [each.split(": ")[0].split() for each in page.locator("li").all_inner_texts()]


def test_five_rows_go_on_where_they_had_stopped_and_another_user_sees_none(
    browser: Browser, address: str
) -> None:
    ann, bob = _opened(browser, address), _opened(browser, address + "?user=bob")
    ann.click("#ask")
    _rows(ann, 5)
    ann.click("#ask")
    _rows(ann, 6)
    ann.click("#cut")

    rows = _rows(ann, 10)

    assert rows == [[str(number), name] for number, name in enumerate(FIVE * 2, 1)]
    assert bob.locator("li").count() == 0
