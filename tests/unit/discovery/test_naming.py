"""What names say of a concept, and what only tells its copies apart."""

from __future__ import annotations

import pytest

from pluribus.discovery.naming import common_name, is_outdated, stem, telling


@pytest.mark.parametrize(
    "name",
    [
        "WebSocketManager",
        "UnifiedWebSocketManager",
        "_WebSocketManager",
        "WebSocketManagerV2",
        "web_socket_manager",
        "websocket_manager",
        "legacy_websocket_manager",
        "websocket_manager_compat",
    ],
)
def test_copies_have_one_stem(name: str) -> None:
    assert stem(name) == ("websocket", "manager")


def test_what_sort_of_thing_it_is_tells_no_concept() -> None:
    assert telling("WebSocketManager") == {"websocket"}
    assert telling("ManagerFactory") == frozenset()
    assert telling("FormSet") == frozenset()


def test_only_some_words_count_against_who_bears_them() -> None:
    assert is_outdated("legacy_client")
    assert is_outdated("client_v1")
    assert not is_outdated("unified_client")
    assert not is_outdated("client_v2")


@pytest.mark.parametrize(
    ("names", "common"),
    [
        (["SocketManager", "UnifiedSocketManager"], "socket-manager"),
        (["ToolDispatcher", "ToolExecutor", "NewToolExecutor"], "tool-executor"),
        (["config", "unified_config"], "config"),
        (["Manager", "OldManager"], "manager"),
        ([], "unnamed"),
    ],
)
def test_a_concept_is_called_by_what_its_rivals_share(names: list[str], common: str) -> None:
    assert common_name(names) == common
