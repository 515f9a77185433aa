"""What `pluribus conform` judges, in the order in which reports list it."""

from __future__ import annotations

from pluribus.conformance.properties.aliasing import ALIASING
from pluribus.conformance.properties.audience import AUDIENCE
from pluribus.conformance.properties.base import Property
from pluribus.conformance.properties.blocking import BLOCKING
from pluribus.conformance.properties.cancelling import CANCELLING
from pluribus.conformance.properties.construction import CONSTRUCTION
from pluribus.conformance.properties.contexts import CONTEXTS
from pluribus.conformance.properties.deadlock import DEADLOCK
from pluribus.conformance.properties.delivery import DELIVERY
from pluribus.conformance.properties.endings import ENDINGS
from pluribus.conformance.properties.factory import FACTORY
from pluribus.conformance.properties.factory_races import FACTORY_RACES
from pluribus.conformance.properties.faults import FAULTS
from pluribus.conformance.properties.fields import FIELDS
from pluribus.conformance.properties.instances import INSTANCES
from pluribus.conformance.properties.interface import INTERFACE
from pluribus.conformance.properties.interference import INTERFERENCE
from pluribus.conformance.properties.isolation import ISOLATION
from pluribus.conformance.properties.keys import KEYS
from pluribus.conformance.properties.leaving import LEAVING
from pluribus.conformance.properties.lifecycle import LIFECYCLE
from pluribus.conformance.properties.meanwhile import MEANWHILE
from pluribus.conformance.properties.observed import OBSERVED
from pluribus.conformance.properties.owner import OWNER
from pluribus.conformance.properties.release import RELEASE
from pluribus.conformance.properties.residue import RESIDUE
from pluribus.conformance.properties.resources import RESOURCES
from pluribus.conformance.properties.resume import RESUME
from pluribus.conformance.properties.runs import RUNS
from pluribus.conformance.properties.secrets import SECRETS
from pluribus.conformance.properties.stale import STALE
from pluribus.conformance.properties.stores import STORES
from pluribus.conformance.properties.together import TOGETHER
from pluribus.conformance.properties.two_loops import TWO_LOOPS

PROPERTIES: tuple[Property, ...] = tuple(
    sorted(
        (
            *INTERFACE,
            *OWNER,
            *FACTORY,
            *KEYS,
            *CONSTRUCTION,
            *RELEASE,
            *OBSERVED,
            *ISOLATION,
            *RESIDUE,
            *INTERFERENCE,
            *SECRETS,
            *STORES,
            *ALIASING,
            *DELIVERY,
            *LIFECYCLE,
            *RUNS,
            *FIELDS,
            *AUDIENCE,
            *LEAVING,
            *MEANWHILE,
            *ENDINGS,
            *RESUME,
            *FAULTS,
            *FACTORY_RACES,
            *TWO_LOOPS,
            *TOGETHER,
            *DEADLOCK,
            *CANCELLING,
            *BLOCKING,
            *STALE,
            *CONTEXTS,
            *RESOURCES,
            *INSTANCES,
        ),
        key=lambda each: (each.name[0], int(each.name[1:])),
    )
)

__all__ = ["PROPERTIES", "Property"]
