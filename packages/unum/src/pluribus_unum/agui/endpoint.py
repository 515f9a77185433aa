"""Where clients of AG-UI ask for a run, and get it as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import msgspec

from pluribus_unum.agui.mapper import CAPABILITIES, Mapper
from pluribus_unum.agui.streaming import RunStream
from pluribus_unum.auth.base import Identity
from pluribus_unum.auth.handshake import Handshake
from pluribus_unum.connection import Connection
from pluribus_unum.core.stream import Entry, Position, Stream
from pluribus_unum.core.wire import CloseCode, Message
from pluribus_unum.current import serving
from pluribus_unum.endpoint import Receive, Scope, Send, Serving
from pluribus_unum.errors import BrokerDown, Refused, UnumError
from pluribus_unum.manager import Manager

_KEEP_ALIVE_S: Final = 15.0


class Asked(msgspec.Struct):
    """What of AG-UI's `RunAgentInput` is looked at here."""

    thread_id: str = msgspec.field(name="threadId")
    run_id: str = msgspec.field(name="runId")


def last_user_message(asked: dict[str, Any]) -> Any:
    """What the user said last in a `RunAgentInput`; None where they said nothing."""
    for each in reversed(asked.get("messages") or ()):
        if isinstance(each, dict) and each.get("role") == "user":
            return each.get("content")
    return None


class AgUiEndpoint:
    """An ASGI application for the clients of AG-UI, such as `HttpAgent` of `@ag-ui/client`.

    A `POST` is handed to the handler that `hub.on` has registered, as a message of that user with
    the thread and the run that it names; the events of that run are the answer. A run goes on when
    its client goes: the same `POST` again shows it from its beginning and starts nothing, and
    with `Last-Event-ID` what the client has not seen. A `GET` says the capabilities.
    """

    def __init__(
        self,
        hub: Serving,
        message_type: str,
        *,
        payload: Callable[[dict[str, Any]], Any] = dict,
        most_bytes: int = 1_048_576,
        begin_s: float = 5.0,
    ) -> None:
        """Serve one kind of agent.

        Args:
            hub: Whose users are let in, and whose handler is called.
            message_type: Under which the handler is registered.
            payload: What of the `RunAgentInput` is the payload of the message; all by default,
                or `last_user_message`.
            most_bytes: How big a request may be.
            begin_s: How long a handler that has returned may leave its run without an event, and
                one that has failed its run without an end.
        """
        self._hub = hub
        self._message_type = message_type
        self._payload = payload
        self._most_bytes = most_bytes
        self._begin_s = begin_s
        self._handling: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            raise UnumError(
                f"this is for HTTP, and was asked for `{scope['type']}`",
                hint='mount it as `Route("/agent", AgUiEndpoint(hub, "user_message"))`',
            )
        if scope["method"] == "GET":
            await _answer(send, 200, CAPABILITIES)
            return
        try:
            if scope["method"] != "POST":
                raise Refused("a run is asked for by POST", code=CloseCode.PROTOCOL, status=405)
            identity = await Handshake(scope, self._hub.origins).identify(self._hub.auth)
            self._hub.must_be_good(identity)
            body = await self._body(receive)
            await self._serve(scope, receive, send, identity, body)
        except Refused as refused:
            await _answer(send, refused.status, {"error": refused.message})
        except BrokerDown:
            await _answer(send, 503, {"error": "the events cannot be reached"})

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, identity: Identity, body: bytes
    ) -> None:
        manager = self._hub.manager(identity)
        message = self._message(body)
        run_id = message.run_id or ""
        stream = RunStream(send, Mapper(run_id, thread_id=message.thread_id or ""))
        connection = await self._hub.connect(
            manager.key, stream, batches=True, is_waiting=True, bearer=identity
        )
        session = connection.session
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _SSE})
            seen = _last_event_id(scope)
            first = _first_of(session.stream, run_id)
            if seen is None and first is None:
                session.welcome(None)
                self._handle(manager, connection, message, stream)
            else:
                stream.since = seen
                session.welcome(_since(session.stream, seen, first))
            connection.wake()
            await self._until_over(stream, connection, receive)
            # Where the end was not seen, whatever the reason, nobody must take this for it.
            await stream.fail("interrupted", "The rest of the run was not seen.")
            await send({"type": "http.response.body", "body": b""})
        finally:
            await connection.close()

    def _message(self, body: bytes) -> Message:
        try:
            asked = msgspec.json.decode(body, type=Asked)
            given = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise Refused(
                "this is no RunAgentInput of AG-UI", code=CloseCode.PROTOCOL, status=400
            ) from error
        return Message(
            type=self._message_type,
            id=asked.run_id,
            thread_id=asked.thread_id,
            run_id=asked.run_id,
            payload=self._payload(given),
        )

    def _handle(
        self, manager: Manager, connection: Connection, message: Message, stream: RunStream
    ) -> None:
        async def handle() -> None:
            session = connection.session
            await self._hub.inbox.handle(manager.key, manager, session, message)
            connection.wake()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._begin_s):
                    await stream.over.wait()
            if stream.problem:
                await stream.fail(stream.problem, "The run failed.")
            elif not stream.has_begun:
                await stream.fail("no_run", "Nothing was said of this run.")

        # It is not the request's: whoever asked may go, and the run goes on.
        with serving(self._hub):
            task = asyncio.create_task(handle(), name=f"unum run {message.run_id}")
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)

    async def _until_over(
        self, stream: RunStream, connection: Connection, receive: Receive
    ) -> None:
        """Wait for the end of the run, or until nobody is there any more."""

        async def gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        waiting = (stream.over.wait(), connection.ended(), gone())
        tasks = {asyncio.ensure_future(each) for each in waiting}
        try:
            while True:
                done, _ = await asyncio.wait(
                    tasks, timeout=_KEEP_ALIVE_S, return_when=asyncio.FIRST_COMPLETED
                )
                if done:
                    break
                # Who asked cannot speak: they are there for as long as the request is.
                connection.session.heard = self._hub.clock.monotonic()
                await stream.keep_alive()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _body(self, receive: Receive) -> bytes:
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refused("the request ended early", code=CloseCode.PROTOCOL, status=400)
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._most_bytes:
                raise Refused("the request is too big", code=CloseCode.TOO_BIG, status=413)
            if not message.get("more_body"):
                return b"".join(parts)


def _first_of(stream: Stream, run_id: str) -> int | None:
    """The number of the first event that is kept of a run; None when there is none."""
    sought = f'"run_id":{msgspec.json.encode(run_id).decode()}'
    for seq in range(stream.first, stream.seq + 1):
        entry = stream.entry(seq)
        # Most are other runs' and need not be read; and a payload may hold the same words.
        if entry is not None and sought in entry.body and _labels(entry).run_id == run_id:
            return seq
    return None


class _Labels(msgspec.Struct):
    type: str
    run_id: str | None = None


def _labels(entry: Entry) -> _Labels:
    return msgspec.json.decode(entry.body, type=_Labels)


def _since(stream: Stream, seen: Position | None, first: int | None) -> Position:
    """Where to begin, so that what is open is known, and what is missing is told."""
    if first is None or (seen is not None and seen.epoch != stream.epoch):
        assert seen is not None
        return seen
    entry = stream.entry(first)
    assert entry is not None
    if seen is None and _labels(entry).type != "agent_started":
        return Position(stream.epoch, -1)  # its beginning is not kept any more
    return Position(stream.epoch, first - 1)


def _last_event_id(scope: Scope) -> Position | None:
    for name, value in scope["headers"]:
        if name.lower() == b"last-event-id":
            epoch, _, seq = value.decode("latin-1").rpartition(":")
            # What is none of ours is of no epoch of ours: the client is told to begin anew.
            return Position(epoch, int(seq) if seq.isdecimal() and len(seq) < 19 else 0)
    return None


_SSE: Final = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


async def _answer(send: Send, status: int, content: Any) -> None:
    headers = [(b"content-type", b"application/json")]
    if status == 405:
        headers.append((b"allow", b"GET, POST"))
    if status in (429, 503):
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode(content)})
