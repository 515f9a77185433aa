"""What `pluribus conform` found, drawn."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from pluribus.conformance.properties import PROPERTIES
from pluribus.findings.conformance import Conformance, KitTrial, MatrixLine, Outcome
from pluribus.reports import CONFORMANCE_FORMATS, TRIAL_FORMATS, RenderOptions
from tests.reports.conformances import (
    DECLINED,
    FAILED,
    MISSING,
    PASSED,
    SAMPLES,
    conformance,
    whole,
)


def test_a_failure_is_drawn_with_all_that_it_stands_on() -> None:
    text = CONFORMANCE_FORMATS["text"](conformance(FAILED, MISSING), RenderOptions())

    assert (
        text
        == """\
chat (app.chat:Chat)
====================
D2  FAIL           nothing reaches another user    see below
D3  NOT_EXERCISED  nothing reaches another thread  see below

FAIL D2 nothing reaches another user  D2:0123456789ab
  a frame \\x1b[31mreached\\u202e another
  hint      keep `them` apart
  evidence  frames: one
            two
  at        app/chat.py:3:1 Chat.send
  at        app/made.py:9:1
  sequence, a program that runs from the import roots
    import asyncio


    async def main():
        print("```")


    asyncio.run(main())

NOT_EXERCISED D3
  no event arrived
  hint      D1 says more

note: the path holds `test`

PASS 0, FAIL 1, NOT_EXERCISED 1, DECLINED 0, ERROR 0
what a property asks: pluribus explain NAME
"""
    )


def test_colours_change_no_word() -> None:
    made = conformance(FAILED, MISSING)

    plain = CONFORMANCE_FORMATS["text"](made, RenderOptions())
    painted = CONFORMANCE_FORMATS["text"](made, RenderOptions(color=True))

    assert painted != plain
    assert re.sub("\x1b\\[[0-9;]*m", "", painted) == plain


@pytest.mark.parametrize(
    ("made", "has_failed", "is_whole"),
    [
        (conformance(), False, True),
        (conformance(FAILED), True, True),
        (conformance(MISSING), False, False),
        (conformance(unused=("D1",)), False, False),
    ],
)
def test_a_run_is_a_success_only_when_all_was_judged(
    made: Conformance, has_failed: bool, is_whole: bool
) -> None:
    assert (made.has_failed, made.is_whole) == (has_failed, is_whole)


def test_an_unneeded_allowance_is_said() -> None:
    text = CONFORMANCE_FORMATS["text"](conformance(unused=("D1",)), RenderOptions())

    assert "allow.D1: not needed" in text


def test_reasons_are_wrapped_below_their_titles() -> None:
    reason = "`broadcast`: it is declared to reach all, and " + "so on " * 10
    verdict = msgspec.structs.replace(DECLINED, claim=reason.strip())

    text = CONFORMANCE_FORMATS["text"](conformance(PASSED, verdict), RenderOptions(width=80))

    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert " ".join(" ".join(lines[3:6]).split()).endswith(reason.strip())
    assert lines[4].startswith(" " * 20)


def test_a_self_test_is_drawn_in_each_format() -> None:
    lines = (
        MatrixLine(name="Good", about="", outcomes=(("A1", Outcome.PASS), ("D1", Outcome.PASS))),
        MatrixLine(
            name="Bad",
            about="drops",
            outcomes=(("A1", Outcome.PASS),),
            problem="no property notices it",
        ),
    )
    trial = KitTrial(subject="chat", lines=lines)

    text = TRIAL_FORMATS["text"](trial, RenderOptions())
    document = json.loads(TRIAL_FORMATS["json"](trial, RenderOptions()))

    table = TRIAL_FORMATS["markdown"](trial, RenderOptions())

    assert "Good\n  2 properties asked: PASS 2\nBad: drops\n" in text
    assert "| `Bad` | `.` |  | drops |" in table
    assert "- Bad: no property notices it" in table
    assert "\nBad: no property notices it\n" in text
    assert "sound" not in text
    assert document["is_sound"] is False


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_self_test_of_all_properties_fits_a_terminal(width: int) -> None:
    def line(name: str, about: str, every: int) -> MatrixLine:
        return MatrixLine(
            name=name,
            about=about,
            outcomes=tuple(
                (each.name, Outcome.FAIL if number % every == 0 else Outcome.PASS)
                for number, each in enumerate(PROPERTIES)
            ),
        )

    trial = KitTrial(
        subject="chat",
        lines=(line("as it is", "", 40), line("drop", "every event is lost", 2)),
    )

    text = TRIAL_FORMATS["text"](trial, RenderOptions(width=width))

    assert max(map(len, text.splitlines())) <= width
    assert "as it is\n  FAIL A1, " in text
    assert "drop: every event is lost\n  noticed by A3, " in text  # A1 fails without that
    assert "sound" in text


def test_rivals_stand_beside_the_owner_and_fail_nothing() -> None:
    made = SAMPLES["rivals"]

    text = CONFORMANCE_FORMATS["text"](made, RenderOptions())

    assert (made.has_failed, made.is_whole) == (False, True)
    assert (
        text[text.index("the owner and") :]
        == """\
the owner and its rivals
    owner  rival 1
A1  .      .        each operation is there
D4  -               every socket of the audience is reached
D2         F        nothing reaches another user

. pass  F fail  n not exercised  E error  - declined

owner: app.chat:Chat
rival 1: app.old:Chat  (app/old.py:7:1)
  note: one instance of it served everybody
  FAIL D2  a frame \\x1b[31mreached\\u202e another
rival 2: app.odd:Chat
  not driven: `Chat` requires `redis`

PASS 1, FAIL 0, NOT_EXERCISED 0, DECLINED 1, ERROR 0
"""
    )


def test_many_rivals_fit_a_terminal() -> None:
    text = CONFORMANCE_FORMATS["text"](whole(), RenderOptions(width=80))

    table = text[text.index("the owner and its rivals") : text.index("\n\n. pass")].splitlines()
    assert table[1].split() == ["owner", *"1234567"]
    assert max(map(len, table)) <= 80


def test_where_rivals_were_looked_for_and_none_is_there_that_is_said() -> None:
    alone = CONFORMANCE_FORMATS["text"](SAMPLES["lonely"], RenderOptions())
    unasked = CONFORMANCE_FORMATS["text"](SAMPLES["passed"], RenderOptions())

    assert "no rival was found" in alone
    assert "rival" not in unasked
