"""The concept that the corpus is about: one owner, and the many ways that code reaches past it."""

from __future__ import annotations

from random import Random
from typing import Final

OWNER: Final = "harbor.dispatch.hub"

CONTRACT: Final = """\
[codebase]
tests = ["/tests/"]

[concepts.dispatch-hub]
owner = "harbor.dispatch.hub:DispatchHub"
import-paths = ["harbor.dispatch.hub"]
legacy-paths = ["harbor.dispatch.manager", "harbor.dispatch.hub_manager"]
rivals = { names = ["*Dispatch*Hub*", "*DispatchManager*"], shared-methods = 2 }
interface = { methods = ["attach_receiver", "detach_receiver", "dispatch_event"] }
factories = ["harbor.dispatch.factory:get_dispatch_hub"]
context = { parameter = "account", key = ["account_id", "channel_id"] }
events = ["voyage_started", "voyage_changed", "voyage_completed"]
"""

_OWNER = '''\
"""The one hub that takes every event to its receivers."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List


class DispatchHub:
    """Knows who listens, and hands each event on."""

    def __init__(self, account: Any) -> None:
        self.account = account
        self.receivers: Dict[str, List[Any]] = {}

    async def attach_receiver(self, name: str, receiver: Any) -> None:
        self.receivers.setdefault(name, []).append(receiver)

    async def detach_receiver(self, name: str, receiver: Any) -> None:
        self.receivers[name].remove(receiver)

    async def dispatch_event(self, name: str, event: Dict[str, Any]) -> int:
        heard = self.receivers.get(name, [])
        await asyncio.gather(*(each.send(event) for each in heard))
        return len(heard)

    def list_receivers(self) -> List[str]:
        return sorted(self.receivers)
'''
_FACTORY = '''\
"""Makes the hub of an account."""

from harbor.dispatch.hub import DispatchHub


def get_dispatch_hub(account):
    return DispatchHub(account)


async def create_dispatch_hub(account):
    return get_dispatch_hub(account)
'''
_RIVAL = '''\
"""A hub that was to replace the first."""


class UnifiedDispatchHub:
    def __init__(self):
        self.receivers = {}

    async def attach_receiver(self, name, receiver):
        self.receivers[name] = receiver

    async def dispatch_event(self, name, event):
        await self.receivers[name].send(event)
'''
_LAZY = '''\
"""Names that are looked up when they are asked for."""


def __getattr__(name):
    if name == "EventHub":
        from harbor.dispatch.hub import DispatchHub

        return DispatchHub
    raise AttributeError(name)
'''

MODULES: Final = {
    "harbor/__init__.py": '"""Moves parcels."""\n',
    "harbor/dispatch/__init__.py": (
        "from harbor.dispatch.factory import get_dispatch_hub\n"
        "from harbor.dispatch.hub import DispatchHub\n\n"
        '__all__ = ["DispatchHub", "get_dispatch_hub"]\n'
    ),
    "harbor/dispatch/hub.py": _OWNER,
    "harbor/dispatch/factory.py": _FACTORY,
    "harbor/dispatch/manager.py": (
        "from harbor.dispatch.hub import DispatchHub as DispatchManager\n\n"
        "default_manager = DispatchManager(None)\n"
    ),
    "harbor/dispatch/hub_manager.py": "from harbor.dispatch.hub import *  # noqa: F403\n",
    "harbor/dispatch/unified.py": _RIVAL,
    "harbor/dispatch/lazy.py": _LAZY,
    "harbor/dispatch/canonical.py": (
        "try:\n"
        "    from harbor.dispatch.hub import DispatchHub as Hub\n"
        "except ImportError:\n"
        "    from harbor.dispatch.unified import UnifiedDispatchHub as Hub\n"
    ),
    "harbor/dispatch/bridge.py": (
        "from harbor.dispatch import hub as hub_module\n\nEventBus = hub_module.DispatchHub\n"
    ),
}
"""The files that every prefix of the corpus starts with."""

AT_TOP: Final = (
    "from harbor.dispatch.hub import DispatchHub",
    "from harbor.dispatch.hub import DispatchHub",
    "from harbor.dispatch.hub import DispatchHub as EventHub",
    "from harbor.dispatch import DispatchHub",
    "from harbor.dispatch import DispatchHub, get_dispatch_hub",
    "from harbor.dispatch.manager import DispatchManager",
    "from harbor.dispatch.hub_manager import DispatchHub",
    "from harbor.dispatch.factory import get_dispatch_hub",
    "from harbor.dispatch.canonical import Hub",
    "from harbor.dispatch.bridge import EventBus",
    "from harbor.dispatch.lazy import EventHub",
    "import harbor.dispatch.hub",
    "from harbor.dispatch.hub import DispatchHubPool",
    "from harbor.dispatch.hub_factory import make_hub",
    "from typing import TYPE_CHECKING\n\n"
    "if TYPE_CHECKING:\n    from harbor.dispatch.hub import DispatchHub",
    "try:\n    from harbor.dispatch.hub import DispatchHub\n"
    "except ImportError:\n    DispatchHub = None",
)
_IN_FUNCTION = (
    "from harbor.dispatch.hub import DispatchHub\n\nhub = DispatchHub(account)",
    "from harbor.dispatch.factory import get_dispatch_hub\n\nhub = get_dispatch_hub(account)",
    "hub = importlib.import_module('harbor.dispatch.hub').DispatchHub(account)",
    "logger.debug('still through harbor.dispatch.manager')",
)
_IN_TEST = (
    "with patch('harbor.dispatch.hub.DispatchHub.dispatch_event', AsyncMock()) as sent:\n"
    "    assert sent.call_count == 0",
    "with patch('harbor.dispatch.manager.DispatchManager') as made:\n"
    "    made.return_value.dispatch_event = AsyncMock()",
    "monkeypatch.setattr('harbor.dispatch.factory.get_dispatch_hub', lambda account: None)",
)
_RIVAL_METHODS = """
    async def attach_receiver(self, name, receiver):
        self.receivers[name] = receiver

    async def dispatch_event(self, name, event):
        return await self.receivers[name].send(event)
"""


def statement(random: Random, *, in_test: bool) -> str:
    """A statement that reaches the concept from inside a function."""
    return random.choice(_IN_TEST + _IN_FUNCTION if in_test else _IN_FUNCTION)


def rival(random: Random, name: str) -> str:
    """A class that does what the owner does."""
    title = random.choice((f"{name}DispatchHub", f"{name}DispatchManager", f"{name}Broadcaster"))
    return f'class {title}:\n    """Sends events of its own."""\n{_RIVAL_METHODS}'
