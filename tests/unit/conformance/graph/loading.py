"""Loads the toy application anew, so that no test sees what another has left in it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from pluribus.conformance.graph import Overlap, shared_state

CANARIES = {"ann": ["canary-4f1c"], "bob": ["canary-93be"]}


@contextmanager
def loaded(file: str = "toy.py") -> Iterator[ModuleType]:
    path = Path(__file__).with_name(file)
    spec = importlib.util.spec_from_file_location("toy", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["toy"] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules["toy"]


def overlap_of(
    factory: Callable[[str], object],
    *,
    operation: str = "add",
    keys: dict[str, list[object]] | None = None,
    canaries: dict[str, list[str]] | None = None,
    is_warm: bool = False,
) -> Overlap:
    """What the managers of ann and bob share after each has added one line of its own; warm ones
    have done so before they are looked at."""
    managers = {user: factory(user) for user in ("ann", "bob")}

    def operate(user: str) -> object:
        line = f"hello {CANARIES[user][0]}"
        return getattr(managers[user], operation)(f"connection of {user[0]}", line)

    if is_warm:
        for user in managers:
            operate(user)
    return shared_state(
        managers,
        operate,
        CANARIES if canaries is None else canaries,
        {"ann": ["ann"], "bob": ["bob"]} if keys is None else keys,
        project=lambda module: module == "toy",
    )
