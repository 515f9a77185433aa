"""What `pluribus conform` judges, in the order in which reports list it."""

from __future__ import annotations

from pluribus.conformance.properties.base import Property
from pluribus.conformance.properties.delivery import DELIVERY
from pluribus.conformance.properties.factory import FACTORY
from pluribus.conformance.properties.interface import INTERFACE
from pluribus.conformance.properties.isolation import ISOLATION
from pluribus.conformance.properties.lifecycle import LIFECYCLE
from pluribus.conformance.properties.residue import RESIDUE

PROPERTIES: tuple[Property, ...] = (
    *INTERFACE,
    *FACTORY,
    *ISOLATION,
    *RESIDUE,
    *DELIVERY,
    *LIFECYCLE,
)

__all__ = ["PROPERTIES", "Property"]
