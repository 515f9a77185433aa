"""One line an entry, sorted, and the same entries give the same bytes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pluribus.baseline import as_bytes, line_of, parse, read_baseline
from pluribus.errors import BaselineError
from tests.unit.baseline.entries import DAY, entry

HEADER = '{"baseline":1,"fingerprint":1}'


def test_a_file_is_a_header_and_a_line_an_entry_sorted_by_identity() -> None:
    entries = [entry("b.py", "X"), entry("a.py", "Y", count=2), entry("a.py", "X", expires=DAY)]

    lines = as_bytes(entries).decode().splitlines()

    assert lines == [
        HEADER,
        '{"rule":"rival","concept":"manager","path":"a.py","key":["X"],"count":1,"reason":"why",'
        '"expires":"2026-11-26"}',
        '{"rule":"rival","concept":"manager","path":"a.py","key":["Y"],"count":2,"reason":"why"}',
        '{"rule":"rival","concept":"manager","path":"b.py","key":["X"],"count":1,"reason":"why"}',
    ]
    assert as_bytes(reversed(entries)) == as_bytes(entries)


def test_other_scripts_are_written_as_they_are() -> None:
    one = entry("app/配送.py", "é\u2028", reason="später, \n vielleicht 🙂")

    content = as_bytes([one])

    assert "配送".encode() in content
    assert content.count(b"\n") == 2
    assert list(parse(content, name="x").entries.values()) == [one]


def test_each_entry_knows_its_line() -> None:
    content = HEADER.encode() + b"\n\n" + line_of(entry("b.py")) + b"\n" + line_of(entry("a.py"))

    assert sorted(parse(content, name="x").lines.values()) == [3, 4]


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> work"])
def test_a_mark_of_a_conflict_is_an_error_that_says_what_to_do(mark: str) -> None:
    with pytest.raises(BaselineError) as caught:
        parse(f"{HEADER}\r\n{mark}\r\n".encode(), name="x")

    assert caught.value.message == "x:2: a merge conflict is not resolved"
    assert "pluribus baseline merge" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"{", b"[]", b'{"baseline":"1"}', b"null", b"{}"]
)
def test_what_does_not_begin_with_a_header_is_no_baseline(content: bytes) -> None:
    with pytest.raises(BaselineError, match=r"x:1: this is no header of a baseline"):
        parse(content, name="x")


def test_bytes_that_are_no_text_are_an_error() -> None:
    with pytest.raises(BaselineError, match="x:2: not an entry"):
        parse(HEADER.encode() + b'\n{"rule":"\xff"}', name="x")


def test_a_folder_is_no_baseline(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="Is a directory"):
        read_baseline(tmp_path)


def test_a_pipe_is_refused_because_reading_it_would_never_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "baseline.jsonl")

    with pytest.raises(BaselineError, match="it is a pipe"):
        read_baseline(tmp_path / "baseline.jsonl")
