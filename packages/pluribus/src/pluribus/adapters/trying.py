"""Has the kit's own managers judged in neutral processes, several at once."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Final

import msgspec

from pluribus.conformance.jobs import Judged, Question
from pluribus.conformance.neutral import clean_environment
from pluribus.conformance.transports.names import parts
from pluribus.findings.conformance import Outcome

LONGEST_S: Final = 120.0
"""As long as one property of one manager may take over one part of a transport; the slowest takes
a few seconds."""
_PROGRAM: Final = (sys.executable, "-I", "-m", "pluribus.conformance.trying")
_CHUNK_BYTES: Final = 65_536
_ENDS_S: Final = 5.0


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def judged_apart(
    questions: Sequence[Question],
    *,
    done: Callable[[], None] = lambda: None,
    workers: int | None = None,
    program: Sequence[str] = _PROGRAM,
    longest_s: float = LONGEST_S,
) -> Generator[tuple[Judged, ...]]:
    """Judge managers, in as many processes as there are processors.

    A process that ends or stands still costs the property that it was judging, which is an ERROR
    that says so; another process goes on with the next. When the caller wants no more, or is
    interrupted, all processes are ended.

    Args:
        questions: one for each manager.
        done: is called as each is answered, by any thread.
        workers: how many processes, at most one a question.
        program: what is started.
        longest_s: how long one property may take, over each part of a transport.

    Returns:
        The answers, in the order of the questions.
    """
    count = max(1, min(workers or processors(), len(questions)))
    made = [_Worker(program, longest_s) for _ in range(count)]
    idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
    for worker in made:
        idle.put(worker)

    def answer(question: Question) -> tuple[Judged, ...]:
        worker = idle.get()
        try:
            found = worker.answer(question)
        finally:
            idle.put(worker)
        if len(found) == len(question.properties):
            done()
        return found

    threads = ThreadPoolExecutor(count)
    try:
        for future in [threads.submit(answer, each) for each in questions]:
            yield future.result()
    finally:
        for worker in made:
            worker.stop()
        threads.shutdown(cancel_futures=True)
        for worker in made:
            worker.close()


class _Worker:
    """One process, started when it is first asked and again where it has ended."""

    def __init__(self, program: Sequence[str], longest_s: float) -> None:
        self._program = program
        self._longest_s = longest_s
        self._process: _Process | None = None
        self._lock = threading.Lock()
        self._is_over = False

    def answer(self, question: Question) -> tuple[Judged, ...]:
        """Ask, and ask another process for the rest where one has ended."""
        found: list[Judged] = []
        longest_s = self._longest_s * len(parts(question.transport))
        while left := question.properties[len(found) :]:
            process = self._started()
            if process is None:
                break
            process.ask(msgspec.structs.replace(question, properties=left))
            for name in left:
                line = process.line(longest_s)
                if not line and self._is_over:
                    return tuple(found)
                if not line:
                    claim = f"the process that judged it {process.fate(line, longest_s)}"
                    found.append(_lost(question, name, claim))
                    process.kill()
                    self.close()
                    break
                found.append(msgspec.json.decode(line, type=Judged))
        return tuple(found)

    def stop(self) -> None:
        """End it for good, whatever it is doing. Who waits for its answer is told so."""
        with self._lock:
            self._is_over = True
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """Let go of one that has ended."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.close()

    def _started(self) -> _Process | None:
        with self._lock:
            if self._process is None and not self._is_over:
                self._process = _Process(self._program)
            return None if self._is_over else self._process


class _Process:
    """What answers line by line, as long as it does."""

    def __init__(self, program: Sequence[str]) -> None:
        # What a manager prints is not for whoever runs this.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # it is open as long as the process
        self._process = subprocess.Popen(
            program,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=tempfile.gettempdir(),
            env=clean_environment(os.environ),
            # A group of its own, so that nothing which a manager starts outlives the run.
            start_new_session=True,
        )
        self._read = b""

    def ask(self, question: Question) -> None:
        """Ask; where it has ended already, the answer will say so."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(msgspec.json.encode(question) + b"\n")

    def line(self, timeout_s: float) -> bytes | None:
        """The next that it says: nothing when it has ended, None when that takes too long."""
        assert self._process.stdout is not None
        deadline = monotonic() + timeout_s
        while b"\n" not in self._read:
            left = max(0.0, deadline - monotonic())
            if not select.select([self._process.stdout], [], [], left)[0]:
                return None
            part = os.read(self._process.stdout.fileno(), _CHUNK_BYTES)
            if not part:
                return b""
            self._read += part
        line, _, self._read = self._read.partition(b"\n")
        return line

    def fate(self, line: bytes | None, longest_s: float) -> str:
        """Why it said no more, in words."""
        if line is None:
            return f"took longer than {longest_s:g} s"
        try:
            code = self._process.wait(_ENDS_S)
        except subprocess.TimeoutExpired:
            return "answers no more"
        ended = f"was ended by signal {-code}" if code < 0 else f"left with status {code}"
        self._said.seek(0)
        said = self._said.read().decode("utf-8", "backslashreplace").strip()
        return f"{ended}; it wrote last: {said.splitlines()[-1]}" if said else ended

    def kill(self) -> None:
        """End it, and what it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Close what is open to it."""
        for each in (self._process.stdin, self._process.stdout, self._said):
            assert each is not None
            each.close()


def _lost(question: Question, name: str, claim: str) -> Judged:
    return Judged(
        specimen=question.specimen,
        property=name,
        seed=question.seed,
        outcome=Outcome.ERROR,
        claim=claim,
        took_s=0.0,
    )
