"""What two names and two methods have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.codebase import Codebase, Definition, Focus
from pluribus.rules.role import name_words, shared_words, takes_alike


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("WebSocketManager", ["web", "socket", "manager"]),
        ("HTTPServerV2", ["http", "server", "v", "2"]),
        ("get_user_id", ["get", "user", "id"]),
        ("_Private", ["private"]),
        ("", []),
    ],
)
def test_a_name_is_split_into_its_words(name: str, words: list[str]) -> None:
    assert name_words(name) == words


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("WebSocketManager", "UnifiedWebSocketManager", ("socket", "web")),
        ("WebSocketManager", "ConnectionManager", ()),
        ("Manager", "Manager", ("the whole name",)),
        ("Manager", "OldManager", ()),
        ("CartService", "ServiceCart", ("cart",)),
    ],
)
def test_only_telling_words_are_shared(one: str, other: str, shared: tuple[str, ...]) -> None:
    assert shared_words(one, other) == shared


def functions(root: Path, *signatures: str) -> list[Definition]:
    lines = [f"def f{number}({each}): ...\n" for number, each in enumerate(signatures)]
    (root / "app.py").write_text("".join(lines))
    codebase = Codebase(root)
    codebase.focus(Focus(), reads_all=True)
    found = codebase.functions(globs=["f*"])
    return sorted(found, key=lambda each: each.name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("self", "cls"),
        ("user, event", "event, user"),
        ("user, event", "user: str, event: object = None"),
        ("user, event", "user, *, event"),
        ("user, event", "user, thing"),
        ("user, *args", "user, **rest"),
    ],
)
def test_parameters_of_mostly_the_same_names_are_alike(
    tmp_path: Path, one: str, other: str
) -> None:
    first, second = functions(tmp_path, one, other)

    assert takes_alike(first, second)
    assert takes_alike(second, first)


@pytest.mark.parametrize(
    ("one", "other"),
    [("user", ""), ("user, event", "text"), ("a, b, c", "a"), ("user", "*args")],
)
def test_parameters_of_mostly_other_names_are_not_alike(
    tmp_path: Path, one: str, other: str
) -> None:
    first, second = functions(tmp_path, one, other)

    assert not takes_alike(first, second)
    assert not takes_alike(second, first)
