"""What the client does, step by step; the client for browsers is asked the same.

A case is a list of steps in `cases.json`. A step says what happens (`do`) and all that comes of
it: `states`, what is `sent`, `seen` and `settled`; what it does not name does not happen.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pluribus_unum.client import Closed, Event, Machine, Position, Reset
from pluribus_unum.client.machine import Changed, Settled

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())
WELCOME = {"connection_id": "c", "epoch": "e", "seq": 0, "recovered": False, "replay": 0}
WELCOME |= {"heartbeat": 1_000, "limits": {}}
EVENT = {"v": 1, "type": "x", "id": "1", "timestamp": 0, "user_id": "ann"}


def spoken(message: dict[str, Any]) -> dict[str, Any]:
    """A message with what a case leaves out."""
    if message.get("type") == "welcome":
        return WELCOME | message
    return message if "type" in message else EVENT | {"payload": message.get("seq")} | message


class Player:
    """A client whose network and time are the test's."""

    def __init__(self, options: dict[str, Any]) -> None:
        resume = options.get("resume")
        chance = options.get("chance", 1.0)
        self.now = 0.0
        self.epoch = "" if resume is None else Position(**resume).epoch
        self.machine = Machine(
            resume=None if resume is None else Position(**resume),
            threads=options.get("threads"),
            can_renew=options.get("renews", False),
            acks=options.get("acks", False),
            name="me",
            chance=lambda: chance,
        )

    def play(self, step: dict[str, Any]) -> dict[str, list[Any]]:
        """Do a step; returns what came of it."""
        machine = self.machine
        came: dict[str, list[Any]] = {}
        match step:
            case {"do": "start"}:
                machine.start(self.now)
            case {"do": "open"}:
                machine.opened()
            case {"do": "hear", "messages": messages}:
                lines = [json.dumps(self._named(spoken(each))) for each in messages]
                machine.hear("\n".join(lines), self.now)
            case {"do": "hear_text", "text": text}:
                machine.hear(text, self.now)
            case {"do": "end", "code": code}:
                machine.ended(code, self.now)
            case {"do": "pass", "seconds": seconds}:
                self._pass(seconds)
            case {"do": "send", "type": kind, "payload": payload}:
                try:
                    machine.send(kind, payload)
                except Closed:
                    came["settled"] = ["closed"]
            case {"do": "close"}:
                machine.close()
            case _:
                raise AssertionError(step)
        self._news(came)
        while machine.frames:
            sent = json.loads(machine.frames.popleft())
            came.setdefault("sent", []).append(self._plain(sent))
        return came

    def _pass(self, seconds: float) -> None:
        """Time passes from one thing to do to the next."""
        end = round(self.now + seconds, 6)
        while (due := self.machine.due) is not None and due <= end + 1e-9:
            self.now = max(self.now, due)
            self.machine.tick(self.now)
        self.now = end

    def _news(self, came: dict[str, list[Any]]) -> None:
        while self.machine.news:
            match self.machine.news.popleft():
                case Event(payload=payload, seq=seq):
                    came.setdefault("seen", []).append(payload)
                    if seq is not None:
                        self.machine.dealt_with(Position(self.epoch, seq), self.now)
                case Reset(epoch=epoch, reason=reason):
                    self.epoch = epoch
                    came.setdefault("seen", []).append(f"reset {reason}")
                case Changed(state, code):
                    said = state if code is None else f"{state} {code}"
                    came.setdefault("states", []).append(said)
                case Settled(message_id, problem):
                    said = f"{message_id.removeprefix('me-')} {problem or 'ok'}"
                    came.setdefault("settled", []).append(said)
                case Position(epoch=epoch):
                    self.epoch = epoch

    @staticmethod
    def _named(message: dict[str, Any]) -> dict[str, Any]:
        """With ids as this client makes them."""
        for key in ("id", "ref"):
            if key in message and "v" not in message:
                message = message | {key: f"me-{message[key]}"}
        return message

    @staticmethod
    def _plain(sent: dict[str, Any]) -> dict[str, Any]:
        """Without what is empty, of this client alone, or the time."""
        plain = {key: value for key, value in sent.items() if value not in (None, "")}
        plain.pop("t", None)
        if "id" in plain:
            plain["id"] = plain["id"].removeprefix("me-")
        return plain


@pytest.mark.parametrize("case", CASES, ids=[each["name"] for each in CASES])
def test_case(case: dict[str, Any]) -> None:
    player = Player(case.get("options", {}))
    for number, step in enumerate(case["steps"]):
        wanted = {
            key: value
            for key, value in step.items()
            if key in ("states", "sent", "seen", "settled")
        }

        came = player.play(step)

        assert came == wanted, f"step {number}: {step}"
