"""Starts the neutral process that drives a subject, and reads what it answers."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from pluribus.conformance.jobs import Answer, Job, Start, is_noticed
from pluribus.conformance.neutral import clean_environment, gives_away
from pluribus.errors import SubjectError
from pluribus.findings import Evidence
from pluribus.findings.conformance import Outcome, Verdict

_SAID_BYTES: Final = 2000
"""As much of what the process wrote is shown when it ended without an answer."""
_LOOKS_S: Final = 0.2
_START = "start"


def drive(job: Job, progress: Callable[[str], None] = lambda text: None) -> Answer:
    """Do a job in a process of its own; `job.answers` is filled in here.

    Raises:
        SubjectError: the process cannot be started, or ended without an answer.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="pluribus-", ignore_cleanup_errors=True) as folder:
            return _driven(job, Path(folder), progress)
    except OSError as error:
        raise SubjectError(
            f"concept `{job.concept.name}` cannot be driven: {error.strerror or error}",
            hint="the process that drives needs a folder for its answers: see TMPDIR",
        ) from error


def _driven(job: Job, answers: Path, progress: Callable[[str], None]) -> Answer:
    start, said = _once(job, answers, progress)
    if not start.can_fork and job.properties:
        bare = msgspec.structs.replace(job, properties=())
        start, _ = _once(bare, answers, progress)
        start = msgspec.structs.replace(start, can_fork=False)
        # Each property in a process of its own, which imports the subject anew.
        for name in () if _ended(start) else job.properties:
            alone = msgspec.structs.replace(job, properties=(name,))
            _, said = _once(alone, answers, progress)
            if is_noticed(job, _verdict(answers, name, said)):
                break
    verdicts = [] if _ended(start) else list(_verdicts(job, answers, said))
    return Answer(start=start, verdicts=tuple(verdicts))


def _verdicts(job: Job, answers: Path, said: str) -> Iterator[Verdict]:
    for name in job.properties:
        verdict = _verdict(answers, name, said)
        yield verdict
        if is_noticed(job, verdict):
            return


def _ended(start: Start) -> bool:
    return bool(start.mistake or start.crash or not start.is_applicable)


def _once(job: Job, answers: Path, progress: Callable[[str], None]) -> tuple[Start, str]:
    given = answers / "job.draft"
    given.write_bytes(msgspec.json.encode(msgspec.structs.replace(job, answers=str(answers))))
    written = answers / "said.draft"
    with written.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-I", "-m", "pluribus.conformance.drive", str(given)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=_folder(job, answers),
            env=clean_environment(os.environ),
            # A group of its own, so that nothing which the subject starts outlives the run.
            start_new_session=True,
        )
        try:
            _wait(process, job, answers, progress)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    said = written.read_bytes()[-_SAID_BYTES:].decode("utf-8", "backslashreplace")
    answer = answers / f"{_START}.json"
    if not answer.exists():
        if job.properties and (answers / f"{job.properties[0]}.json").exists():
            return Start(), said
        raise SubjectError(
            f"concept `{job.concept.name}`: the process that drives it ended with status"
            f" {process.returncode} before it could say anything",
            hint=f"it wrote:\n\n{said.rstrip() or '(nothing)'}",
        )
    return msgspec.json.decode(answer.read_bytes(), type=Start), said


def _wait(
    process: subprocess.Popen[bytes], job: Job, answers: Path, progress: Callable[[str], None]
) -> None:
    while True:
        done = sum((answers / f"{name}.json").exists() for name in job.properties)
        progress(f"{job.concept.name}: {done} of {len(job.properties)} properties judged")
        try:
            process.wait(_LOOKS_S)
        except subprocess.TimeoutExpired:
            continue
        return


def _verdict(answers: Path, name: str, said: str) -> Verdict:
    path = answers / f"{name}.json"
    if path.exists():
        verdict = msgspec.json.decode(path.read_bytes(), type=Verdict)
        if verdict.outcome is Outcome.ERROR and said.strip():
            more = Evidence("the process wrote", said.strip())
            return msgspec.structs.replace(verdict, evidence=(*verdict.evidence, more))
        return verdict
    return Verdict(
        property=name,
        title="",
        outcome=Outcome.ERROR,
        claim="the process that judged it ended without an answer",
        evidence=(Evidence("the process wrote", said.strip()),),
    )


def _folder(job: Job, answers: Path) -> str:
    """Where the process runs: beside the contract, as programs do, unless that path looks like
    that of a test run."""
    return str(answers) if gives_away([job.directory]) else job.directory
