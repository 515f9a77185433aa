"""Spans around what is sent, by the real OpenTelemetry."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from pluribus_unum import EventRefused
from pluribus_unum.testing import FakeSocket, settle
from pluribus_unum.tracing import OpenTelemetry
from tests.unum.running import Context, hub, runs

ANN = Context("ann", thread_id="t1", run_id="r1")


@runs
async def test_an_event_carries_the_trace_of_whoever_sent_it() -> None:
    provider, spans = traced()
    async with hub(tracing=OpenTelemetry(provider)) as made:
        socket = FakeSocket()
        await made.manager(ANN).add_connection(socket)
        with provider.get_tracer("test").start_as_current_span("request") as request:
            await made.manager(ANN).emit_agent_event("agent_thinking", "secret", run=ANN)
        await settle()

    sent, _ = spans.get_finished_spans()
    assert (sent.name, sent.kind) == ("send agent_thinking", SpanKind.PRODUCER)
    assert sent.parent is not None
    assert sent.parent.span_id == request.get_span_context().span_id
    assert sent.context is not None
    wanted = [f"{sent.context.trace_id:032x}", f"{sent.context.span_id:016x}"]
    (event,) = socket.events
    assert event["meta"]["traceparent"].split("-")[1:3] == wanted
    assert sent.attributes is not None
    assert sent.attributes["unum.run_id"] == "r1"
    assert "secret" not in str(dict(sent.attributes))


@runs
async def test_what_is_not_sent_is_an_error_of_its_span() -> None:
    provider, spans = traced()
    async with hub(tracing=OpenTelemetry(provider)) as made:
        with pytest.raises(EventRefused):
            await made.manager(ANN).emit_agent_event("x", object())

    (sent,) = spans.get_finished_spans()
    assert sent.status.status_code is StatusCode.ERROR


@runs
async def test_without_tracing_an_event_has_no_meta() -> None:
    async with hub() as made:
        socket = FakeSocket()
        await made.manager(ANN).add_connection(socket)
        await made.manager(ANN).emit_agent_event("x", 1)
        await settle()

    assert "meta" not in socket.events[0]


def traced() -> tuple[TracerProvider, InMemorySpanExporter]:
    """A provider that keeps what it is told, in the order in which it ended."""
    provider, spans = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return provider, spans
