"""Prometheus: what a hub has counted, read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from pluribus_unum.core.tally import BOUNDS_S, Durations
from pluribus_unum.hub import Hub

_LAGS: Final = (0, 1, 5, 20, 100, 500)


class HubCollector(Collector):
    """Register it with the other metrics of the application:
    `prometheus_client.REGISTRY.register(HubCollector(hub))`.

    No label holds a user, a thread or a run.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def collect(self) -> Iterator[Metric]:
        """What there is now, and what there has been."""
        yield from self._now()
        tally = self._hub.tally
        yield _by("unum_events_emitted", "Events that were sent.", "type", tally.emitted.items())
        yield CounterMetricFamily(
            "unum_events_delivered", "Events handed to sockets.", value=tally.delivered
        )
        yield CounterMetricFamily(
            "unum_events_replayed", "Of those, after a reconnect.", value=tally.replayed
        )
        yield _by(
            "unum_resets",
            "Clients told that something is missing.",
            "reason",
            tally.resets.items(),
        )
        yield _by(
            "unum_connections_closed",
            "Connections that ended; 1000 where the client left.",
            "code",
            ((str(int(code)), number) for code, number in tally.closed.items()),
        )
        yield _by(
            "unum_handshakes_refused",
            "Handshakes that were refused.",
            "status",
            ((str(status), number) for status, number in tally.refused.items()),
        )
        yield _histogram(
            "unum_delivery_seconds",
            "From the node that has it to the socket.",
            tally.latency,
        )
        yield _histogram(
            "unum_publish_seconds", "Until the broker has numbered an event.", tally.publishing
        )

    def _now(self) -> Iterator[Metric]:
        hub = self._hub
        counts = hub.connected.counts()
        yield GaugeMetricFamily(
            "unum_connections", "Connections of this node.", value=counts["connections"]
        )
        yield GaugeMetricFamily(
            "unum_users", "Users who are connected to this node.", value=counts["users"]
        )
        yield GaugeMetricFamily(
            "unum_runs", "Runs that have begun and not ended.", value=len(hub.runs)
        )
        yield GaugeMetricFamily(
            "unum_draining", "Whether this node lets nobody in.", value=int(hub.is_draining)
        )
        streams = {id(each.session.stream): each.session.stream for each in hub.connected}
        yield GaugeMetricFamily(
            "unum_stream_bytes",
            "Kept events of those who are connected.",
            value=sum(each.bytes for each in streams.values()),
        )
        lags = [each.session.lag for each in hub.connected]
        yield HistogramMetricFamily(
            "unum_connection_lag_events",
            "Events that connections have not been handed yet, now.",
            buckets=[
                *((str(most), float(sum(lag <= most for lag in lags))) for most in _LAGS),
                ("+Inf", float(len(lags))),
            ],
            sum_value=float(sum(lags)),
        )


def _by(name: str, about: str, label: str, items: Iterable[tuple[str, int]]) -> Metric:
    family = CounterMetricFamily(name, about, labels=[label])
    for value, number in sorted(items):
        family.add_metric([value], number)
    return family


def _histogram(name: str, about: str, durations: Durations) -> Metric:
    bounds = [*map(str, BOUNDS_S), "+Inf"]
    counts = map(float, accumulate(durations.counts))
    return HistogramMetricFamily(
        name, about, buckets=list(zip(bounds, counts, strict=True)), sum_value=durations.total_s
    )
