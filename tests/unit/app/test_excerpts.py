"""The lines around findings: what Python takes for lines, decoded, and never too much."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pluribus.adapters.files import read_source
from pluribus.app import excerpts as module
from pluribus.app.excerpts import WIDEST, excerpts
from pluribus.findings import Excerpt, Finding, Location
from tests.reports.samples import DUAL


def at(line: int, path: str = "a.py") -> Finding:
    return msgspec.structs.replace(DUAL, location=Location(path, line), key=(path, str(line)))


def around(line: int, source: bytes) -> Excerpt:
    (found,) = excerpts([at(line)], lambda _: source)
    return found


def test_two_lines_stand_before_and_after() -> None:
    found = around(4, b"1\n2\n3\n4\n5\n6\n7\n")

    assert found == Excerpt("a.py", 2, ("2", "3", "4", "5", "6"))


def test_the_first_line_has_none_before_it() -> None:
    assert around(1, b"1\n2\n3\n4\n") == Excerpt("a.py", 1, ("1", "2", "3"))


def test_lines_end_where_python_ends_them() -> None:
    source = "a\x0cb\u2028c\r\nd\re\n".encode()

    assert around(2, source).lines == ("a\x0cb\u2028c", "d", "e", "")


@pytest.mark.parametrize(
    ("source", "first"),
    [
        (b"# -*- coding: latin-1 -*-\n\xe4\n", "ä"),
        ("\ufeffä\nb\n".encode(), "b"),
        (b"# coding: no-such-thing\n\xc3\xa4\n", "ä"),
        (b"# nothing declared\n\xe4\n", "\ufffd"),
    ],
)
def test_source_is_read_in_the_encoding_that_it_declares(source: bytes, first: str) -> None:
    assert around(2, source).lines[1] == first


def test_long_lines_are_cut() -> None:
    (line, _) = around(1, b"x" * 1000 + b"\n").lines

    assert (len(line), line[-1]) == (WIDEST, "…")


def test_two_findings_of_a_line_share_their_excerpt() -> None:
    assert len(excerpts([at(1), at(1), at(2)], lambda _: b"1\n2\n")) == 2


def test_a_file_that_is_gone_or_shorter_now_has_no_excerpt() -> None:
    assert excerpts([at(1)], lambda _: None) == ()
    assert excerpts([at(9)], lambda _: b"1\n") == ()


def test_only_the_worst_findings_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    test = msgspec.structs.replace(at(1, "a.py"), in_tests=True)

    found = excerpts([test, at(1, "b.py")], lambda _: b"1\n")

    assert [each.path for each in found] == ["b.py"]


def test_what_cannot_be_read_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"a\xff")

    assert read_source(tmp_path, "a.py") == b"a\xff"
    assert read_source(tmp_path, "b.py") is None
    assert read_source(tmp_path, "a\0.py") is None
    assert read_source(tmp_path, ".") is None
