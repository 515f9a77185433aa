from __future__ import annotations

import random

import pytest

from pluribus.conformance.replay import Replay, replay_of
from pluribus.conformance.schedules.decisions import Decisions, Schedule, schedule_of
from pluribus.errors import UsageError


def asked(decisions: Decisions, options: tuple[int, ...]) -> list[int]:
    return [decisions.choose(each, lambda option: f"takes {option}") for each in options]


def test_every_decision_takes_its_first_option_but_for_the_deviations() -> None:
    decisions = Decisions(((1, 2), (3, 1)))

    taken = asked(decisions, (2, 3, 2, 2, 4))

    assert taken == [0, 2, 0, 1, 0]
    assert [(each.number, each.option, each.label) for each in decisions.taken] == [
        (1, 2, "takes 2"),
        (3, 1, "takes 1"),
    ]
    assert decisions.options == [2, 3, 2, 2, 4]


def test_a_deviation_that_fits_no_decision_is_not_taken() -> None:
    decisions = Decisions(((0, 3), (9, 1)))

    assert asked(decisions, (2, 2)) == [0, 0]
    assert decisions.taken == []


def test_what_was_drawn_is_repeated_by_what_was_taken() -> None:
    options = tuple(2 + at % 3 for at in range(60))
    drawn = Decisions(chance=random.Random(5))

    first = asked(drawn, options)

    assert any(first)
    again = Decisions(tuple((each.number, each.option) for each in drawn.taken))
    assert asked(again, options) == first


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(),
        Schedule("emit"),
        Schedule("emit", "adding", ((0, 1), (17, 3))),
        Schedule("", "lines", ((250, 1),)),
    ],
)
def test_a_schedule_reads_back_the_same(schedule: Schedule) -> None:
    assert schedule_of(str(schedule)) == schedule


def test_what_is_replayed_stands_in_one_word() -> None:
    replay = Replay("H6", "web-sockets", 7, str(Schedule("emit", "adding", ((2, 1),))))

    assert str(replay) == "H6:web-sockets:7:emit:adding:2=1"
    assert replay_of(str(replay)) == replay
    assert replay_of("D1:chat:0") == Replay("D1", "chat", 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "D1",
        "D1:chat",
        "D1:chat:first",
        "D1::0",
        "H5:chat:0:emit",
        "H5:chat:0:emit:-",
        "H5:chat:0:emit:-:1",
        "H5:chat:0:emit:-:1=0",
        "H5:chat:0:emit:-:1=x",
        "H5:chat:0:emit:-:1=1:more",
        "D1:chat:²",
    ],
)
def test_what_no_report_has_printed_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="cannot be replayed"):
        replay_of(text)
