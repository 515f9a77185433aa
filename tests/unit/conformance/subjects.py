"""Subjects made in a test, and what the kit says of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from pluribus.conformance.adapter import Adapter
from pluribus.conformance.exploring import explored
from pluribus.conformance.judge import Run, Setting, judged, setting
from pluribus.conformance.making import imported
from pluribus.conformance.peer import Peer
from pluribus.conformance.properties import PROPERTIES
from pluribus.contract import Concept, Conform
from pluribus.errors import ContractError

QUICK: Mapping[str, Any] = {
    "arrival_s": 0.05,
    "timeout_s": 0.3,
    # Or it would depend on which frameworks other tests have imported.
    "connection_lost": "builtins:ConnectionResetError",
}
BY_NAME = {each.name: each for each in PROPERTIES}


class Sockets:
    """A good manager that sends to one after the other."""

    def __init__(self) -> None:
        self.sockets: list[Peer] = []

    async def connect(self, websocket: Peer) -> None:
        self.sockets.append(websocket)

    def disconnect(self, websocket: Peer) -> None:
        if websocket in self.sockets:
            self.sockets.remove(websocket)

    async def broadcast(self, message: str) -> None:
        for socket in list(self.sockets):
            await socket.send_text(message)


def adapter_of(
    made: Mapping[str, object], *, events: tuple[str, ...] = (), **keys: Any
) -> Adapter:
    """An adapter of a concept whose definitions `made:NAME` are these objects.

    `conform` among the keys is merged with times that suit a test; `is_project` says which modules
    are judged.
    """
    is_project = keys.pop("is_project", None)
    conform = Conform(**{**QUICK, **keys.pop("conform", {})})
    factories = tuple(f"made:{name}" for name in made if name != "owner")
    concept = Concept(
        name="made",
        owner="made:owner",
        factories=factories,
        events=events,
        conform=conform,
        **keys,
    )

    def resolve(definition: str) -> object:
        module, _, name = definition.partition(":")
        if module == "made" and name not in made:
            raise ContractError(f"`{definition}` cannot be imported")
        return made[name] if module == "made" else imported(definition)

    return Adapter(concept, resolve=resolve, is_project=is_project)


def explored_of(name: str, make: Callable[[], Mapping[str, object]], **keys: Any) -> Run:
    """Judge one property under many schedules, each on fresh objects."""

    def fresh() -> Setting:
        return setting(adapter_of(make(), is_project=is_of_tests, **keys), seed=0)

    return explored(BY_NAME[name], fresh, seed=0)


def is_of_tests(module: str) -> bool:
    """What is under judgement where a test makes it."""
    return module.startswith(("tests.", "test_"))


def run_of(name: str, adapter: Adapter, seed: int = 0) -> Run:
    """Judge one property."""
    return asyncio.run(judged(BY_NAME[name], setting(adapter, seed=seed)))
