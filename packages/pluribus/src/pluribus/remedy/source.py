"""The bytes of a file as the code base counts them, and back."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass
from functools import cached_property

from pluribus.codebase import spoken


@dataclass(frozen=True)
class Source:
    """A file that is to be edited."""

    content: bytes
    """As it is on disk."""
    encoding: str | None
    """None where the bytes are UTF-8 as they are."""

    @cached_property
    def text(self) -> bytes:
        """In UTF-8, a byte-order mark included; places of the code base count these bytes."""
        if self.encoding is None:
            return self.content
        return self.content.decode(self.encoding).encode()

    def encoded(self, text: bytes) -> bytes:
        """What `text` is on disk.

        Raises:
            UnicodeEncodeError: it holds what the encoding of the file cannot say.
        """
        return text if self.encoding is None else text.decode().encode(self.encoding)

    @cached_property
    def newline(self) -> bytes:
        """What ends its lines: that of the first one."""
        for at, byte in enumerate(self.text):
            if byte == 0x0A:
                return b"\n"
            if byte == 0x0D:
                return b"\r\n" if self.text[at + 1 : at + 2] == b"\n" else b"\r"
        return b"\n"

    @cached_property
    def spoken(self) -> list[tuple[int, int]]:
        """Ranges that f-strings print as they are spelled."""
        return spoken(self.content) if b"=" in self.content else []

    def line_start(self, at: int) -> int:
        """The first byte of the line that holds a byte."""
        return max(self.text.rfind(b"\n", 0, at), self.text.rfind(b"\r", 0, at)) + 1

    def line_end(self, at: int) -> int:
        """The byte behind the line that holds a byte, where the line break begins."""
        found = [end for end in (self.text.find(b"\n", at), self.text.find(b"\r", at)) if end >= 0]
        return min(found, default=len(self.text))

    def next_line(self, at: int) -> int:
        """The first byte of the line after."""
        end = self.line_end(at)
        return (
            end + (2 if self.text[end : end + 2] == b"\r\n" else 1)
            if end < len(self.text)
            else end
        )

    def before(self, at: int) -> bytes:
        """What stands before a byte in its line."""
        return self.text[self.line_start(at) : at]

    def after(self, at: int) -> bytes:
        """What stands behind a byte in its line."""
        return self.text[at : self.line_end(at)]


def read_source(content: bytes) -> Source | str:
    """Prepare a file for editing; or why its bytes cannot be edited."""
    try:
        content.decode()
        return Source(content, None)
    except UnicodeDecodeError:
        pass
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        back = content.decode(encoding).encode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return "its encoding is not known"
    return (
        Source(content, encoding) if back == content else "its encoding says one thing in two ways"
    )
