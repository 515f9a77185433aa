"""What `pluribus conform` judges, in the order in which reports list it."""

from __future__ import annotations

from pluribus.conformance.properties.base import Property
from pluribus.conformance.properties.blocking import BLOCKING
from pluribus.conformance.properties.cancelling import CANCELLING
from pluribus.conformance.properties.deadlock import DEADLOCK
from pluribus.conformance.properties.delivery import DELIVERY
from pluribus.conformance.properties.factory import FACTORY
from pluribus.conformance.properties.factory_races import FACTORY_RACES
from pluribus.conformance.properties.interface import INTERFACE
from pluribus.conformance.properties.lifecycle import LIFECYCLE
from pluribus.conformance.properties.together import TOGETHER
from pluribus.conformance.properties.two_loops import TWO_LOOPS

_SCHEDULES = sorted(
    (*FACTORY_RACES, *TWO_LOOPS, *TOGETHER, *DEADLOCK, *CANCELLING, *BLOCKING),
    key=lambda each: each.name,
)
PROPERTIES: tuple[Property, ...] = (*INTERFACE, *FACTORY, *DELIVERY, *LIFECYCLE, *_SCHEDULES)

__all__ = ["PROPERTIES", "Property"]
