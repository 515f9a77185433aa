"""Starts the neutral process that drives a subject, and reads what it answers."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
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
_IMPORT_S: Final = 120.0
"""How long an import may take at least."""
_IMPORT_CALLS: Final = 12
"""How many times as long as one call an import may take, where that is more."""
_FRAMES: Final = 5
_SAID: Final = "said.draft"
_IMPORTED: Final = "imported"
_START: Final = "start"


def drive(
    job: Job,
    progress: Callable[[str], None] = lambda text: None,
    *,
    import_s: float = _IMPORT_S,
) -> Answer:
    """Do a job in a process of its own; `job.answers` is filled in here.

    Raises:
        SubjectError: the process cannot be started, ended without an answer, or is still
            importing after `import_s` seconds, or twelve times as long as a call may take.
    """
    conform = job.concept.conform
    patience_s = max(import_s, _IMPORT_CALLS * conform.timeout_s if conform else 0.0)
    try:
        with tempfile.TemporaryDirectory(prefix="pluribus-", ignore_cleanup_errors=True) as folder:
            return _driven(job, Path(folder), _Waiting(progress, patience_s))
    except OSError as error:
        raise SubjectError(
            f"concept `{job.concept.name}` cannot be driven: {error.strerror or error}",
            hint="the process that drives needs a folder for its answers: see TMPDIR",
        ) from error


@dataclass(frozen=True)
class _Waiting:
    """What is done while a process drives."""

    progress: Callable[[str], None]
    import_s: float


def _driven(job: Job, answers: Path, waiting: _Waiting) -> Answer:
    start, said = _once(job, answers, waiting)
    if not start.can_fork and job.properties:
        bare = msgspec.structs.replace(job, properties=())
        start, _ = _once(bare, answers, waiting)
        start = msgspec.structs.replace(start, can_fork=False)
        # Each property in a process of its own, which imports the subject anew.
        for name in () if _ended(start) else job.properties:
            alone = msgspec.structs.replace(job, properties=(name,))
            _, said = _once(alone, answers, waiting)
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


def _once(job: Job, answers: Path, waiting: _Waiting) -> tuple[Start, str]:
    (answers / f"{_IMPORTED}.json").unlink(missing_ok=True)
    given = answers / "job.draft"
    given.write_bytes(msgspec.json.encode(msgspec.structs.replace(job, answers=str(answers))))
    written = answers / _SAID
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
            _wait(process, job, answers, waiting)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    said = _end_of(written)
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


def _wait(process: subprocess.Popen[bytes], job: Job, answers: Path, waiting: _Waiting) -> None:
    deadline = monotonic() + waiting.import_s
    while True:
        is_imported = (answers / f"{_IMPORTED}.json").exists()
        done = sum((answers / f"{name}.json").exists() for name in job.properties)
        doing = f"{done} of {len(job.properties)} properties judged"
        waiting.progress(f"{job.concept.name}: {doing if is_imported else 'importing'}")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LOOKS_S)
            return
        if not is_imported and monotonic() > deadline:
            raise SubjectError(
                f"concept `{job.concept.name}`: importing its owner did not come to an end within"
                f" {waiting.import_s:g} s",
                hint="an import must end by itself; a greater `conform.timeout-s` gives it more"
                f" time{_where(process, answers / _SAID)}",
            )


def _where(process: subprocess.Popen[bytes], written: Path) -> str:
    """Where an import stands, the innermost call first, as far as its process can tell."""
    before = written.stat().st_size
    process.send_signal(signal.SIGABRT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_LOOKS_S)
    with written.open("rb") as said:
        said.seek(before)
        lines = said.read(_SAID_BYTES).decode("utf-8", "backslashreplace").splitlines()
    own = str(Path(__file__).parents[1])
    frames = [
        line
        for line in lines
        if line.startswith('  File "') and "<frozen " not in line and own not in line
    ]
    said_first = ["\n\nit stands at, the innermost call first:"] if frames else []
    return "\n".join([*said_first, *frames[:_FRAMES]])


def _end_of(written: Path) -> str:
    with written.open("rb") as said:
        said.seek(max(0, written.stat().st_size - _SAID_BYTES))
        return said.read().decode("utf-8", "backslashreplace")


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
