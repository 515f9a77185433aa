"""C7: what is left in context variables and thread-locals."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from pluribus.conformance.judge import Run
from pluribus.conformance.matrix import judge_specimen
from pluribus.conformance.mutants import SPECIMENS
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import BY_NAME, adapter_of, run_of

USER: contextvars.ContextVar[Any] = contextvars.ContextVar("user")
LOCAL = threading.local()


class Quiet:
    """One user's sockets; `mark` is called whenever something happens, and `unmark` when it is
    over."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sockets: list[Any] = []

    def mark(self) -> None:
        """Nowhere, here."""

    def unmark(self) -> None:
        """Nothing to take back."""

    def connect(self, websocket: Any) -> None:
        self.mark()
        self.sockets.append(websocket)
        self.unmark()

    def disconnect(self, websocket: Any) -> None:
        self.sockets.remove(websocket)

    async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
        for socket in self.sockets:
            await socket.send_json({"type": event_type, **payload})


def judged(kind: type[Quiet]) -> Run:
    made: dict[str, Quiet] = {}

    def manager_of(user_id: str) -> Quiet:
        return made.setdefault(user_id, kind(user_id))

    adapter = adapter_of(
        {"factory": manager_of},
        events=("started",),
        conform={"sharing": "user"},
        is_project=lambda module: module == __name__,
    )
    return run_of("C7", adapter)


def test_what_a_method_that_is_not_awaited_leaves_in_the_context_is_found() -> None:
    class Left(Quiet):
        def mark(self) -> None:
            USER.set({"current": [self]})

    run = judged(Left)

    assert run.outcome is Outcome.FAIL
    assert run.claim == "after `connect` the context variable `user` holds what is the user's"
    assert [each.text for each in run.evidence] == ["at ['current'][0]"]


def test_what_an_awaited_method_leaves_in_the_context_is_found() -> None:
    class Left(Quiet):
        async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
            USER.set(SimpleNamespace(payload=payload))
            await super().emit_event(event_type, payload)

    run = judged(Left)

    assert run.outcome is Outcome.FAIL
    assert "after `emit_event`" in run.claim


def test_a_variable_that_is_set_back_leaves_nothing() -> None:
    class Clean(Quiet):
        async def emit_event(self, event_type: str, payload: Mapping[str, Any]) -> None:
            token = USER.set(self.user_id)
            try:
                await super().emit_event(event_type, payload)
            finally:
                USER.reset(token)

    assert judged(Clean).outcome is Outcome.PASS


def test_what_is_nobodys_may_stay_in_a_context_variable() -> None:
    class Harmless(Quiet):
        def mark(self) -> None:
            USER.set({"calls": 1, "kind": type(self)})

    assert judged(Harmless).outcome is Outcome.PASS


def test_a_thread_local_is_named_by_the_global_that_it_is_bound_to() -> None:
    class Left(Quiet):
        def mark(self) -> None:
            LOCAL.user = self.user_id

    run = judged(Left)

    assert run.outcome is Outcome.FAIL
    assert f"the thread-local `{__name__}.LOCAL`" in run.claim


def test_a_thread_local_that_is_taken_back_leaves_nothing() -> None:
    class Clean(Quiet):
        def mark(self) -> None:
            LOCAL.user = self.user_id

        def unmark(self) -> None:
            del LOCAL.user

    assert judged(Clean).outcome is Outcome.PASS


def test_a_thread_local_that_is_made_on_the_way_is_found() -> None:
    class Made(Quiet):
        current: threading.local | None = None

        def mark(self) -> None:
            kind = type(self)
            kind.current = kind.current or threading.local()
            kind.current.user = self.user_id

    assert judged(Made).outcome is Outcome.FAIL


def test_what_is_in_one_task_alone_is_no_state_that_users_share() -> None:
    name = "leaves_thread_local"
    specimen = next(each for each in SPECIMENS if each.name == name)

    failed = [
        each
        for each in BY_NAME
        if each.startswith("C")
        and judge_specimen(specimen, BY_NAME[each], 0).outcome is Outcome.FAIL
    ]

    assert failed == ["C7"]
