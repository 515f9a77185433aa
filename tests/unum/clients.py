"""A client that knows the protocol and nothing of the server, and trusts no frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from pluribus_unum.client.cursor import Cursor
from pluribus_unum.core.stream import Position
from pluribus_unum.core.wire import Event


@dataclass
class Client:
    """What one browser tab knows, through all its connections."""

    user: str
    threads: frozenset[str] | None = None
    cursor: Cursor = field(default_factory=Cursor)
    is_welcome: bool = False
    seen: list[tuple[str, int, Any]] = field(default_factory=list)
    """Epoch, number and payload of each event."""
    runs: dict[str, list[str]] = field(default_factory=dict)
    """The types of the events of each run; of an error its code, too."""
    resets: list[str] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)
    """Frames that are no events."""

    @property
    def resume(self) -> Position | None:
        """Where it was."""
        return self.cursor.position

    @property
    def epoch(self) -> str:
        """Of where it was; empty before the first welcome."""
        return self.resume.epoch if self.resume else ""

    @property
    def seq(self) -> int:
        """Of where it was."""
        return self.resume.seq if self.resume else 0

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
        assert message["user_id"] == self.user, "nobody gets what is another's"
        before = message.get("prev", message["seq"] - 1)
        assert before == self.seq, f"{message['seq']} after {self.seq}: missing, twice or late"
        assert self.cursor.take(msgspec.convert(message, Event)) == "new"
        assert self.threads is None or message.get("thread_id") in {None, *self.threads}
        if run_id := message.get("run_id"):
            code = message["payload"].get("code") if message["type"] == "agent_error" else None
            kind = f"{message['type']}: {code}" if code else message["type"]
            self.runs.setdefault(run_id, []).append(kind)
        self.seen.append((self.epoch, self.seq, message["payload"]))

    def _control(self, message: dict[str, Any]) -> None:
        self.others.append(message)
        match message["type"]:
            case "welcome":
                assert not self.is_welcome, "welcome is said once"
                position = Position(message["epoch"], message["seq"])
                if message["recovered"]:
                    assert position == self.resume
                self.is_welcome = True
                if self.resume is None:
                    self.cursor.begin(position)
            case "reset":
                self.resets.append(message["reason"])
                if (message["epoch"], message["reason"]) != (self.epoch, "ahead"):
                    assert message["seq"] >= self.seq or message["epoch"] != self.epoch
                self.cursor.begin(Position(message["epoch"], message["seq"]))
            case _:
                pass
