"""Whatever happens in whatever order: each event once and in order, or the client is told."""

from __future__ import annotations

import json
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from pluribus_unum.core.session import Session
from pluribus_unum.core.stream import Position, Stream
from pluribus_unum.limits import Limits
from tests.unum.clients import Client

LIMITS = Limits(events_per_user=6, bytes_per_user=100_000, age_s=60, lag_s=1e9)
THREADS = ("t1", "t2")


@dataclass
class Tab:
    """A client, and its connection while there is one."""

    client: Client
    session: Session | None = None


class Sessions(RuleBasedStateMachine):
    """Two users, any number of tabs, streams that forget and start anew."""

    tabs = Bundle("tabs")

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.count = 0
        self.epochs = 0
        self.sent: dict[str, list[tuple[str, int, object, str | None]]] = {}
        self.streams: dict[str, Stream] = {}
        self.all: list[Tab] = []

    @initialize()
    def begin(self) -> None:
        for user in ("ann", "bob"):
            self.streams[user] = Stream(LIMITS, self.epoch())
            self.sent[user] = []

    def epoch(self) -> str:
        self.epochs += 1
        return f"e{self.epochs}"

    @rule(user=st.sampled_from(["ann", "bob"]), thread=st.sampled_from([None, *THREADS]))
    def emit(self, user: str, thread: str | None) -> None:
        self.count += 1
        body: dict[str, object] = {"v": 1, "type": "x", "id": "1", "timestamp": 0}
        body |= {"user_id": user, "payload": self.count}
        if thread is not None:
            body["thread_id"] = thread
        stream = self.streams[user]
        stream.append(json.dumps(body), self.now, thread=thread)
        self.sent[user].append((stream.epoch, stream.seq, self.count, thread))

    @rule(
        target=tabs,
        user=st.sampled_from(["ann", "bob"]),
        threads=st.sampled_from([None, frozenset({"t1"})]),
    )
    def open(self, user: str, threads: frozenset[str] | None) -> Tab:
        tab = Tab(Client(user, threads))
        self.all.append(tab)
        self._connect(tab)
        return tab

    @rule(tab=tabs)
    def reconnect(self, tab: Tab) -> None:
        """The old connection is gone, with all that it had not said yet."""
        tab.client.is_welcome = False
        self._connect(tab)

    @rule(tab=tabs)
    def cut(self, tab: Tab) -> None:
        tab.session = None

    @rule(tab=tabs, frames=st.integers(1, 4))
    def read(self, tab: Tab, frames: int) -> None:
        for _ in range(frames):
            self._read(tab)

    @rule(user=st.sampled_from(["ann", "bob"]))
    def lose(self, user: str) -> None:
        """The broker comes back empty."""
        self.streams[user].restart(self.epoch(), 0)

    @rule(seconds=st.sampled_from([1.0, 100.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        for stream in self.streams.values():
            stream.trim(self.now)

    @rule(tab=tabs, epoch=st.sampled_from(["forged", "e1", "e2", ""]), seq=st.integers(-2, 99))
    def forge(self, tab: Tab, epoch: str, seq: int) -> None:
        """A client that claims a position that it never had misses nothing without being told."""
        client = tab.client
        client.is_welcome = False
        client.cursor.position = Position(epoch, seq) if epoch else None
        self._connect(tab)

    def _connect(self, tab: Tab) -> None:
        stream = self.streams[tab.client.user]
        session = Session("c", stream, LIMITS, self.now, batches=len(self.all) % 2 == 0)
        session.welcome(tab.client.resume, tab.client.threads)
        tab.session = session

    def _read(self, tab: Tab) -> bool:
        frame = tab.session.frame() if tab.session else None
        if frame is not None:
            tab.client.hear(frame)
        return frame is not None

    @invariant()
    def nothing_is_kept_beyond_the_limits(self) -> None:
        for stream in self.streams.values():
            assert stream.seq - stream.first + 1 <= LIMITS.events_per_user
            assert stream.bytes >= 0

    def teardown(self) -> None:
        for tab in self.all:
            for _ in range(10 * self.count + 20):
                if not self._read(tab):
                    break
            if tab.session is None:
                continue
            client, stream = tab.client, self.streams[tab.client.user]
            last = max(
                (
                    seq
                    for epoch, seq, _, thread in self.sent[client.user]
                    if epoch == stream.epoch and self._is_wanted(client, thread)
                ),
                default=0,
            )
            assert client.epoch == stream.epoch
            assert client.seq >= last, "whoever is connected ends where the stream is"
            truth = {(epoch, seq): payload for epoch, seq, payload, _ in self.sent[client.user]}
            for epoch, seq, payload in client.seen:
                assert truth[epoch, seq] == payload

    @staticmethod
    def _is_wanted(client: Client, thread: str | None) -> bool:
        return client.threads is None or thread is None or thread in client.threads


Sessions.TestCase.settings = settings(
    max_examples=300, stateful_step_count=40, deadline=None, derandomize=True
)
TestSessions = Sessions.TestCase
