"""What `pluribus conform` found, drawn."""

from __future__ import annotations

import json
import re

import pytest

from pluribus.findings import Evidence, Location
from pluribus.findings.conformance import (
    ConceptConformance,
    Conformance,
    KitTrial,
    MatrixLine,
    Outcome,
    Verdict,
)
from pluribus.reports import CONFORMANCE_FORMATS, TRIAL_FORMATS, RenderOptions

FAILED = Verdict(
    property="D2",
    title="nothing reaches another user",
    outcome=Outcome.FAIL,
    claim="a frame \x1b[31mreached\u202e another",
    hint="keep them apart",
    evidence=(Evidence("frames", "one\ntwo"),),
    sequence="import asyncio\n\nprint(1)\n",
    anchors=(Location("app/chat.py", 3, label="Chat.send"),),
    id="D2:0123456789ab",
)
MISSING = Verdict(
    property="D3",
    title="nothing reaches another thread",
    outcome=Outcome.NOT_EXERCISED,
    claim="no event arrived",
    hint="D1 says more",
)


def conformance(*verdicts: Verdict, unused: tuple[str, ...] = ()) -> Conformance:
    concept = ConceptConformance(
        concept="chat",
        owner="app.chat:Chat",
        verdicts=verdicts,
        notes=("a note",),
        unused_allowances=unused,
    )
    return Conformance(tool_version="1", seed=0, concepts=(concept,))


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
  hint      keep them apart
  evidence  frames: one
            two
  at        app/chat.py:3:1 Chat.send
  sequence, a program that runs from the import roots
    import asyncio

    print(1)

NOT_EXERCISED D3
  no event arrived
  hint      D1 says more

note: a note

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


def test_a_self_test_is_drawn_as_a_matrix_and_as_json() -> None:
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

    assert "Good .  .\nBad  .\n" in text
    assert "Bad: no property notices it" in text
    assert "sound" not in text
    assert document["is_sound"] is False
