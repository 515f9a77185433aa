"""Every way to share between users that the design names, and those that are no leak."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from pluribus.conformance.graph import Kind, shared_state
from tests.unit.conformance.graph.loading import CANARIES, loaded, overlap_of

BAD = {
    "ClassDict": (Kind.LEAK, "dict", "-class toy.ClassDict-> ._ClassDict__connections"),
    "Inherited": (Kind.LEAK, "collections.defaultdict", "-class toy.Base-> .queues"),
    "ModuleDeque": (
        Kind.LEAK,
        "collections.deque",
        "-class toy.ModuleDeque-> .add -global-> toy.RECENT",
    ),
    "MutableDefault": (Kind.LEAK, "list", "-class toy.MutableDefault-> .add -default seen->"),
    "Closure": (Kind.LEAK, "list", "-class toy.Closure-> .add -closure kept->"),
    "Memo": (
        Kind.LEAK,
        "dict",
        "-class toy.Memo-> .add -global-> toy._store -cached 'connections'->",
    ),
    "SharedSlots": (Kind.LEAK, "toy.Pool", ".pool"),
    "ViaFunction": (
        Kind.LEAK,
        "list",
        "-class toy.ViaFunction-> .add -global-> toy.record -global-> toy._helper"
        " -global-> toy.JOURNAL",
    ),
    "BoundCallback": (Kind.LEAK, "list", "-class toy.BoundCallback-> .listeners"),
    "FunctionAttribute": (Kind.LEAK, "function", "-class toy.FunctionAttribute-> .add"),
    "SharedContext": (Kind.LEAK, "types.SimpleNamespace", ".context"),
    "LazyClassAttribute": (Kind.LEAK, "dict", "-class toy.LazyClassAttribute-> .lazy"),
    "WeakSetOfAll": (
        Kind.LEAK,
        "set",
        "-class toy.WeakSetOfAll-> .add -global-> toy.ALIVE.data",
    ),
    "ThreadLocal": (
        Kind.LEAK,
        "_thread._local",
        "-class toy.ThreadLocal-> .add -global-> toy.CURRENT",
    ),
    "ReboundGlobal": (Kind.REBOUND, "str", "-class toy.ReboundGlobal-> .add -global-> toy.LAST"),
    "ReboundClassAttribute": (
        Kind.REBOUND,
        "int",
        "-class toy.ReboundClassAttribute-> .added",
    ),
    "LocalImport": (Kind.LEAK, "list", "-class toy.LocalImport-> .add -global-> toy.JOURNAL"),
    "Singleton": (
        Kind.LEAK,
        "list",
        "-class toy.Singleton-> -metaclass toy.Registering-> .made",
    ),
    "CopiedOnWrite": (
        Kind.LEAK,
        "dict",
        "-class toy.CopiedOnWrite-> .add -global-> toy.COPIED",
    ),
    "Buffer": (Kind.LEAK, "_io.StringIO", "-class toy.Buffer-> .buffer"),
    "LastManager": (Kind.LEAK, "toy.LastManager", "-class toy.LastManager-> .last"),
    "ContextVariable": (
        Kind.LEAK,
        "_contextvars.ContextVar",
        "-class toy.ContextVariable-> .add -global-> toy.VARIABLE",
    ),
    "NonLocal": (Kind.LEAK, "cell", "-class toy.NonLocal-> .add -closure last->"),
    "Miskeyed": (Kind.LEAK, "dict", "-class toy.Miskeyed-> .registry"),
    "Counting": (Kind.SHAREDWRITE, "dict", "-class toy.Counting-> .counts"),
    "Hub": (Kind.LEAK, "toy.Tables", "-class toy.Hub-> .add -global-> toy.TABLES"),
    "Switching": (
        Kind.LEAK,
        "dict",
        "-class toy.Switching-> .add -global-> toy.SWITCHING",
    ),
    "StaticMethod": (
        Kind.LEAK,
        "list",
        "-class toy.StaticMethod-> .write.__func__ -global-> toy.WRITTEN",
    ),
    "ClassMethod": (
        Kind.LEAK,
        "list",
        "-class toy.ClassMethod-> .write.__func__ -global-> toy.NOTED",
    ),
    "Property": (Kind.LEAK, "list", "-class toy.Property-> .kept.fget -global-> toy.KEPT"),
    "Hooked": (Kind.LEAK, "list", ".services.hub"),
    "Messages": (Kind.LEAK, "list", "-class toy.Messages-> .messages"),
}


@pytest.mark.parametrize("is_warm", [False, True], ids=["cold", "warm"])
@pytest.mark.parametrize("name", BAD)
def test_each_way_to_share_is_one_finding_with_its_path(name: str, is_warm: bool) -> None:
    kind, what, path = BAD[name]
    with loaded() as toy:
        overlap = overlap_of(getattr(toy, name), is_warm=is_warm)

    assert [(each.kind, each.what) for each in overlap.findings] == [(kind, what)]
    found = overlap.findings[0]
    for user, seen in zip(found.users, found.paths, strict=True):
        separator = "" if path.startswith(".") else " "
        is_own = name == "LastManager" and seen == user
        assert is_own or seen == f"{user}{separator}{path}"
    assert found.defined is not None
    assert found.defined.startswith("toy.py:")


def test_a_leak_says_where_the_data_of_each_user_is() -> None:
    with loaded() as toy:
        found = overlap_of(toy.BoundCallback).findings[0]

    assert [(each.user, each.path) for each in found.canaries] == [
        ("ann", "[0].__self__"),
        ("bob", "[1].__self__"),
    ]
    assert found.writers == ("ann", "bob")
    assert not found.is_weak


def test_a_leak_through_weak_references_says_so() -> None:
    with loaded() as toy:
        found = overlap_of(toy.WeakSetOfAll).findings[0]

    assert found.is_weak


@pytest.mark.parametrize("is_warm", [False, True], ids=["cold", "warm"])
@pytest.mark.parametrize(
    "name", ["Own", "Tools", "Keyed", "NamesRegistry", "MemoByUser", "Defaulting"]
)
def test_what_is_shared_by_design_is_no_finding(name: str, is_warm: bool) -> None:
    with loaded("tame.py") as toy:
        overlap = overlap_of(getattr(toy, name), is_warm=is_warm)

    assert overlap.findings == ()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Keyed", "ann -class toy.Keyed-> .registry"),
        ("NamesRegistry", "ann -class toy.NamesRegistry-> .add -global-> toy.BY_USER"),
    ],
)
def test_a_table_that_is_keyed_by_user_is_partitioned(name: str, path: str) -> None:
    with loaded("tame.py") as toy:
        overlap = overlap_of(getattr(toy, name))

    assert [each.paths[0] for each in overlap.of(Kind.PARTITIONED)] == [path]


def test_a_table_is_not_partitioned_by_keys_that_nobody_declared() -> None:
    with loaded("tame.py") as toy:
        overlap = overlap_of(toy.Keyed, keys={"ann": [], "bob": []})

    assert [each.kind for each in overlap.findings] == [Kind.LEAK]


def test_locks_and_loggers_are_infrastructure() -> None:
    with loaded("tame.py") as toy:
        overlap = overlap_of(toy.Tools)

    assert [each.what for each in overlap.of(Kind.INFRA)] == ["_thread.lock", "logging.Logger"]


def test_without_canaries_a_shared_write_is_still_seen() -> None:
    with loaded() as toy:
        overlap = overlap_of(toy.ClassDict, canaries={})

    assert [each.kind for each in overlap.findings] == [Kind.SHAREDWRITE]


@pytest.mark.parametrize("entry", ["toy:RECENT", "toy"])
def test_what_the_contract_allows_is_infrastructure_and_says_by_what(entry: str) -> None:
    with loaded() as toy:
        managers = {user: toy.ModuleDeque(user) for user in CANARIES}
        overlap = shared_state(
            managers,
            lambda user: managers[user].add("c", CANARIES[user][0]),
            CANARIES,
            {},
            [entry, "nowhere:NOTHING"],
            project=lambda module: module == "toy",
        )

    assert overlap.findings == ()
    assert {each.allowed_by for each in overlap.of(Kind.INFRA)} <= {entry}
    assert overlap.unused == ("nowhere:NOTHING",)


def test_one_manager_for_two_users_is_found_through_what_it_holds() -> None:
    with loaded() as toy:
        manager = toy.Own("everybody")
        overlap = overlap_of(lambda _: manager)

    assert [(each.kind, each.paths) for each in overlap.findings] == [
        (Kind.LEAK, ("ann.lines", "bob.lines"))
    ]


def test_three_users_are_told_apart() -> None:
    with loaded() as toy:
        managers = {user: toy.SharedContext(user) for user in ("ann", "bob", "cid")}
        managers["ann"].context = object()
        overlap = shared_state(
            managers,
            lambda user: user != "ann" and managers[user].add("c", f"canary-{user}"),
            {user: [f"canary-{user}"] for user in managers},
            {},
            project=lambda module: module == "toy",
        )

    assert [(each.users, each.what) for each in overlap.findings] == [
        (("bob", "cid"), "types.SimpleNamespace")
    ]


def test_awaitables_are_awaited_in_one_loop_of_its_own() -> None:
    with loaded() as toy:
        overlap = overlap_of(toy.Asynchronous, operation="add_later")

    assert [each.paths[0] for each in overlap.findings] == [
        "ann -class toy.Asynchronous-> .shared"
    ]


def test_awaitables_are_awaited_by_a_given_runner() -> None:
    with loaded() as toy:
        managers = {user: toy.Asynchronous(user) for user in CANARIES}
        awaited: list[Awaitable[Any]] = []

        def run(each: Awaitable[Any]) -> object:
            awaited.append(each)

            async def whole() -> object:
                return await each

            return asyncio.run(whole())

        overlap = shared_state(
            managers,
            lambda user: managers[user].add_later("c", CANARIES[user][0]),
            CANARIES,
            {},
            project=lambda module: module == "toy",
            run=run,
        )

    assert len(awaited) == 2
    assert [each.kind for each in overlap.findings] == [Kind.LEAK]


def test_the_same_run_gives_the_same_words() -> None:
    with loaded() as toy:
        first = overlap_of(toy.Hub)
    with loaded() as toy:
        second = overlap_of(toy.Hub)

    assert first == second
