"""C9, C10, C12 and C13: what of one user shows where another is served."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pluribus.conformance.judge import Run
from pluribus.conformance.matrix import judge_specimen
from pluribus.conformance.mutants import SPECIMENS, leaving
from pluribus.conformance.output import recorded
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import BY_NAME, adapter_of, run_of

LOG = logging.getLogger(__name__)
WAYS = {
    **{make.__name__: names for make, names in leaving.LEAVING.items()},
    **{kind.__name__: names for kind, names in leaving.LEAVING_KINDS.items()},
}
STATE = tuple(name for name in BY_NAME if name.startswith("C"))


class Hub:
    """One user's sockets, by connection."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sockets: dict[str, Any] = {}

    async def connect(self, connection_id: str, websocket: Any) -> None:
        self.sockets[connection_id] = websocket

    async def disconnect(self, connection_id: str) -> None:
        self.sockets.pop(connection_id, None)

    async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
        for socket in self.sockets.values():
            await socket.send_json({"type": event_type, **payload})


def judged(name: str, kind: type[Hub]) -> Run:
    made: dict[str, Hub] = {}

    def manager_of(user_id: str) -> Hub:
        if user_id not in made:
            made[user_id] = kind(user_id)
        return made[user_id]

    adapter = adapter_of(
        {"factory": manager_of},
        events=("started",),
        conform={"sharing": "user"},
        is_project=lambda module: module == __name__,
    )
    return run_of(name, adapter)


@pytest.mark.parametrize("is_kept_by_user", [True, False])
def test_what_a_new_socket_is_greeted_with_is_looked_at(*, is_kept_by_user: bool) -> None:
    latest: dict[str, Mapping[str, Any]] = {}

    class Greets(Hub):
        """Whoever comes is told at once what was sent last."""

        async def connect(self, connection_id: str, websocket: Any) -> None:
            await super().connect(connection_id, websocket)
            key = self.user_id if is_kept_by_user else "all"
            if key in latest:
                await websocket.send_json(latest[key])

        async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
            latest[self.user_id if is_kept_by_user else "all"] = dict(payload)
            await super().emit_event(event_type, payload)

    run = judged("C9", Greets)

    assert run.outcome is (Outcome.PASS if is_kept_by_user else Outcome.FAIL)


def evidence(run: Run) -> dict[str, str]:
    return {each.name: each.text for each in run.evidence}


@pytest.mark.parametrize("name", WAYS)
def test_each_way_to_leave_something_behind_is_refused_by_what_it_breaks_alone(name: str) -> None:
    specimen = next(each for each in SPECIMENS if each.name == name)

    failed = [
        each
        for each in dict.fromkeys((*STATE, *WAYS[name]))
        if judge_specimen(specimen, BY_NAME[each], 0).outcome is Outcome.FAIL
    ]

    assert tuple(failed) == WAYS[name]


def test_a_close_that_names_another_user_is_found() -> None:
    owners: dict[str, str] = {}

    class Closing(Hub):
        async def connect(self, connection_id: str, websocket: Any) -> None:
            owner = owners.setdefault(connection_id, self.user_id)
            if owner != self.user_id:
                await websocket.close(1008, f"in use by {owner}")
                return
            await super().connect(connection_id, websocket)

    run = judged("C9", Closing)

    assert run.outcome is Outcome.FAIL
    assert run.claim == "the reason of a close for one user holds an id of another"


def test_a_refusal_that_repeats_what_was_asked_is_none() -> None:
    owners: dict[str, str] = {}

    class Refusing(Hub):
        async def connect(self, connection_id: str, websocket: Any) -> None:
            if owners.setdefault(connection_id, self.user_id) != self.user_id:
                raise ValueError(f"{connection_id} is in use")
            await super().connect(connection_id, websocket)

    assert judged("C9", Refusing).outcome is Outcome.PASS


def test_to_be_told_that_another_has_left_is_found() -> None:
    everybody: dict[str, Hub] = {}

    class Telling(Hub):
        async def connect(self, connection_id: str, websocket: Any) -> None:
            everybody[self.user_id] = self
            await super().connect(connection_id, websocket)

        async def disconnect(self, connection_id: str) -> None:
            await super().disconnect(connection_id)
            for user, each in everybody.items():
                if user != self.user_id:
                    await each.emit_event("left", {"user": self.user_id})

    run = judged("C9", Telling)

    assert run.outcome is Outcome.FAIL
    assert '"type": "left"' in evidence(run)["text"]


@pytest.mark.parametrize(
    ("write", "where"),
    [
        (lambda users: LOG.warning("users: %s", users), f"the log of `{__name__}`"),
        (lambda users: LOG.warning("more", extra={"of": str(users)}), f"the log of `{__name__}`"),
        (lambda users: sys.stdout.write(f"{users}\n"), "standard output"),
    ],
    ids=["message", "extra", "print"],
)
def test_what_is_logged_or_printed_of_others_is_found(
    write: Callable[[list[str]], object], where: str
) -> None:
    users: list[str] = []

    class Writing(Hub):
        async def connect(self, connection_id: str, websocket: Any) -> None:
            users.append(self.user_id)
            write(users)
            await super().connect(connection_id, websocket)

    run = judged("C10", Writing)

    assert run.outcome is Outcome.FAIL
    assert run.claim == f"while one user was served, {where} says something of another"
    assert logging.getLogRecordFactory() is logging.LogRecord


def test_what_is_below_the_level_of_the_log_and_what_is_of_the_user_is_none() -> None:
    users: list[str] = []

    class Writing(Hub):
        async def connect(self, connection_id: str, websocket: Any) -> None:
            users.append(self.user_id)
            LOG.debug("users: %s", users)
            LOG.warning("user: %s of %d", self.user_id, len(users))
            await super().connect(connection_id, websocket)

    assert judged("C10", Writing).outcome is Outcome.PASS


def test_a_payload_that_is_copied_whole_may_be_sent_later() -> None:
    class Later(Hub):
        async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
            import copy  # noqa: PLC0415  # only here

            whole = copy.deepcopy(dict(payload))
            self.task = asyncio.ensure_future(super().emit_event(event_type, whole))

    assert judged("C12", Later).outcome is Outcome.PASS


def test_a_payload_that_is_changed_once_the_call_is_over_is_found() -> None:
    class Stamps(Hub):
        async def emit_event(self, event_type: str, payload: Any) -> None:
            await super().emit_event(event_type, payload)
            self.task = asyncio.ensure_future(self.stamp(payload))

        async def stamp(self, payload: dict[str, Any]) -> None:
            payload["sent"] = True

    run = judged("C12", Stamps)

    assert run.outcome is Outcome.FAIL


def test_the_program_of_a_failure_changes_the_payload_where_the_run_did() -> None:
    class Later(Hub):
        async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
            self.task = asyncio.ensure_future(super().emit_event(event_type, payload))

    lines = [each.strip() for each in judged("C12", Later).sequence.splitlines()]

    at = next(number for number, each in enumerate(lines) if each.startswith("payload = {"))
    assert lines[at + 1] == "await manager.emit_event(event_type='started', payload=payload)"
    assert lines[at + 2].startswith('payload["note"] = ')


def test_a_query_that_knows_only_its_own_is_asked_by_ids_of_others_too() -> None:
    class Asked(Hub):
        def get_connection(self, connection_id: str) -> Any:
            return self.sockets.get(connection_id)

        def list_users(self) -> list[str]:
            return [self.user_id]

        def get_token(self) -> str:
            raise AssertionError("is no question about connections")

        async def get_connections_of(self, somebody: object) -> list[str]:
            raise AssertionError("nobody knows what it takes")

    run = judged("C13", Asked)

    assert run.outcome is Outcome.PASS
    assert run.witnesses == (
        "`get_connection` says nothing of another user",
        "`list_users` says nothing of another user",
    )


def test_a_query_that_only_raises_proves_nothing() -> None:
    class Failing(Hub):
        def get_stats(self) -> None:
            raise RuntimeError("not yet")

    assert judged("C13", Failing).outcome is Outcome.NOT_EXERCISED


def test_a_method_that_waits_for_something_is_no_question() -> None:
    class Queue(Hub):
        async def get_user_event(self) -> None:
            await asyncio.Event().wait()

    run = judged("C13", Queue)

    assert run.outcome is Outcome.NOT_EXERCISED
    assert "did not return" in run.claim


def test_what_is_asked_by_ones_own_id_of_one_instance_for_everybody_is_judged() -> None:
    class Central:
        def __init__(self) -> None:
            self.users: dict[str, list[Any]] = {}

        async def connect(self, websocket: Any, user_id: str) -> None:
            self.users.setdefault(user_id, []).append(websocket)

        async def emit_event(
            self, user_id: str, event_type: str, payload: Mapping[str, Any]
        ) -> None:
            for socket in self.users.get(user_id, []):
                await socket.send_json({"type": event_type, **payload})

        def get_stats(self) -> list[str]:
            return list(self.users)

    class Open(Central):
        def get_user_connections(self, user_id: str) -> list[Any]:
            return [each for known in self.users.values() for each in known]

    closed = run_of("C13", adapter_of({"owner": Central}, events=("started",)))
    opened = run_of("C13", adapter_of({"owner": Open}, events=("started",)))

    assert closed.outcome is Outcome.DECLINED
    assert opened.outcome is Outcome.FAIL
    assert opened.about == ("get_user_connections",)


def test_a_table_that_holds_the_payload_stays_the_callers_too() -> None:
    class Tables:
        def __init__(self) -> None:
            self.socket: Any = None

        async def connect(self, websocket: Any) -> None:
            self.socket = websocket

        async def broadcast(self, message: dict[str, Any]) -> None:
            await self.socket.send_json(self.addressed(message))

        def addressed(self, message: dict[str, Any]) -> dict[str, Any]:
            return {**message, "to": "all"}

    class Addresses(Tables):
        def addressed(self, message: dict[str, Any]) -> dict[str, Any]:
            message["to"] = "all"
            return message

    kept, changed = (run_of("C12", adapter_of({"owner": each})) for each in (Tables, Addresses))

    assert kept.outcome is Outcome.PASS, kept.claim
    assert changed.outcome is Outcome.FAIL
    assert 'print("payload", payload)' in changed.sequence


@pytest.mark.parametrize(
    ("level", "handlers", "written"),
    [
        (logging.WARNING, [], ["info"]),
        (logging.WARNING, [logging.NullHandler()], []),
        (logging.ERROR, [], []),
    ],
)
def test_what_programs_log_is_made_where_nobody_has_set_the_logging_up(
    level: int,
    handlers: list[logging.Handler],
    written: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", handlers)
    before = root.level
    root.setLevel(level)
    try:
        with recorded() as lines:
            LOG.info("info")
            LOG.debug("debug")

        assert [each.text for each in lines()] == written
        assert root.level == level
    finally:
        root.setLevel(before)


def test_what_loguru_is_told_is_recorded_with_its_level() -> None:
    logger = pytest.importorskip("loguru").logger
    with recorded() as lines:
        logger.debug("debug")
        logger.info("info")
        try:
            raise OSError("lost")
        except OSError:
            logger.exception("not sent")
    logger.warning("after")

    here, *_ = [each for each in lines() if each.where == f"the log of `{__name__}`"]
    told = [each for each in lines() if each.where == here.where]
    assert [each.is_complaint for each in told] == [False, True]
    assert told[0].text == "info"
    assert told[1].text.startswith("not sent")
    assert told[1].text.endswith("OSError: lost")
