"""A client that knows the protocol and nothing of the server, and trusts no frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass
class Client:
    """What one browser tab knows, through all its connections."""

    user: str
    threads: frozenset[str] | None = None
    epoch: str = ""
    seq: int = 0
    is_welcome: bool = False
    lacks: bool = False
    """Whether it was welcomed without what it missed, and a reset must follow."""
    seen: list[tuple[str, int, Any]] = field(default_factory=list)
    """Epoch, number and payload of each event."""
    resets: list[str] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)
    """Frames that are no events."""

    @property
    def resume(self) -> tuple[str, int] | None:
        """Where it was."""
        return (self.epoch, self.seq) if self.epoch else None

    def hear(self, frame: str) -> None:
        """Take in a frame.

        Raises:
            AssertionError: it breaks a promise of the protocol.
        """
        for line in frame.split("\n"):
            message = msgspec.json.decode(line)
            if "seq" in message and "v" in message:
                self._event(message)
            else:
                self._control(message)

    def _event(self, message: dict[str, Any]) -> None:
        assert self.is_welcome, "nothing comes before welcome"
        assert not self.lacks, "a reset comes before what comes after it"
        assert message["user_id"] == self.user, "nobody gets what is another's"
        before = message.get("prev", message["seq"] - 1)
        assert before == self.seq, f"{message['seq']} after {self.seq}: missing, twice or late"
        assert self.threads is None or message.get("thread_id") in {None, *self.threads}
        self.seq = message["seq"]
        self.seen.append((self.epoch, self.seq, message["payload"]))

    def _control(self, message: dict[str, Any]) -> None:
        self.others.append(message)
        match message["type"]:
            case "welcome":
                assert not self.is_welcome, "welcome is said once"
                if message["recovered"]:
                    assert (message["epoch"], message["seq"]) == self.resume
                self.is_welcome = True
                self.lacks = not message["recovered"] and self.resume is not None
                self.epoch, self.seq = message["epoch"], message["seq"]
            case "reset":
                self.resets.append(message["reason"])
                self.lacks = False
                assert message["seq"] >= self.seq or message["epoch"] != self.epoch
                self.epoch, self.seq = message["epoch"], message["seq"]
            case _:
                pass
