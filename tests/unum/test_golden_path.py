"""The golden path in a real browser, with a network that breaks in the middle of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from examples.golden_path.app import CLIENT, application
from examples.golden_path.front import on_nodes
from tests.unum.brokers.servers import valkey_program
from tests.unum.proxy import Proxy

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CLIENT.exists(), reason="needs the client for browsers: make test-client"
    ),
]
FIVE = [
    "agent_started",
    "agent_thinking",
    "tool_executing",
    "tool_completed",
    "agent_completed",
]


class Network:
    """The demo in a thread of its own, behind a proxy."""

    def __init__(self) -> None:
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._proxy: Proxy | None = None
        self._server: uvicorn.Server | None = None
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._run()])
        self._thread.start()
        assert self._is_up.wait(10)

    def do(self, what: Callable[[Proxy], None]) -> None:
        """Do something to the network."""
        proxy = self._proxy
        assert proxy is not None
        self._loop.call_soon_threadsafe(lambda: what(proxy))

    def stop(self) -> None:
        """End it."""
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(15)
        self._loop.close()

    async def _run(self) -> None:
        config = uvicorn.Config(
            application(pause_s=0.25), port=0, log_level="critical", timeout_graceful_shutdown=2
        )
        self._server = uvicorn.Server(config)
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)
        self._proxy = Proxy(self._server.servers[0].sockets[0].getsockname()[1])
        await self._proxy.start()
        self.address = f"http://127.0.0.1:{self._proxy.port}"
        self._is_up.set()
        await serving
        await self._proxy.stop()


@pytest.fixture
def network() -> Iterator[Network]:
    made = Network()
    yield made
    made.stop()


@pytest.fixture
def page(browser: Browser, network: Network) -> Iterator[Page]:
    """The page with both users, on which nothing goes wrong."""
    failed: list[str] = []
    opened = browser.new_page()
    opened.on("pageerror", lambda error: failed.append(str(error)))
    opened.goto(network.address)
    opened.wait_for_selector("#ann [data-state=open]")
    opened.wait_for_selector("#bob [data-state=open]")
    yield opened
    opened.close()
    assert failed == []


def ask(page: Page, user: str = "ann") -> None:
    page.click(f"#{user} form button")


def sees(page: Page, event: str, user: str = "ann") -> None:
    page.wait_for_selector(f"#{user} li.lit[data-type={event}]")


def marks(page: Page, user: str = "ann") -> list[str]:
    """The numbers that were shown, and the cuts between."""
    return page.locator(f"#{user} .line b").all_inner_texts()


def numbers(page: Page, user: str = "ann") -> list[str]:
    return [each for each in marks(page, user) if each != "cut"]


def is_answered(page: Page, user: str = "ann") -> None:
    page.wait_for_function(
        "user => document.querySelector(`#${user} .answer`).textContent.includes('found')",
        arg=user,
    )


def test_the_five_events_light_up_in_order_and_the_other_user_sees_nothing(page: Page) -> None:
    order = []
    ask(page)
    for event in FIVE:
        sees(page, event)
        order.append(event)
    is_answered(page)

    assert order == FIVE
    assert marks(page) == ["1", "2", "3", "4", "5"]
    assert page.locator("#ann .answer").inner_text().startswith("ann, here is")
    assert marks(page, "bob") == []
    assert page.locator("#bob li.lit").count() == 0


def test_a_network_that_breaks_in_the_middle_loses_nothing(page: Page, network: Network) -> None:
    ask(page)
    sees(page, "agent_thinking")
    network.do(Proxy.cut)
    is_answered(page)

    assert numbers(page) == ["1", "2", "3", "4", "5"]
    assert "cut" in marks(page)


def test_a_network_that_is_away_for_a_while_loses_nothing(page: Page, network: Network) -> None:
    ask(page)
    sees(page, "agent_started")

    def break_(proxy: Proxy) -> None:
        proxy.is_down = True
        proxy.cut()

    def mend(proxy: Proxy) -> None:
        proxy.is_down = False

    network.do(break_)
    page.wait_for_selector("#ann [data-state=waiting]")
    page.wait_for_timeout(1_500)  # the agent is done meanwhile, and nobody has heard of it
    assert page.locator("#ann li.lit[data-type=agent_completed]").count() == 0
    network.do(mend)
    is_answered(page)

    assert numbers(page) == ["1", "2", "3", "4", "5"]


def test_a_reload_in_the_middle_goes_on_where_it_was(page: Page) -> None:
    ask(page)
    sees(page, "tool_executing")
    page.reload()
    is_answered(page)

    assert numbers(page) == ["1", "2", "3", "4", "5"]


def test_two_tabs_of_a_user_see_the_same(page: Page, browser: Browser, network: Network) -> None:
    other = browser.new_page()
    other.goto(f"{network.address}/?user=ann")
    other.wait_for_selector("#ann [data-state=open]")
    ask(page)
    is_answered(page)
    is_answered(other)

    assert numbers(page) == numbers(other) == ["1", "2", "3", "4", "5"]
    other.close()


def test_both_users_at_once_get_their_own_answers(page: Page) -> None:
    ask(page, "ann")
    ask(page, "bob")
    is_answered(page, "ann")
    is_answered(page, "bob")

    assert page.locator("#bob .answer").inner_text().startswith("bob, here is")
    assert page.locator("#ann .answer").inner_text().startswith("ann, here is")
    assert numbers(page, "bob") == ["1", "2", "3", "4", "5"]


class OnNodes:
    """The demo on two nodes, in a thread of its own."""

    def __init__(self) -> None:
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._is_over = asyncio.Event()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._run()])
        self._thread.start()
        assert self._is_up.wait(20)

    def stop(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._is_over.set)
        self._thread.join(15)
        self._loop.close()

    async def _run(self) -> None:
        async with on_nodes(pause_s=0.5) as front:
            self.address = f"http://127.0.0.1:{front.port}"
            self._is_up.set()
            await self._is_over.wait()


@pytest.fixture
def nodes() -> Iterator[OnNodes]:
    made = OnNodes()
    yield made
    made.stop()


@pytest.mark.skipif(
    valkey_program() is None, reason="needs a valkey-server: pip install -r requirements/dev.txt"
)
def test_a_node_that_is_killed_is_told_of_and_the_page_goes_on(
    browser: Browser, nodes: OnNodes
) -> None:
    page = browser.new_page()
    page.goto(nodes.address)
    page.wait_for_selector("#ann [data-state=open]")
    ask(page)
    sees(page, "tool_executing")
    page.click("#ann .kill")
    page.wait_for_function(
        "document.querySelector('#ann .answer').textContent === 'The server was lost.'"
    )
    lit = page.locator("#ann li.lit[data-type=agent_completed]").count()
    before = numbers(page)
    ask(page)
    is_answered(page)

    assert lit == 0
    assert before == ["1", "2", "3", "4", "5"], "the tool is closed, and the run has one end"
    assert numbers(page) == [str(number) for number in range(1, 11)]
    assert "cut" in marks(page)
    page.close()


def test_where_there_is_one_node_the_page_says_why_it_cannot_be_killed(page: Page) -> None:
    assert not page.locator("#ann .kill").is_visible()
    assert "one node, which cannot be killed" in page.locator("#nodes").inner_text()
