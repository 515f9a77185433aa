"""A store in this process: what is sent to it is recorded, and it can go away and come back."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import fakeredis
from fakeredis._commands import SUPPORTED_COMMANDS, Key
from fakeredis._socket._resp import extract_command

from pluribus.conformance.stores.acting import Actors
from pluribus.conformance.stores.commands import Command, keys_of, text

_HANDSHAKE: Final = frozenset({"HELLO", "CLIENT", "AUTH", "SELECT", "PING", "MULTI", "DISCARD"})
"""What says nothing of anybody."""


MOST_KEYS: Final = 1_000
"""Of a store with more, it is not looked at what each command takes away."""
_EXPIRING_MS: Final = 1_000
"""Sooner than that a key may go by itself."""
CLOSED: Final = "Connection closed by server."


class Store:
    """One server. Connections to it are made by `connections.py`."""

    def __init__(self, actors: Actors) -> None:
        self.server = fakeredis.FakeServer()
        self.actors = actors
        self.commands: list[Command] = []
        self.refused = 0
        """How many commands and connections were refused while it was away."""
        self.looks = False
        """Whether it is looked at what each command loses; that takes time."""
        self.is_large = False
        """Whether there were too many keys to look."""
        self._taps: list[Tap] = []
        self._views: dict[int, Any] = {}

    @property
    def is_there(self) -> bool:
        """Whether it can be reached."""
        return bool(self.server.connected)

    def go_away(self) -> None:
        """From now on nothing can be reached, and whoever waits for something is told."""
        self.server.connected = False
        for each in self._taps:
            each.hang_up()
        self._taps.clear()

    def come_back(self) -> None:
        """It is there again, with all that it held."""
        self.server.connected = True

    def contents(self) -> dict[str, str]:
        """All that it holds and that does not end by itself any moment, as text: its keys, each
        with its database unless that is the first, and what is there. Nothing of a large one."""
        if sum(map(len, self.server.dbs.values())) > MOST_KEYS:
            self.is_large = True
            return {}
        found = {}
        for number in sorted(self.server.dbs):
            if number not in self._views:
                self._views[number] = fakeredis.FakeRedis(server=self.server, db=number)
            client = self._views[number]
            for key in sorted(client.keys("*")):
                if 0 <= client.pttl(key) < _EXPIRING_MS:
                    continue
                name = text(key) if number == 0 else f"{number}:{text(key)}"
                found[name] = _held(client, key)
        return found

    def tap(self, socket: Any, lost: type[Exception]) -> Tap:
        """Record what goes through a socket of the fake; `lost` is raised where it hangs up."""
        self._taps.append(Tap(self, socket, lost))
        return self._taps[-1]


class Tap:
    """What one connection sends, and what it is answered."""

    def __init__(self, store: Store, socket: Any, lost: type[Exception]) -> None:
        self._store = store
        self._socket = socket
        self._lost = lost
        self._process = socket._process_command  # noqa: SLF001  # of the one release that is known
        self._put = socket.put_response
        self._send = socket.sendall
        self.has_hung_up = False
        """Whether the connection was lost; whoever uses it has to be told."""
        self._current: Command | None = None
        self._waiting: list[Command] = []
        self._queued: list[Command] = []
        # On the instance: whatever class the library gave it, and nobody else's is changed.
        socket._process_command = self._processed  # noqa: SLF001
        socket.put_response = self._answered
        socket.sendall = self._sent

    def hang_up(self) -> None:
        """Tell whoever reads that the connection is lost."""
        self.has_hung_up = True
        self._put(self._lost(CLOSED))

    def _sent(self, data: Any) -> None:
        if not self._store.is_there:
            self._store.refused += 1
            raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
        self._send(data)

    def _processed(self, fields: list[bytes]) -> None:
        words = tuple(map(text, fields))
        store = self._store
        if not words or words[0].upper() in _HANDSHAKE:
            self._process(fields)
            return
        by = store.actors.now()
        command = Command(words, by, keys_of(words, places_of_keys))
        store.commands.append(command)
        before = store.contents() if store.looks and by is not None else {}
        self._current = command
        try:
            self._process(fields)
        finally:
            self._current = None
        if not command.replies and getattr(self._socket, "_blocked", False):
            self._waiting.append(command)
        if before and not store.is_large:
            after = store.contents()
            changed = [key for key, held in before.items() if after.get(key) != held]
            command.lost = [(key, before[key], after.get(key, "")) for key in changed]

    def _answered(self, reply: Any) -> None:
        command = self._current
        if command is not None:
            self._take(command, reply)
        elif self._waiting:
            self._waiting.pop(0).replies.append(reply)
        self._put(reply)

    def _take(self, command: Command, reply: Any) -> None:
        if command.name == "EXEC":
            queued, self._queued = self._queued, []
            answers = reply if isinstance(reply, list) else []
            for each, answer in zip(queued, answers, strict=False):
                each.replies = [answer]
            command.keys = tuple(key for each in queued for key in each.keys)
        elif reply == b"QUEUED":
            self._queued.append(command)
        else:
            command.replies.append(reply)


def places_of_keys(words: Sequence[str]) -> Iterable[int]:
    """Where the keys of a command stand, as the fake itself takes it apart."""
    name, arguments = extract_command([each.encode() for each in words])
    signature = SUPPORTED_COMMANDS.get(name)
    if signature is None:
        return ()
    first = len(words) - len(arguments)
    kinds: list[object] = list(signature.fixed)
    repeated: Sequence[object] = signature.repeat
    while repeated and len(kinds) < len(arguments):
        kinds += repeated
    return [first + place for place, kind in enumerate(kinds) if isinstance(kind, Key)]


def _held(client: Any, key: Any) -> str:
    readers: dict[bytes, Callable[[], object]] = {
        b"string": lambda: client.get(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: sorted(client.smembers(key)),
        b"hash": lambda: sorted(client.hgetall(key).items()),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"stream": lambda: client.xrange(key),
    }
    read = readers.get(client.type(key))
    return "" if read is None else shown(read())


def shown(value: object) -> str:
    """What a key holds as one text."""
    match value:
        case None:
            return ""
        case dict():
            return shown(list(value.items()))
        case list() | tuple():
            return " ".join(map(shown, value))
        case _:
            return text(value)
