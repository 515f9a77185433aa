"""What `pluribus conform` judges, in the order in which reports list it."""

from __future__ import annotations

from pluribus.conformance.properties.aliasing import ALIASING
from pluribus.conformance.properties.base import Property
from pluribus.conformance.properties.delivery import DELIVERY
from pluribus.conformance.properties.factory import FACTORY
from pluribus.conformance.properties.interface import INTERFACE
from pluribus.conformance.properties.interference import INTERFERENCE
from pluribus.conformance.properties.isolation import ISOLATION
from pluribus.conformance.properties.lifecycle import LIFECYCLE
from pluribus.conformance.properties.residue import RESIDUE
from pluribus.conformance.properties.secrets import SECRETS

STATE = tuple(
    sorted(
        (*ISOLATION, *RESIDUE, *INTERFERENCE, *SECRETS, *ALIASING),
        key=lambda each: int(each.name[1:]),
    )
)
PROPERTIES: tuple[Property, ...] = (*INTERFACE, *FACTORY, *STATE, *DELIVERY, *LIFECYCLE)

__all__ = ["PROPERTIES", "Property"]
