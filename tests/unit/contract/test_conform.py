"""The table `[concepts.NAME.conform]`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pluribus.contract import (
    Conform,
    Disposal,
    Operation,
    Operations,
    Values,
    as_json,
    describe,
    load_contract,
)
from pluribus.contract.conform import Resume, RunGrammar
from pluribus.errors import ContractError

Write = Callable[[str, str], Path]

COMPLETE = Path(__file__).parent / "conform.toml"
CHAT = '[concepts.chat]\nowner = "shop.chat:Chat"\n'


def test_every_key_is_read() -> None:
    (concept,) = load_contract(COMPLETE).concepts

    assert concept.conform == Conform(
        imports=("shop.app",),
        around="shop.driving:around_each_run",
        factories=("shop.realtime.manager:get_websocket_manager",),
        context={
            "build": "shop.context:UserContext",
            "user_id": "{user}",
            "thread_id": "{thread}",
        },
        sharing="thread",
        bound_context="user_context",
        values=Values(user="uuid4", thread="int", connection="id", ignores=("case",)),
        payload={"agent": "support"},
        ops=Operations(
            add=Operation(
                call="add_connection", args={"socket": "{websocket}"}, yields="connection"
            ),
            remove=Operation(call="remove_connection", awaited=True),
            emit=Operation(
                call="emit_agent_event",
                audience="thread",
                reports="count",
                reports_in="reached",
                returns="int",
            ),
            broadcast=Operation(call="send_message"),
            connected=Operation(call="is_connected"),
            connections=Operation(call="get_connections"),
            count=Operation(call="connection_count"),
            dispose=Disposal(call="shop.realtime.manager:release", args={"manager": "{manager}"}),
            shutdown=Operation(call="close_all", closes=1001),
        ),
        errors={"unknown-event": "builtins:ValueError"},
        before_connect="drop",
        rivals=("shop.legacy.hub:Hub",),
        allow_shared=("shop.metrics", "shop.realtime.manager:WebSocketManager.totals"),
        slow_consumer="drop-oldest",
        slow_consumer_events=100,
        connection_lost="shop.transport:Gone",
        failed_socket="remove",
        limit=5,
        reentrant=True,
        run=RunGrammar(
            first="agent_started",
            last="agent_completed",
            pairs={"tool_executing": "tool_completed"},
        ),
        fields={"agent_started": {"data.step": "int"}},
        sequence="data.number",
        resume=Resume(field="data.number", parameter="last_seen", holds=20, gap={"type": "gap"}),
        remembers=50,
        stores=("redis",),
        shared_keys=("presence:*",),
        store_outage="error",
        app="shop.main:app",
        route="/ws/{user}",
        query={"thread": "{thread}"},
        headers={"authorization": "Bearer {user}"},
        says=("hello {user}",),
        notice_s=3.0,
        declined={"D4": "one socket a thread"},
        allow={"A6": "nothing is returned yet"},
        examples=50,
        arrival_s=1.5,
        timeout_s=5.0,
    )


@pytest.mark.parametrize(
    "table", [Conform, Operations, Operation, Disposal, Resume, RunGrammar, Values]
)
def test_the_complete_example_writes_every_key(table: type[msgspec.Struct]) -> None:
    text = COMPLETE.read_text()

    assert [
        field.encode_name
        for field in msgspec.structs.fields(table)
        if f"{field.encode_name} =" not in text and f".{field.encode_name}]" not in text
    ] == []


def test_what_is_described_reads_back_the_same(write: Write) -> None:
    contract = load_contract(COMPLETE)

    again = load_contract(write("pluribus.toml", describe(contract)))

    assert as_json(again) == as_json(contract)


@pytest.mark.parametrize(
    ("lines", "message", "hint"),
    [
        ("arival-s = 1", "conform.arival-s is not a known key", "did you mean `arrival-s`?"),
        ("arrival-s = 0", "conform.arrival-s must be a number above 0, found `0`", None),
        ("arrival-s = inf", "conform.arrival-s must be a number above 0, found `inf`", None),
        ("arrival-s = nan", "conform.arrival-s must be a number above 0, found `nan`", None),
        ("arrival-s = true", "conform.arrival-s must be a number above 0, found `true`", None),
        (
            'sharing = "thred"',
            'conform.sharing must be one of "shared", "thread", "user", found "thred"',
            'did you mean "thread"?',
        ),
        (
            "ops.add = { cal = 'x' }",
            "conform.ops.add.cal is not a known key",
            "did you mean `call`?",
        ),
        (
            "ops.add = { args = { ws = '{sock}' } }",
            "conform.ops.add.args must hold only templates of {user}, {thread}, {run},"
            " {connection}, {websocket}, {event}, {payload}, {message}, {text}, {context},"
            " {now}, {uuid}, {manager}, found {sock}",
            None,
        ),
        (
            "context = { build = 'a:B', who = [{ x = '{usr}' }] }",
            "conform.context must hold only templates of {user}, {thread}, {run},"
            " {connection}, {websocket}, {event}, {payload}, {message}, {text}, {context},"
            " {now}, {uuid}, {manager}, found {usr}",
            None,
        ),
        (
            "errors = { remove-twic = 'builtins:ValueError' }",
            'conform.errors.remove-twic must be one of "limit", "no-context", "other-loop",'
            ' "remove-twice", "remove-unknown", "unknown-event", found "remove-twic"',
            'did you mean "remove-twice"?',
        ),
        ("limit = 0", "conform.limit must be a whole number, at least 1, found `0`", None),
        (
            "slow-consumer = 'block'",
            "conform.slow-consumer-events must be declared with slow-consumer, and not without:"
            " neither says what is promised alone",
            None,
        ),
        (
            "run = { first = 'started', last = 'ended' }",
            "conform.run names `started`, which events does not hold",
            None,
        ),
        (
            "fields = { started = { step = 'int' } }",
            "conform.fields names `started`, which events does not hold",
            None,
        ),
        (
            "allow-shared = ['shop metrics']",
            "conform.allow-shared[0] must be a definition such as `package.module:Name`, or a"
            ' module such as `package.module`, found "shop metrics"',
            None,
        ),
        (
            "allow = { D1 = '' }",
            "conform.allow.D1 must be a reason in words, found an empty string",
            None,
        ),
        (
            "allow = { D1 = 'a' }\ndeclined = { D1 = 'b' }",
            "conform.allow must not hold `D1`, which declined says is not promised at all",
            None,
        ),
    ],
)
def test_a_mistake_is_named_with_what_is_meant(
    write: Write, lines: str, message: str, hint: str | None
) -> None:
    path = write("pluribus.toml", f"{CHAT}[concepts.chat.conform]\n{lines}\n")

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert error.value.message == f"pluribus.toml: concepts.chat.{message}"
    assert error.value.hint == hint


@pytest.mark.parametrize(
    ("sharing", "key", "said"),
    [
        ("thread", "'user_id'", "tells no threads apart"),
        ("user", "'user_id', 'thread_id'", "tells threads apart"),
        ("shared", "'user_id'", "gives each key its own instance"),
    ],
)
def test_a_contract_that_contradicts_itself_is_refused(
    write: Write, sharing: str, key: str, said: str
) -> None:
    """The tests of the founding report asked for the same and for another instance at once."""
    context = f"context = {{ parameter = 'c', key = [{key}] }}\n"
    table = f'[concepts.chat.conform]\nsharing = "{sharing}"\n'

    with pytest.raises(ContractError, match=said):
        load_contract(write("pluribus.toml", CHAT + context + table))


def test_a_template_says_which_role_a_key_plays(write: Write) -> None:
    context = "context = { parameter = 'c', key = ['who', 'where'] }\n"
    table = (
        '[concepts.chat.conform]\nsharing = "thread"\n'
        "context = { build = 'a:B', who = '{user}', where = '{thread}' }\n"
    )

    contract = load_contract(write("pluribus.toml", CHAT + context + table))

    assert contract.concepts[0].conform is not None
