"""What `pluribus conform` judges, in the order in which reports list it."""

from __future__ import annotations

from pluribus.conformance.properties.audience import AUDIENCE
from pluribus.conformance.properties.base import Property
from pluribus.conformance.properties.delivery import DELIVERY
from pluribus.conformance.properties.endings import ENDINGS
from pluribus.conformance.properties.factory import FACTORY
from pluribus.conformance.properties.faults import FAULTS
from pluribus.conformance.properties.fields import FIELDS
from pluribus.conformance.properties.interface import INTERFACE
from pluribus.conformance.properties.leaving import LEAVING
from pluribus.conformance.properties.lifecycle import LIFECYCLE
from pluribus.conformance.properties.meanwhile import MEANWHILE
from pluribus.conformance.properties.resources import RESOURCES
from pluribus.conformance.properties.resume import RESUME
from pluribus.conformance.properties.runs import RUNS

PROPERTIES: tuple[Property, ...] = tuple(
    sorted(
        (
            *INTERFACE,
            *FACTORY,
            *DELIVERY,
            *RUNS,
            *FIELDS,
            *AUDIENCE,
            *LIFECYCLE,
            *LEAVING,
            *MEANWHILE,
            *ENDINGS,
            *RESUME,
            *FAULTS,
            *RESOURCES,
        ),
        key=lambda each: (each.name[0], int(each.name[1:])),
    )
)

__all__ = ["PROPERTIES", "Property"]
