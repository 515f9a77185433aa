"""What `pluribus conform` judges, in the order in which reports list it."""

from __future__ import annotations

from pluribus.conformance.properties.base import Property
from pluribus.conformance.properties.delivery import DELIVERY
from pluribus.conformance.properties.factory import FACTORY
from pluribus.conformance.properties.faults import FAULTS
from pluribus.conformance.properties.interface import INTERFACE
from pluribus.conformance.properties.leaving import LEAVING
from pluribus.conformance.properties.lifecycle import LIFECYCLE

_ALL = (*INTERFACE, *FACTORY, *DELIVERY, *LIFECYCLE, *LEAVING, *FAULTS)
PROPERTIES: tuple[Property, ...] = tuple(
    sorted(_ALL, key=lambda each: (each.name[0], int(each.name[1:])))
)
"""By letter and number."""

__all__ = ["PROPERTIES", "Property"]
