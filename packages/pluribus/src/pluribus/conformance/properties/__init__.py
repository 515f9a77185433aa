"""What `pluribus conform` judges, in the order in which reports list it."""

from __future__ import annotations

from pluribus.conformance.properties.base import Property
from pluribus.conformance.properties.delivery import DELIVERY
from pluribus.conformance.properties.factory import FACTORY
from pluribus.conformance.properties.faults import FAULTS
from pluribus.conformance.properties.interface import INTERFACE
from pluribus.conformance.properties.lifecycle import LIFECYCLE

PROPERTIES: tuple[Property, ...] = (*INTERFACE, *FACTORY, *DELIVERY, *LIFECYCLE, *FAULTS)

__all__ = ["PROPERTIES", "Property"]
