from __future__ import annotations

import pytest

from pluribus.contract.keys import KeyPath, key_path, nearest


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("concepts", "chat", "owner"), "concepts.chat.owner"),
        (("concepts", "chat", "exempt", 0, "reason"), "concepts.chat.exempt[0].reason"),
        (("per-file-ignores", 'a "b".py'), r'per-file-ignores."a \"b\".py"'),
        (("", "x"), '"".x'),
        (("a\x7f\n",), r'"a\u007f\n"'),
    ],
)
def test_a_key_path_is_written_as_toml_writes_it(path: KeyPath, text: str) -> None:
    assert key_path(path) == text


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("onwer", ["owner"]),
        ("OWNER", ["owner"]),
        ("legacy_paths", ["legacy-paths"]),
        ("legacy", ["legacy-paths"]),
        ("tsets", ["tests"]),
        ("xyz", []),
        ("", []),
    ],
)
def test_the_nearest_key_is_one_that_a_slip_explains(word: str, near: list[str]) -> None:
    assert nearest(word, ["owner", "legacy-paths", "risk", "tests"]) == near


def test_nothing_is_near_where_nothing_is_known() -> None:
    assert nearest("owner", []) == []
