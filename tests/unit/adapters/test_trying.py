"""Processes that answer for the kit's own managers, and what is said of one that does not."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from pluribus.adapters.trying import judged_apart
from pluribus.conformance.jobs import Question
from pluribus.conformance.matrix import Here, kit_trial
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.properties import PROPERTIES
from pluribus.findings.conformance import Outcome

PATIENCE_S = 30.0
ANSWERS = """\
import json, os, signal, sys, time

here, = sys.argv[1:]
with open(here, "a") as log:
    log.write(f"{os.getpid()}\\n")
for line in sys.stdin:
    question = json.loads(line)
    for name in question["properties"]:
        if name == "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        if name == "leaves":
            print("no more of this", file=sys.stderr)
            sys.exit(3)
        if name == "stands":
            time.sleep(1000)
        answer = {
            "specimen": question["specimen"],
            "property": name,
            "seed": question["seed"],
            "outcome": "PASS",
            "claim": str(os.getpid()),
            "took_s": 0.1,
        }
        print(json.dumps(answer), flush=True)
"""


def questions(*properties: str, managers: Sequence[str] = ("one",)) -> list[Question]:
    return [Question(specimen=each, properties=properties) for each in managers]


@pytest.fixture
def program(tmp_path: Path) -> tuple[str, ...]:
    script = tmp_path / "answers.py"
    script.write_text(ANSWERS)
    return (sys.executable, str(script), str(tmp_path / "pids"))


def pids(program: Sequence[str]) -> list[int]:
    return [int(each) for each in Path(program[-1]).read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_answers_come_in_the_order_of_the_questions(program: tuple[str, ...]) -> None:
    names = [f"m{number}" for number in range(20)]
    known: list[None] = []

    answers = list(
        judged_apart(
            questions("A1", "A2", managers=names),
            done=lambda: known.append(None),
            workers=3,
            program=program,
        )
    )

    assert [[(each.specimen, each.property) for each in answer] for answer in answers] == [
        [(name, "A1"), (name, "A2")] for name in names
    ]
    assert len(known) == len(names)
    assert len(pids(program)) <= 3


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("crashes", f"the process that judged it was ended by signal {signal.SIGSEGV:d}"),
        (
            "leaves",
            "the process that judged it left with status 3; it wrote last: no more of this",
        ),
        ("stands", "the process that judged it took longer than 0.5 s"),
    ],
)
def test_a_process_that_ends_or_stands_still_costs_the_property_that_it_was_judging(
    program: tuple[str, ...], name: str, claim: str
) -> None:
    (answer,) = judged_apart(
        questions("A1", name, "A2"), workers=1, program=program, longest_s=0.5
    )

    assert [(each.property, each.outcome) for each in answer] == [
        ("A1", Outcome.PASS),
        (name, Outcome.ERROR),
        ("A2", Outcome.PASS),
    ]
    assert answer[1].claim == claim
    assert answer[0].claim != answer[2].claim, "another process went on"


def test_a_program_that_cannot_start_is_an_error_of_all_that_was_asked() -> None:
    program = (sys.executable, "-c", "import nothing_of_that_name")

    (answer,) = judged_apart(questions("A1", "A2"), workers=1, program=program)

    assert [each.outcome for each in answer] == [Outcome.ERROR, Outcome.ERROR]
    assert "No module named 'nothing_of_that_name'" in answer[0].claim


def test_who_wants_no_more_leaves_no_process_behind(program: tuple[str, ...]) -> None:
    wanted = [*questions("A1"), *questions("stands", managers=["two", "three"])]

    with closing(judged_apart(wanted, workers=2, program=program)) as answers:
        first = next(answers)

    assert first[0].outcome is Outcome.PASS
    assert not any(map(is_alive, pids(program)))


def test_an_interrupt_while_all_are_waited_for_ends_them(program: tuple[str, ...]) -> None:
    def interrupted() -> Iterator[object]:
        yield from judged_apart(
            [*questions("A1"), *questions("stands", managers=["two", "three"])],
            done=lambda: os.kill(os.getpid(), signal.SIGINT),
            workers=2,
            program=program,
        )

    with pytest.raises(KeyboardInterrupt):
        list(interrupted())

    assert not any(map(is_alive, pids(program)))


def test_what_is_lost_is_never_sound() -> None:
    program = (sys.executable, "-c", "import os; os.abort()")
    chosen = [each for each in SPECIMENS if each.name in ("Plain", "AddsTwice")]
    asked = [each for each in PROPERTIES if each.name == "E4"]

    def lost(given: Sequence[Question], **_: object) -> Iterator[object]:
        return judged_apart(given, workers=1, program=program)

    trial = kit_trial(chosen, asked, judging=lost)  # type: ignore[arg-type]  # it tells nobody

    assert not trial.is_sound
    assert [each.problem.partition(";")[0] for each in trial.lines] == [
        f"E4: the process that judged it was ended by signal {signal.SIGABRT:d}"
    ] * 2


def test_other_processes_say_what_this_one_would() -> None:
    names = tuple(each.name for each in PROPERTIES if each.name in ("A1", "B1", "C1", "D1", "E4"))
    wanted = [
        Question(specimen=each, properties=names, seed=4)
        for each in ("Plain", "PerUser", "AddsTwice")
    ]

    apart, here = (
        [[(each.property, each.outcome, each.claim) for each in answer] for answer in answers]
        for answers in (judged_apart(wanted), Here()(wanted, done=lambda: None))
    )

    assert apart == here


ASKS = """\
import sys

from pluribus.adapters.trying import judged_apart
from pluribus.conformance.jobs import Question

list(judged_apart([Question(specimen="one", properties=("A1",))], program=sys.argv[1:]))
"""
LISTENS = """\
import os, sys

with open(sys.argv[1], "w") as pipe:
    print(os.getpid(), file=pipe, flush=True)
    sys.stdin.read()
"""


def test_a_process_whose_asker_was_killed_ends_by_itself(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    asker = subprocess.Popen([sys.executable, "-c", ASKS, sys.executable, "-c", LISTENS, pipe])

    with pipe.open() as said:
        listener = int(said.readline())
        asker.kill()
        asker.wait()
        # Its end is closed when it is over.
        is_over, _, _ = select.select([said], [], [], PATIENCE_S)

    if not is_over:
        os.kill(listener, signal.SIGKILL)
    assert is_over
