"""The process in which a subject is driven, and subjects that behave badly in it."""

from __future__ import annotations

import signal
import subprocess
import threading
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from pluribus.adapters.driving import drive
from pluribus.app.conform import conform
from pluribus.app.conform_driving import Driving
from pluribus.app.conform_options import ConformOptions
from pluribus.contract import load_contract
from pluribus.errors import SubjectError
from tests.functional.cli_project import COMMAND, PATIENCE_S
from tests.functional.conform_project import MANAGER, project, verdicts

BLOCKS = MANAGER.replace(
    "        sockets = list(self.active)\n",
    "        self.lock.acquire()\n        sockets = list(self.active)\n",
).replace(
    "        self.active = []\n",
    "        self.active = []\n        import threading\n\n        self.lock = threading.Lock()\n",
    1,
)


def test_a_call_that_blocks_fails_and_takes_nothing_with_it(tmp_path: Path) -> None:
    done = project(tmp_path, manager=BLOCKS, more="arrival-s = 0.1\ntimeout-s = 0.3\n").run(
        "conform", "--property", "A1,D1,B1", "--output-format", "json"
    )

    found = verdicts(done)
    assert done.returncode == 1
    assert (found["A1"]["outcome"], found["B1"]["outcome"]) == ("PASS", "DECLINED")
    assert "`broadcast` did not return" in found["D1"]["claim"]
    assert "ConnectionManager.broadcast, chat.py:" in found["D1"]["evidence"][0]["text"]


def test_a_process_that_ends_is_an_error(tmp_path: Path) -> None:
    leaves = MANAGER.replace(
        "            await socket.send_text(message)\n",
        "            import os\n\n            print('going')\n            os._exit(7)\n",
    )

    done = project(tmp_path, manager=leaves).run(
        "conform", "--property", "A1,D1", "--output-format", "json"
    )

    found = verdicts(done)
    assert done.returncode == 2
    assert found["A1"]["outcome"] == "PASS"
    assert found["D1"]["outcome"] == "ERROR"
    assert "left with status 7" in found["D1"]["claim"]


@pytest.mark.parametrize("prop", ["D1", "H5"])
def test_a_fault_that_ends_the_process_is_told_with_its_place(tmp_path: Path, prop: str) -> None:
    faulting = MANAGER.replace(
        "            await socket.send_text(message)\n",
        "            __import__('ctypes').string_at(0)\n",
    )

    done = project(tmp_path, manager=faulting).run(
        "conform", "--property", f"A1,{prop}", "--output-format", "json"
    )

    found = verdicts(done)
    assert done.returncode == 2
    assert found["A1"]["outcome"] == "PASS"
    told = {each["name"]: each["text"] for each in found[prop]["evidence"]}
    line = 1 + faulting.splitlines().index("            __import__('ctypes').string_at(0)")
    assert found[prop]["outcome"] == "ERROR"
    assert "was ended by signal 11" in found[prop]["claim"]
    assert told["fault"] == "Fatal Python error: Segmentation fault"
    assert f"send, chat.py:{line}" in told["stood at"].splitlines()
    (anchor,) = found[prop]["anchors"]
    assert (anchor["path"], anchor["line"]) == ("app/chat.py", line)


def test_a_subject_that_starts_a_thread_is_imported_anew_for_each_property(tmp_path: Path) -> None:
    threaded = (
        "import threading\n\nSTOP = threading.Event()\n"
        "threading.Thread(target=STOP.wait, daemon=True).start()\n\n\n" + MANAGER
    )

    done = project(tmp_path, manager=threaded).run("conform", "--property", "A1,D1,E1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS 3" in done.stdout
    assert "importing the subject started a thread" in done.stdout


AWARE = """\
import importlib.util
import os
import sys


def is_watched():
    return (
        any(name.startswith("PYTEST") for name in os.environ)
        or "pytest" in sys.modules
        or any("test" in frame for frame in frames())
    )


def frames():
    frame = sys._getframe()
    while frame is not None:
        yield frame.f_code.co_name
        frame = frame.f_back


try:
    import pytest
except ImportError:
    HAS_PYTEST = False
else:
    HAS_PYTEST = True


"""


def test_the_subject_sees_no_sign_of_a_test_run(tmp_path: Path) -> None:
    aware = AWARE + MANAGER.replace(
        "    async def connect(self, websocket):\n",
        "    async def connect(self, websocket):\n"
        "        if is_watched() or HAS_PYTEST:\n"
        "            raise RuntimeError('watched')\n",
    )

    done = project(tmp_path, manager=aware).run("conform", "--property", "A7")

    assert done.returncode == 0, done.stdout


def test_a_program_that_the_import_starts_is_not_waited_for(tmp_path: Path) -> None:
    starts = "import subprocess\n\nsubprocess.Popen(['sleep', '600'])\n\n\n" + MANAGER

    begun = monotonic()
    done = project(tmp_path, manager=starts).run("conform", "--property", "A9,B10,D1")

    assert done.returncode == 0, done.stdout + done.stderr
    # Each of A9 and B10 would wait for more than a minute.
    assert monotonic() - begun < PATIENCE_S


def test_a_program_that_a_call_leaves_behind_is_not_waited_for(tmp_path: Path) -> None:
    leaves = MANAGER.replace(
        "        await websocket.accept()\n",
        "        await websocket.accept()\n"
        "        import os\n\n"
        "        if os.fork() == 0:\n            os.execvp('sleep', ['sleep', '600'])\n",
    )

    done = project(tmp_path, manager=leaves).run("conform", "--property", "A5,D1")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "asyncio.CancelledError"])
def test_what_is_no_exception_and_ends_the_import_is_told_with_its_place(
    raised: str, tmp_path: Path
) -> None:
    done = project(tmp_path, manager=f"import asyncio\n\nraise {raised}\n").run("conform")

    assert (done.returncode, done.stdout) == (2, "")
    assert f"cannot be driven: {raised.rpartition('.')[2]}" in done.stderr
    assert "chat.py" in done.stderr
    assert "drive.py" not in done.stderr


def test_an_import_that_does_not_end_is_told_with_the_line_that_it_stands_at(
    tmp_path: Path,
) -> None:
    endless = "import time\n\n\nwhile True:\n    time.sleep(0.1)\n"
    made = project(tmp_path, manager=endless, more="timeout-s = 0.1\n")
    driving = Driving(
        contract=load_contract(made.root / "pluribus.toml"),
        options=ConformOptions(),
        drive=partial(drive, import_s=2.0),
    )

    with pytest.raises(SubjectError, match="did not come to an end within 2 s") as raised:
        conform(driving)

    assert 'chat.py", line 5' in (raised.value.hint or "")
    assert "drive.py" not in (raised.value.hint or "")


def test_no_property_sees_what_another_has_done(tmp_path: Path) -> None:
    once = MANAGER.replace(
        "        await websocket.accept()\n",
        "        SEEN.append(websocket)\n"
        "        if len(SEEN) > 3:\n            raise RuntimeError\n",
    )

    done = project(tmp_path, manager="SEEN = []\n\n\n" + once).run(
        "conform", "--property", "A5,A7,D1,D5"
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("number", "status", "says"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, ""),
        (signal.SIGHUP, 129, ""),
    ],
)
def test_a_signal_ends_the_run_and_all_that_it_started(
    number: signal.Signals, status: int, says: str, tmp_path: Path
) -> None:
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip(
            f"{number.name} is ignored here, as under nohup, and what is run ignores it too"
        )
    pause = "import os\nimport pathlib\n\n\n" + MANAGER.replace(
        "            await socket.send_text(message)\n",
        "            here = pathlib.Path(__file__).parent\n"
        "            (here / 'draft').write_text(str(os.getpid()))\n"
        "            (here / 'draft').rename(here / 'pid')\n"
        "            await __import__('asyncio').Event().wait()\n",
    )
    made = project(tmp_path, manager=pause, more="timeout-s = 50\n")
    running = subprocess.Popen(
        [*COMMAND, "conform", "--property", "D1"],
        cwd=made.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    waited_for = tmp_path / "app" / "pid"
    while not waited_for.exists():
        assert running.poll() is None, running.communicate()
        _looks_again()

    running.send_signal(number)
    out, err = running.communicate(timeout=PATIENCE_S)

    assert (running.returncode, out) == (status, "")
    assert says in err
    # That it is killed is certain by now; that the system has done so takes a moment.
    until = monotonic() + PATIENCE_S
    while _runs(int(waited_for.read_text())):
        assert monotonic() < until
        _looks_again()


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="needs /proc, which lists the children"
)
def test_ctrl_c_ends_a_self_test_and_its_processes(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [*COMMAND, "conform", "--self-test"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (started := _children(running.pid)):
        assert running.poll() is None, running.communicate()
        _looks_again()

    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=PATIENCE_S)

    assert (running.returncode, out) == (130, "")
    assert "interrupted" in err
    assert not any(map(_runs, started))


_AT_ONCE_S = 5
"""Less than what is broken is waited for, and far more than it takes on a busy machine."""


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="needs /proc, which lists the children"
)
def test_ctrl_c_does_not_wait_for_what_is_broken(tmp_path: Path) -> None:
    made = project(tmp_path)
    running = subprocess.Popen(
        [*COMMAND, "conform", "--self-test", "--concept", "chat", "--property", "D1,E1"],
        cwd=made.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # Each way to break it has a process of its own.
    while len(started := _children(running.pid)) < 3:
        assert running.poll() is None, running.communicate()
        _looks_again()

    asked = monotonic()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=PATIENCE_S)

    assert monotonic() - asked < _AT_ONCE_S
    assert (running.returncode, out) == (130, "")
    assert "interrupted" in err
    assert not any(map(_runs, started))


def _children(process: int) -> list[int]:
    """The processes that any thread of one has started."""
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(each) for found in lists for each in found.read_text().split()]


def _looks_again() -> None:
    threading.Event().wait(0.05)


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # what is only not yet cleared away is over


def test_without_room_for_answers_there_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    done = project(tmp_path).run("conform", TMPDIR=str(tmp_path / "app" / "chat.py"))

    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr
