"""Properties over ASGI and real sockets: what is good passes, what is broken is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from pluribus.adapters.trying import judged_apart
from pluribus.conformance.judge import Run, judged, setting
from pluribus.conformance.matrix import judge_specimen, kit_trial
from pluribus.conformance.mutants import SPECIMENS
from pluribus.conformance.stores import placed
from pluribus.conformance.transports import IMPLEMENTATIONS, parts
from pluribus.findings.conformance import Outcome
from tests.unit.conformance import applications, shapes
from tests.unit.conformance.subjects import BY_NAME, adapter_of

SOCKETS = tuple(f"sockets:{each}" for each in IMPLEMENTATIONS)
WIRED = ("asgi", *SOCKETS)
KINDS = ("memory", SOCKETS[1])
GOOD = [each for each in SPECIMENS if not each.about]
BY_SPECIMEN = {each.name: each for each in SPECIMENS}
SMOKE = (
    "A5",
    "A7",
    "D1",
    "D2",
    "D5",
    "D11",
    "E1",
    "E2",
    "E3",
    "E4",
    "E10",
    "G1",
    "G2",
    "G5",
)
APP = f"{applications.__name__}:APP"


def run_over(name: str, part: str, **keys: Any) -> Run:
    made = keys.pop("made")
    return asyncio.run(judged(BY_NAME[name], setting(adapter_of(made, **keys), seed=0, part=part)))


@pytest.mark.parametrize("part", WIRED)
def test_good_managers_pass_over_each_transport(part: str) -> None:
    bad = [
        (specimen.name, name, run.claim)
        for specimen in GOOD
        for name in SMOKE
        if (run := _specimen_run(specimen.name, name, part)).outcome
        not in (Outcome.PASS, Outcome.DECLINED)
    ]

    assert bad == []


@pytest.mark.parametrize("part", WIRED)
@pytest.mark.parametrize(
    ("specimen", "name"),
    [
        ("DropsAll", "D1"),
        ("Reorders", "D1"),
        ("leaks_to_all", "D2"),
        ("KeepsRemoved", "E1"),
        ("ClosesTheGone", "E10"),
        ("KeepsTheGone", "E10"),
        ("ByUserAlone", "E10"),
        ("AsInTutorials", "G1"),
    ],
)
def test_broken_managers_are_refused_over_each_transport(
    specimen: str, name: str, part: str
) -> None:
    assert _specimen_run(specimen, name, part).outcome is Outcome.FAIL


@pytest.mark.parametrize("part", SOCKETS)
def test_a_lost_connection_is_judged_over_real_sockets(part: str) -> None:
    good = _specimen_run("Plain", "G5", part)
    broken = _specimen_run("Tutorial", "G5", part)

    assert good.outcome is Outcome.PASS
    assert any("been reset" in each for each in good.witnesses)
    assert any("half-open" in each for each in good.witnesses)
    assert broken.outcome is Outcome.FAIL
    assert "after the connection of a client had been reset" in broken.claim


@pytest.mark.parametrize("part", ["memory", "asgi"])
def test_what_only_real_sockets_show_is_declined_elsewhere(part: str) -> None:
    run = _specimen_run("Tutorial", "G5", part)

    assert run.outcome is Outcome.DECLINED
    assert run.claim == "only real sockets show it: ask with `--transport sockets`"


def test_the_matrix_in_memory_leaves_out_what_it_cannot_show() -> None:
    trial = kit_trial([BY_SPECIMEN["Plain"], BY_SPECIMEN["Tutorial"]], [BY_NAME["G5"]])

    assert [each.outcomes for each in trial.lines] == [(), ()]
    assert trial.problems == ()


def test_every_property_that_is_asked_over_a_transport_can_pass_there() -> None:
    """C7 handed sockets on that nobody had opened, and H3 left those of a loop that was closed."""
    trial = kit_trial(GOOD, over="asgi", judging=judged_apart)

    assert [(each.name, each.problem) for each in trial.lines if each.problem] == []
    assert [each for each in trial.problems if "passes no good manager" in each] == []


def test_over_sockets_each_implementation_counts_and_differences_are_told() -> None:
    """With one of them a second send raises while the first one waits."""
    run = judge_specimen(BY_SPECIMEN["PerThread"], BY_NAME["G4"], 0, over="sockets")

    assert parts("sockets") == SOCKETS
    assert run.outcome is Outcome.FAIL
    told = {each.name: each.text for each in run.evidence}["the transports differ"]
    assert told == (
        "over real sockets (websockets): FAIL; over real sockets (websockets-sansio): PASS;"
        " over real sockets (wsproto): PASS"
    )


SHAPES: dict[str, tuple[Callable[[], object], dict[str, Any], dict[str, Outcome]]] = {
    "one socket a user, removed by the user": (
        shapes.OneByUser,
        {"failed_socket": "remove"},
        {"E8": Outcome.FAIL, "E10": Outcome.FAIL, "G2": Outcome.FAIL},
    ),
    "several sockets a user": (
        shapes.SetByUser,
        {"failed_socket": "remove"},
        {"E8": Outcome.PASS, "E10": Outcome.PASS, "G2": Outcome.FAIL},
    ),
    "a live table": (
        shapes.LiveTable,
        {"failed_socket": "remove", "ops": shapes.BY_CLIENT},
        {"E8": Outcome.FAIL, "E10": Outcome.PASS, "G2": Outcome.PASS},
    ),
    "a copied table": (
        shapes.CopiedTable,
        {"failed_socket": "remove", "ops": shapes.BY_CLIENT},
        {"E8": Outcome.PASS, "E10": Outcome.PASS, "G2": Outcome.PASS},
    ),
}


@pytest.mark.parametrize("part", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_from_the_wild_have_their_faults_in_memory_and_on_sockets(
    shape: str, part: str
) -> None:
    kind, keys, expected = SHAPES[shape]

    outcomes = {
        name: run_over(
            name, part, made={"owner": kind}, conform={**keys, "arrival_s": 0.15}
        ).outcome
        for name in expected
    }

    assert outcomes == expected


def _application(manager: str, route: str, name: str, part: str, **keys: Any) -> Run:
    return run_over(
        name,
        part,
        made={"manager": getattr(applications, manager)},
        conform={
            "sharing": "shared",
            "app": APP,
            "route": route,
            "arrival_s": 0.3,
            "timeout_s": 2.0,
            "notice_s": 0.4,
            **keys,
        },
    )


@pytest.mark.parametrize("part", WIRED)
@pytest.mark.parametrize("name", ["D1", "D2", "D4", "D5", "E2", "E10", "G3"])
def test_an_application_that_listens_passes_through_its_own_endpoint(name: str, part: str) -> None:
    run = _application("LISTENING", "/listening/{user}", name, part)

    assert run.outcome is Outcome.PASS, run.claim


@pytest.mark.parametrize("name", ["G1", "G10"])
def test_a_lost_connection_is_judged_through_an_application_that_listens(name: str) -> None:
    run = _application("LISTENING", "/listening/{user}", name, "asgi")

    assert run.outcome is Outcome.PASS, run.claim


def test_what_a_lost_connection_keeps_from_others_is_seen_through_an_application() -> None:
    run = _application("FRAGILE", "/fragile/{user}", "G1", "asgi")

    assert run.outcome is Outcome.FAIL
    assert "beside one whose connection is lost" in run.claim


@pytest.mark.parametrize("part", SOCKETS)
def test_over_sockets_an_application_may_be_told_before_a_send_fails(part: str) -> None:
    run = _application("LISTENING", "/listening/{user}", "G1", part)

    assert run.outcome in (Outcome.PASS, Outcome.DECLINED), run.claim


@pytest.mark.parametrize("part", ["asgi", SOCKETS[2]])
def test_an_application_that_never_listens_does_not_notice_who_leaves(part: str) -> None:
    run = _application("PUSHING", "/pushing/{user}", "E10", part)

    assert run.outcome is Outcome.FAIL
    assert "still writes to a socket whose client had hung up" in run.claim
    assert "dial(Target(path='/pushing/" in run.sequence


@pytest.mark.parametrize("part", WIRED)
@pytest.mark.parametrize("name", ["D1", "D2", "E10"])
def test_an_application_is_told_who_connects(name: str, part: str) -> None:
    says = ('{"type": "auth", "user": "{user}"}',)

    run = _application("ASKING", "/asking", name, part, says=says, headers={"x-key": "secret"})

    assert run.outcome is Outcome.PASS, run.claim


@pytest.mark.parametrize("part", WIRED)
def test_where_an_application_lets_nobody_in_nothing_is_exercised(part: str) -> None:
    refused = _application("ASKING", "/refusing", "D1", part)
    unknown = _application(
        "ASKING", "/asking", "D1", part, says=('{"type": "auth", "user": "{user}"}',)
    )

    assert (refused.outcome, unknown.outcome) == (Outcome.NOT_EXERCISED,) * 2
    assert "the socket was closed by `dial`" in refused.claim


def test_what_an_application_keeps_to_itself_is_declined() -> None:
    run = _application("LISTENING", "/listening/{user}", "E4", "asgi")

    assert run.outcome is Outcome.DECLINED
    assert run.claim == "a client connects to the application once"


@pytest.mark.parametrize("part", ["asgi", SOCKETS[2]])
def test_the_program_of_a_failure_repeats_it_over_the_same_transport(
    part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = _specimen_run("Doubles", "D1", part)
    made = BY_SPECIMEN["Doubles"].make()
    source = run.sequence.replace("from specimen import factory\n", "")

    exec(compile(source, "sequence", "exec"), {"factory": made["factory"]})  # noqa: S102  # printed to be run

    first, *_ = capsys.readouterr().out.splitlines()
    assert first.count("started") == 2 * run.sequence.count("event='started'")


def _specimen_run(specimen: str, name: str, part: str) -> Run:
    chosen = replace(BY_SPECIMEN[specimen])
    concept = chosen.concept
    assert concept.conform is not None
    patient = msgspec.structs.replace(concept.conform, arrival_s=0.2, timeout_s=2.0)
    chosen = replace(chosen, concept=msgspec.structs.replace(concept, conform=patient))
    with placed(chosen.stores) as stores:
        adapter = chosen.adapter(stores=stores)
        return asyncio.run(judged(BY_NAME[name], setting(adapter, seed=0, part=part)))
