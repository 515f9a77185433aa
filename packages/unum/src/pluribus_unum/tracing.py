"""OpenTelemetry: a short span for each event that is sent, and its trace in the event.

Not one for the life of a socket: such a span ends when nobody looks for it any more. What handles
the event goes on from the `traceparent` in its `meta`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import propagate, trace


class OpenTelemetry:
    """Hand it to the hub: `Hub(tracing=OpenTelemetry())`."""

    def __init__(self, provider: trace.TracerProvider | None = None) -> None:
        """Trace by a provider; by default by that of the process."""
        self._tracer = trace.get_tracer("pluribus_unum", tracer_provider=provider)

    @contextmanager
    def sending(self, event_type: str, attributes: dict[str, Any]) -> Iterator[dict[str, str]]:
        """A span of kind PRODUCER around the sending of an event; gives what is put into `meta`.

        Args:
            event_type: Of the event.
            attributes: Of the run and the thread; never of the payload.
        """
        with self._tracer.start_as_current_span(
            f"send {event_type}",
            kind=trace.SpanKind.PRODUCER,
            attributes={
                "messaging.system": "unum",
                "messaging.operation.name": "send",
                "unum.event.type": event_type,
                **{f"unum.{name}": each for name, each in attributes.items() if each},
            },
        ):
            carrier: dict[str, str] = {}
            propagate.inject(carrier)
            yield carrier
