"""Factories that read their key out of the text of a context, which is a plain dict."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pluribus.conformance.mutants.good import PerThread, forget_released


def _by(key: Callable[[Mapping[str, Any]], object]) -> dict[str, object]:
    instances: dict[object, PerThread] = {}

    def manager_of(context: Mapping[str, Any]) -> PerThread:
        place = (key(context), context["thread_id"])
        forget_released(instances)
        manager = PerThread(context)  # type: ignore[arg-type]  # it is kept, no more
        return instances.setdefault(place, manager)

    return {"factory": manager_of, "alias": manager_of}


def forged_by_a_name() -> dict[str, object]:
    """The user is the first thing in the text of the context that looks like one."""
    pattern = re.compile(r"user_id['\"]?\s*[:=]\s*['\"]?([^'\",}]+)")

    def user(context: Mapping[str, Any]) -> object:
        found = pattern.search(str(context))
        assert found is not None
        return found[1]

    return _by(user)


def first_word_of_a_text() -> dict[str, object]:
    """The user is read out of the text of the context up to the first blank."""

    def user(context: Mapping[str, Any]) -> object:
        found = re.search(r"'user_id': '(\w+)", str({"user_id": str(context["user_id"])}))
        return found and found[1]

    return _by(user)


def believed_name() -> dict[str, object]:
    """Whoever is called `user_id: x` is taken for x."""

    def user(context: Mapping[str, Any]) -> object:
        told = [re.match(r"user_id: (.+)", str(each)) for each in context.values()]
        return next((each[1] for each in told if each), context["user_id"])

    return _by(user)


MIXERS: Mapping[Callable[[], dict[str, object]], tuple[str, ...]] = MappingProxyType(
    {forged_by_a_name: ("B5",), first_word_of_a_text: ("B5",), believed_name: ("B5",)}
)
"""Factories to the properties that must refuse them."""
