"""Runs of `pluribus conform` made up to show each way in which one can end."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st

from pluribus.app.property_texts import text_of
from pluribus.conformance.properties import PROPERTIES
from pluribus.findings import Evidence, Location, RuleText, Severity
from pluribus.findings.conformance import (
    ConceptConformance,
    Conformance,
    Outcome,
    RivalConformance,
    Verdict,
)
from tests.reports.strategies import evidence, locations, texts

PROGRAM = 'import asyncio\n\n\nasync def main():\n    print("```")\n\n\nasyncio.run(main())\n'
TEXT = RuleText(
    name="D2",
    family="conformance",
    summary="nothing reaches another user",
    description="What is for *one* user\nreaches no `socket` of another.",
    severity=Severity.ERROR,
    precision="very-high",
    page="# D2: nothing reaches another user\n\nWhat is for *one* user.\n",
)
PASSED = Verdict(
    property="A1",
    title="each operation is there",
    outcome=Outcome.PASS,
    claim="an instance has `connect`",
    witnesses=("an instance has `connect`",),
)
FAILED = Verdict(
    property="D2",
    title="nothing reaches another user",
    outcome=Outcome.FAIL,
    claim="a frame \x1b[31mreached\u202e another",
    hint="keep `them` apart",
    evidence=(Evidence("frames", "one\ntwo"),),
    sequence=PROGRAM,
    anchors=(Location("app/chat.py", 3, label="Chat.send"), Location("app/made.py", 9)),
    id="D2:0123456789ab",
)
HANGS = Verdict(
    property="D1",
    title="events arrive once and in order",
    outcome=Outcome.FAIL,
    claim="`send` did not return within 10 s",
    evidence=(Evidence("waits", "Chat.send, chat.py:12 > Other.take, other.py:3 > Lock.acquire"),),
    sequence=PROGRAM,
    anchors=(Location("app/chat.py", 3, label="Chat.send"),),
    id="D1:aaaaaaaaaaaa",
)
OVERLAPPING = Verdict(
    property="H5",
    title="who is in gets it, who is out does not",
    outcome=Outcome.FAIL,
    claim="an event of `send` did not reach a socket that was in all the time",
    hint="go over a copy of the sockets",
    evidence=(
        Evidence("schedule", "a socket goes 10 ms later"),
        Evidence(
            "happened", "send(event 1) begins\nalice_socket gets event 1\nsend(event 1) ends"
        ),
    ),
    anchors=(Location("app/chat.py", 3, label="Chat.send"),),
    id="H5:cccccccccccc",
    replay="H5:chat:0:broadcast:quick:0=2",
)
BROKEN = Verdict(
    property="D5",
    title="the payload arrives intact",
    outcome=Outcome.ERROR,
    claim="the subject asks its socket for `fly`, which the kit's peer lacks",
    hint="please report it",
    id="D5:bbbbbbbbbbbb",
)
MISSING = Verdict(
    property="D3",
    title="nothing reaches another thread",
    outcome=Outcome.NOT_EXERCISED,
    claim="no event arrived",
    hint="D1 says more",
)
ALLOWED = Verdict(
    property="E1",
    title="nothing arrives after removal",
    outcome=Outcome.NOT_EXERCISED,
    claim="no event arrived",
    allowed="sockets of this kind are never removed",
)
DECLINED = Verdict(
    property="D4",
    title="every socket of the audience is reached",
    outcome=Outcome.DECLINED,
    claim="one socket a user",
)
RIVALS = (
    RivalConformance(
        path="app.old:Chat",
        location=Location("app/old.py", 7),
        verdicts=(PASSED, FAILED),
        notes=("one instance of it served everybody",),
    ),
    RivalConformance(path="app.odd:Chat", unbound="`Chat` requires `redis`"),
)


def conformance(
    *verdicts: Verdict,
    unused: tuple[str, ...] = (),
    rivals: tuple[RivalConformance, ...] | None = None,
) -> Conformance:
    """A run over one concept."""
    concept = ConceptConformance(
        concept="chat",
        owner="app.chat:Chat",
        verdicts=verdicts,
        notes=("the path holds `test`",),
        unused_allowances=unused,
        rivals=rivals,
    )
    return Conformance(
        tool_version="1",
        seed=0,
        concepts=(concept,),
        contract="pluribus.toml",
        texts=(TEXT,),
    )


def whole() -> Conformance:
    """A run of every property, of which three do not hold, beside rivals that differ."""
    outcomes = {"D2": Outcome.FAIL, "G1": Outcome.FAIL, "H5": Outcome.FAIL}
    verdicts = tuple(
        msgspec.structs.replace(
            DECLINED if number % 3 else PASSED,
            property=each.name,
            title=each.title,
            **({"outcome": outcomes[each.name]} if each.name in outcomes else {}),
        )
        for number, each in enumerate(PROPERTIES)
    )
    rivals = tuple(
        RivalConformance(path=f"app.a_long_name.of_rival_{number}:Chat", verdicts=verdicts)
        for number in range(7)
    )
    return conformance(*verdicts, rivals=rivals)


SAMPLES = {
    "passed": conformance(PASSED, DECLINED),
    "failed": conformance(
        PASSED, HANGS, FAILED, MISSING, DECLINED, BROKEN, ALLOWED, unused=("E2",)
    ),
    "overlapping": conformance(HANGS, OVERLAPPING),
    "rivals": conformance(PASSED, DECLINED, rivals=RIVALS),
    "lonely": conformance(PASSED, rivals=()),
    "unjudged": conformance(),
}

_names = st.sampled_from([each.name for each in PROPERTIES])
_verdicts = st.builds(
    Verdict,
    property=_names,
    title=texts,
    outcome=st.sampled_from(Outcome),
    claim=texts,
    hint=texts,
    witnesses=st.lists(texts, max_size=2).map(tuple),
    evidence=st.lists(
        evidence | st.builds(Evidence, name=st.just("waits"), text=texts), max_size=2
    ).map(tuple),
    sequence=texts,
    anchors=st.lists(locations, max_size=2).map(tuple),
    id=texts,
    allowed=texts,
)
_several = st.lists(_verdicts, max_size=4, unique_by=lambda each: each.property).map(tuple)
_rivals = st.builds(
    RivalConformance,
    path=texts,
    location=st.none() | locations,
    verdicts=_several,
    unbound=st.just("") | texts,
    notes=st.lists(texts, max_size=2).map(tuple),
)
_concepts = st.builds(
    ConceptConformance,
    concept=texts,
    owner=texts,
    verdicts=_several,
    notes=st.lists(texts, max_size=2).map(tuple),
    unused_allowances=st.lists(_names, max_size=2, unique=True).map(tuple),
    rivals=st.none() | st.lists(_rivals, max_size=2).map(tuple),
)
conformances = st.builds(
    Conformance,
    tool_version=st.just("1"),
    seed=st.integers(0, 9),
    concepts=st.lists(_concepts, max_size=2).map(tuple),
    contract=texts,
    texts=st.just(()) | st.just(tuple(map(text_of, PROPERTIES))),
)
"""Any run at all, with hostile strings in every place."""
