"""C1 to C6: every way to share is refused by one property, once, and with its paths."""

from __future__ import annotations

import contextvars
import inspect
import logging
import threading
from collections.abc import Mapping
from typing import Any

import jinja2
import pytest

from pluribus.conformance.isolation import UNUSED
from pluribus.conformance.judge import Run
from pluribus.conformance.matrix import judge_specimen
from pluribus.conformance.mutants import SPECIMENS, Specimen, reaching, sharing
from pluribus.conformance.mutants.good import Context, PerThread, keyed, whole_key
from pluribus.contract import Values
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import BY_NAME, adapter_of, run_of

NAMES = ("C1", "C2", "C3", "C4", "C5", "C6")
WAYS = {
    **{make.__name__: names for make, names in sharing.SHARING.items()},
    **{make.__name__: names for make, names in reaching.REACHING.items()},
    **{kind.__name__: names for kind, names in sharing.SHARING_IN_MODULE.items()},
    **{kind.__name__: names for kind, names in reaching.REACHING_IN_MODULE.items()},
}
GOOD = [each for each in SPECIMENS if not each.about]


def specimen(name: str) -> Specimen:
    return next(each for each in SPECIMENS if each.name == name)


def text_of(run: Run, name: str) -> list[str]:
    return [each.text for each in run.evidence if each.name == name]


def managers_of(kind: type[PerThread], **conform: Any) -> Mapping[str, Run]:
    """What C1 to C6 say of a kind of manager, one a thread."""
    adapter = adapter_of(
        {"factory": keyed(kind, whole_key)},
        events=("started", "completed"),
        conform={
            "sharing": "thread",
            "context": {
                "build": "pluribus.conformance.mutants.good:Context",
                "user_id": "{user}",
                "thread_id": "{thread}",
            },
            **conform,
        },
        is_project=lambda module: module in (__name__, PerThread.__module__),
    )
    return {name: run_of(name, adapter) for name in NAMES}


FOR_ALL: contextvars.ContextVar[list[object]] = contextvars.ContextVar("for all", default=[])  # noqa: B039  # the fault
FOR_ONE: contextvars.ContextVar[list[object]] = contextvars.ContextVar("for one")


class ToTheDefault(PerThread):
    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        FOR_ALL.get().append(self.context.user_id)
        return await super().emit_agent_event(event, payload, urgent=urgent)


class ToOnesOwn(PerThread):
    async def emit_agent_event(
        self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
    ) -> int:
        token = FOR_ONE.set([self.context.user_id])
        try:
            return await super().emit_agent_event(event, payload, urgent=urgent)
        finally:
            FOR_ONE.reset(token)


def test_the_default_of_a_context_variable_is_shared_by_all() -> None:
    shared, own = managers_of(ToTheDefault), managers_of(ToOnesOwn)

    assert [name for name in NAMES if shared[name].outcome is Outcome.FAIL] == ["C4"]
    assert any("FOR_ALL -context->" in each for each in text_of(shared["C4"], "path"))
    assert not [name for name in NAMES if own[name].outcome is Outcome.FAIL]


def test_there_are_many_ways_to_share() -> None:
    assert len(WAYS) >= 30
    assert {name for names in WAYS.values() for name in names} == set(NAMES)


@pytest.mark.parametrize("name", WAYS)
def test_each_way_to_share_is_refused_by_one_property_and_is_one_cause(name: str) -> None:
    runs = {each: judge_specimen(specimen(name), BY_NAME[each], 0) for each in NAMES}

    failed = {each: run for each, run in runs.items() if run.outcome is Outcome.FAIL}
    assert tuple(failed) == WAYS[name]
    assert {run.outcome for run in runs.values()} <= {Outcome.FAIL, Outcome.PASS, Outcome.DECLINED}
    (run,) = failed.values()
    # Whoever reaches the other is reached, too: the same way seen from its other end.
    assert len(text_of(run, "another of the kind")) <= ("C6" in failed)
    first, second = text_of(run, "path")
    assert (first.startswith("alice"), second.startswith("bob")) == (True, True)


@pytest.mark.parametrize("name", WAYS)
def test_what_is_shared_is_told_where_it_is_defined(name: str) -> None:
    (refused_by,) = WAYS[name]

    run = judge_specimen(specimen(name), BY_NAME[refused_by], 0)

    file, line, _ = run.places[0]
    module = inspect.getsource(sharing if file.endswith("sharing.py") else reaching)
    assert line <= module.count("\n")
    assert text_of(run, "defined") == [
        f"pluribus/conformance/mutants/{file.rsplit('/')[-1]}:{line}"
    ]


@pytest.mark.parametrize("name", WAYS)
def test_a_cause_has_one_id_whatever_the_seed(name: str) -> None:
    (refused_by,) = WAYS[name]

    first, second = (judge_specimen(specimen(name), BY_NAME[refused_by], seed) for seed in (1, 2))

    assert first.about == second.about


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("good", GOOD, ids=lambda each: each.name)
def test_what_is_shared_by_design_is_no_finding(good: Specimen, name: str) -> None:
    run = judge_specimen(good, BY_NAME[name], 3)

    assert run.outcome in (Outcome.PASS, Outcome.DECLINED), run


def test_registries_that_are_kept_by_user_are_seen() -> None:
    run = judge_specimen(specimen("Registered"), BY_NAME["C5"], 0)

    assert set(run.witnesses) == {
        "a `dict` is kept by user, and leads from each to their own alone",
        "a `collections.defaultdict` is kept by user, and leads from each to their own alone",
    }


def test_one_instance_for_everybody_is_asked_only_whether_it_keeps_users_apart() -> None:
    runs = {name: judge_specimen(specimen("Shared"), BY_NAME[name], 0) for name in NAMES}

    assert {name: run.outcome for name, run in runs.items()} == {
        **dict.fromkeys(NAMES, Outcome.DECLINED),
        "C5": Outcome.PASS,
    }


def test_a_list_of_sockets_in_one_instance_is_no_failure() -> None:
    run = judge_specimen(specimen("Plain"), BY_NAME["C5"], 0)

    assert run.outcome is Outcome.DECLINED
    assert "its `list` is not kept by user" in run.claim


def test_one_instance_where_each_should_have_their_own_proves_nothing() -> None:
    runs = [judge_specimen(specimen("one_for_all"), BY_NAME[name], 0) for name in NAMES]

    assert {run.outcome for run in runs} == {Outcome.NOT_EXERCISED}
    assert {run.claim for run in runs} == {"both users have one instance"}


@pytest.mark.parametrize("name", ["AddIsIdle", "DropsAll", "gives_nothing", "AddRaises"])
def test_where_nothing_arrives_nothing_is_said_to_be_isolated(name: str) -> None:
    outcomes = {judge_specimen(specimen(name), BY_NAME[each], 0).outcome for each in NAMES}

    assert outcomes == {Outcome.NOT_EXERCISED}


class Counted(PerThread):
    totals: dict[str, int] = {"added": 0}  # noqa: RUF012  # what this shows

    async def add_connection(self, connection_id: str, websocket: Any) -> None:
        self.totals["added"] += 1
        await super().add_connection(connection_id, websocket)


def test_what_the_contract_allows_to_be_shared_is_left_alone() -> None:
    refused = managers_of(Counted)
    allowed = managers_of(Counted, allow_shared=(f"{__name__}:Counted.totals",))

    assert refused["C2"].outcome is Outcome.FAIL
    assert {run.outcome for run in allowed.values()} == {Outcome.PASS, Outcome.DECLINED}
    assert text_of(allowed["C2"], UNUSED) == []


def test_an_allowance_that_nothing_needed_is_named() -> None:
    runs = managers_of(PerThread, allow_shared=("nowhere", f"{__name__}:Counted"))

    assert text_of(runs["C1"], UNUSED) == ["nowhere", f"{__name__}:Counted"]


def test_what_a_user_leaves_behind_when_leaving_is_seen() -> None:
    class Left(PerThread):
        left = {"sockets": 0}  # noqa: RUF012  # what this shows

        async def remove_connection(self, connection_id: str) -> None:
            self.left["sockets"] += 1
            await super().remove_connection(connection_id)

    runs = managers_of(Left)

    assert runs["C2"].outcome is Outcome.FAIL
    assert text_of(runs["C2"], "written by") == ["alice and bob"]


def test_what_is_made_when_it_is_first_needed_is_no_write() -> None:
    class Lazy(PerThread):
        lock: threading.Lock | None = None
        log: logging.Logger | None = None
        sizes: list[int] | None = None

        async def add_connection(self, connection_id: str, websocket: Any) -> None:
            kind = type(self)
            kind.lock = kind.lock or threading.Lock()
            kind.log = kind.log or logging.getLogger("lazy")
            kind.sizes = kind.sizes or [1, 2, 3]
            await super().add_connection(connection_id, websocket)

    outcomes = {run.outcome for run in managers_of(Lazy).values()}

    assert outcomes == {Outcome.PASS, Outcome.DECLINED}


def test_what_a_library_writes_inside_of_itself_is_left_alone() -> None:
    environment = jinja2.Environment(autoescape=True)

    class Renders(PerThread):
        templates = environment

        async def emit_agent_event(
            self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
        ) -> int:
            self.templates.from_string("{{ x }}").render(x=event)
            self.templates.globals[f"seen {len(self.templates.globals)}"] = True
            return await super().emit_agent_event(event, payload, urgent=urgent)

    outcomes = {run.outcome for run in managers_of(Renders).values()}

    assert outcomes == {Outcome.PASS, Outcome.DECLINED}


def test_a_users_data_inside_of_a_library_is_found_nevertheless() -> None:
    environment = jinja2.Environment(autoescape=True)

    class Renders(PerThread):
        templates = environment

        async def emit_agent_event(
            self, event: str, payload: Mapping[str, Any], *, urgent: bool = False
        ) -> int:
            self.templates.globals["user"] = self.context.user_id
            return await super().emit_agent_event(event, payload, urgent=urgent)

    runs = managers_of(Renders)

    assert [name for name, run in runs.items() if run.outcome is Outcome.FAIL] == ["C4"]


def test_a_table_by_frozen_contexts_is_kept_by_user() -> None:
    class ByContext(PerThread):
        known: dict[Context, PerThread] = {}  # noqa: RUF012  # what this shows

        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.known[context] = self

    runs = managers_of(ByContext)

    assert runs["C5"].outcome is Outcome.PASS
    assert runs["C6"].outcome is Outcome.PASS


@pytest.mark.parametrize("kind", ["uuid4", "int"])
def test_users_may_be_numbers_and_uuids(kind: str) -> None:
    class Known(PerThread):
        known: dict[object, PerThread] = {}  # noqa: RUF012  # what this shows
        seen: list[object] = []  # noqa: RUF012  # as above

        def __init__(self, context: Context) -> None:
            super().__init__(context)
            self.known[context.user_id] = self

        async def add_connection(self, connection_id: str, websocket: Any) -> None:
            self.seen.append(self.context.user_id)
            await super().add_connection(connection_id, websocket)

    values = Values(user=kind, thread=kind, connection=kind)  # type: ignore[arg-type]  # one of them

    runs = managers_of(Known, values=values)

    assert runs["C4"].outcome is Outcome.FAIL
    assert runs["C5"].outcome is Outcome.PASS
    assert runs["C6"].outcome is Outcome.PASS


def test_an_instance_that_leads_to_another_is_said_so() -> None:
    run = judge_specimen(specimen("knows_the_one_before"), BY_NAME["C6"], 0)

    assert run.claim == "the instance of bob leads to that of alice"
    assert text_of(run, "path") == ["alice", "bob.before"]
