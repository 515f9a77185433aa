"""Judges a subject while it looks as if a test runner were watching, and while it does not."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

import msgspec

from pluribus.conformance.adapter import MAKING, Adapter
from pluribus.conformance.around import surrounded
from pluribus.conformance.binding import bind
from pluribus.conformance.jobs import Job
from pluribus.conformance.judge import judged, setting
from pluribus.conformance.properties import PROPERTIES
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Ruled, Unexercised
from pluribus.conformance.stage import Stage
from pluribus.errors import ContractError

OBSERVED: Final = "observed"
"""The answer of a process that is watched."""
_SIGNS: Final = {
    "PYTEST_CURRENT_TEST": "tests/test_manager.py::test_the_manager (call)",
    "PYTEST_VERSION": "8.0.0",
}
_OTHERS: Final = 10_000
_BY_NAME: Final = {each.name: each for each in PROPERTIES}

Observation = Mapping[str, str]
"""What was seen, by what was looked at: a property and its outcome, and how it is constructed."""


async def observation(adapter: Adapter, names: Sequence[str], seed: int) -> Observation:
    """Judge some properties, one after the other, in this loop: also those that are declined,
    because nothing is promised of them here but that they are the same."""
    conform = msgspec.structs.replace(adapter.conform, declined={})
    concept = msgspec.structs.replace(adapter.concept, conform=conform)
    adapter = Adapter(concept, resolve=adapter.resolve)
    found = {}
    for name in names:
        if name in _BY_NAME:
            run = await judged(_BY_NAME[name], setting(adapter, seed=seed))
            found[name] = str(run.outcome)
        else:
            stage = Stage(adapter, seed=seed, ordinal=-3)
            async with surrounded(stage):
                found[name] = await _LOOKS[name](stage)
    return found


async def _direct(stage: Stage) -> str:
    """Whether the owner lets itself be constructed, past its factories."""
    concept = stage.adapter.concept
    try:
        owner = stage.adapter.resolve(concept.owner)
        if not isinstance(owner, type):
            return "no class"
        call = bind(
            owner,
            concept.owner,
            {},
            table=concept.name,
            roles=MAKING,
            context=stage.conform.context,
            context_parameter=concept.context.parameter if concept.context else None,
            numbers=stage.conform.values.numbers,
        )
        positional, named = call.arguments(stage.roles(stage.alice))
    except ContractError:
        return "unknown"
    made = await stage.record("factory", concept.owner, owner, positional, named, "")
    return type(made.error).__name__ if made.error is not None else "made"


async def _surface(stage: Stage) -> str:
    """The public names of an instance."""
    try:
        instance = await stage.manager(Who("somebody", stage.alice.user, stage.alice.thread))
    except Ruled:
        return "no instance"
    return " ".join(sorted(name for name in dir(instance) if not name.startswith("_")))


_LOOKS: Final = {"direct construction": _direct, "public names": _surface}
LOOKS: Final = tuple(_LOOKS)


async def unwatched(stage: Stage, names: Sequence[str], seed: int) -> Observation:
    """What is seen when nothing looks like a test."""
    if stage.adapter.watched is not None:
        return await observation(stage.adapter, names, seed)

    def unseen() -> Observation:
        return asyncio.run(observation(stage.adapter, names, seed))

    with _environment({}):
        return await _in_thread(unseen)


async def watched(stage: Stage, names: Sequence[str], seed: int) -> Observation:
    """What is seen under a test runner; of what cannot be imported anew, in this process."""
    if stage.adapter.watched is not None:
        return await asyncio.to_thread(stage.adapter.watched, names, seed)
    with _environment(_SIGNS):
        # Other users, or instances that were made unwatched would be looked at.
        return await _in_thread(lambda: test_the_manager(stage.adapter, names, seed + _OTHERS))


def test_the_manager(adapter: Adapter, names: Sequence[str], seed: int) -> Observation:
    """The name is what code looks for that looks for tests above it."""
    return asyncio.run(observation(adapter, names, seed))


def watched_apart(job: Job) -> Callable[[Sequence[str], int], Observation]:
    """How the subject of a job is watched: in a process that imports it anew.

    Raises:
        Unexercised: the process says nothing.
    """

    def observe(names: Sequence[str], seed: int) -> Observation:
        with tempfile.TemporaryDirectory(dir=job.answers) as folder:
            given = Path(folder) / "job.draft"
            watched_job = msgspec.structs.replace(
                job, properties=tuple(names), seed=seed, answers=folder, is_watched=True
            )
            given.write_bytes(msgspec.json.encode(watched_job))
            conform = job.concept.conform
            patience_s = 30 + 4 * (conform.timeout_s if conform else 10)
            command = [sys.executable, "-I", "-m", "pluribus.conformance.drive", str(given)]
            written = Path(folder) / "said.draft"
            # No pipes: what the subject starts holds them open, and is not waited for.
            with written.open("wb") as output:
                try:
                    subprocess.run(
                        command,
                        stdout=subprocess.DEVNULL,
                        stderr=output,
                        timeout=patience_s,
                        check=False,
                    )
                except subprocess.TimeoutExpired as error:
                    raise Unexercised("under a test runner it does not come to an end") from error
            answer = Path(folder) / f"{OBSERVED}.json"
            if not answer.exists():
                said = " ".join(written.read_text("utf-8", "backslashreplace").split()[-30:])
                raise Unexercised(f"under a test runner the process ended: {said or 'silently'}")
            return msgspec.json.decode(answer.read_bytes(), type=dict[str, str])

    return observe


def pretend_to_test() -> None:
    """From now on this process looks as if pytest ran in it."""
    os.environ.update(_SIGNS)
    try:
        importlib.import_module("pytest")
    except ImportError:
        sys.modules["pytest"] = ModuleType("pytest")


@contextlib.contextmanager
def _environment(signs: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.pop(name, None) for name in _SIGNS}
    os.environ.update(signs)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


async def _in_thread(observe: Callable[[], Observation]) -> Observation:
    """In a thread of its own: nothing of whoever runs this kit is above it."""
    found: list[Observation | BaseException] = []

    def run() -> None:
        try:
            found.append(observe())
        except BaseException as error:  # noqa: BLE001  # it is raised where it is awaited
            found.append(error)

    thread = threading.Thread(target=run, daemon=True, name="observer")
    thread.start()
    await asyncio.to_thread(thread.join)
    (result,) = found
    if isinstance(result, BaseException):
        raise result
    return result
