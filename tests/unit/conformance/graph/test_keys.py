"""Whose a key is, and when a table is divided by user."""

from __future__ import annotations

import weakref
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from pluribus.conformance.graph.canaries import Canaries
from pluribus.conformance.graph.keys import Keys
from pluribus.conformance.graph.shapes import Shapes

NUMBER = UUID(int=7)
VALUES: dict[str, list[object]] = {"ann": ["ann", 17, NUMBER], "bob": ["bob", "ann lee", 18]}


class Manager:
    pass


@dataclass(frozen=True)
class Context:
    user: str
    thread: str


class Pair(NamedTuple):
    user: str
    thread: str


class Name(str):
    __slots__ = ()


ROOTS = {"ann": Manager(), "bob": Manager()}


def keys() -> Keys:
    shapes = Shapes(lambda module: False)

    def content(item: object) -> list[Any]:
        return shapes.of(type(item)).content(item)

    return Keys(VALUES, ROOTS, Canaries({}, ROOTS), content)


@pytest.mark.parametrize(
    "key",
    [
        "ann",
        "room:ann",
        "user_ann-1",
        "{user: ann}".replace(" ", ""),
        17,
        NUMBER,
        ("ann", "thread"),
        (("ann", 1), frozenset(["ann"])),
        Context("ann", "thread"),
        Pair("ann", "thread"),
        Name("ann"),
        ROOTS["ann"],
        weakref.ref(ROOTS["ann"]),
    ],
    ids=lambda key: type(key).__name__,
)
def test_a_key_with_a_value_of_one_user_is_that_users(key: Any) -> None:
    found = keys().partition({key: [], "bob": []})

    assert found is not None
    assert {user: len(entries) for user, entries in found.entries.items()} == {"ann": 2, "bob": 2}


@pytest.mark.parametrize(
    "key",
    ["joanna", "ann's line", "about ann lee", "all", 1, True, ("ann", "bob"), "ann:bob", (), None],
    ids=repr,
)
def test_a_key_of_nobody_or_of_two_divides_nothing(key: Any) -> None:
    assert keys().partition({"ann": 1, key: 2}) is None


def test_the_longer_value_is_not_taken_for_the_shorter() -> None:
    found = keys().partition({"ann lee": "x"})

    assert found is not None
    assert [user for user, entries in found.entries.items() if entries] == ["bob"]


@pytest.mark.parametrize("table", [{}, set(), defaultdict(list)], ids=repr)
def test_an_empty_table_may_become_one_that_is_divided(table: Any) -> None:
    found = keys().partition(table)

    assert found is not None
    assert found.is_empty


def test_a_set_of_values_is_divided_and_a_set_of_objects_is_not() -> None:
    assert keys().partition({"ann", "bob"}) is not None
    assert keys().partition({ROOTS["ann"], ROOTS["bob"]}) is None


def test_a_list_is_no_table() -> None:
    assert keys().partition(["ann", "bob"]) is None


def test_what_is_under_keys_of_others_alone_is_hidden() -> None:
    both: list[int] = []
    table = {"ann": both, "room:bob": both, ("bob", 1): [1]}

    found = keys().partition(table)

    assert found is not None
    hidden = found.hidden()
    assert id(both) not in hidden["ann"] | hidden["bob"]
    assert id(table["bob", 1]) in hidden["ann"]
    assert id(table["bob", 1]) not in hidden["bob"]
