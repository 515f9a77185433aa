"""Every rule, in the order in which reports list them."""

from __future__ import annotations

from pluribus.rules.base import Rule, Violation
from pluribus.rules.delivery.missing_event import missing_event
from pluribus.rules.delivery.unawaited_send import unawaited_send
from pluribus.rules.delivery.unknown_event import unknown_event
from pluribus.rules.implementations.clone import clone
from pluribus.rules.implementations.facade import facade
from pluribus.rules.implementations.rival import rival
from pluribus.rules.implementations.scattered_constant import scattered_constant
from pluribus.rules.implementations.shadowed_definition import shadowed_definition
from pluribus.rules.imports.bypassed_factory import bypassed_factory
from pluribus.rules.imports.dual_import import dual_import
from pluribus.rules.imports.fragmented_path import fragmented_path
from pluribus.rules.imports.homonym import homonym
from pluribus.rules.imports.legacy_import import legacy_import
from pluribus.rules.imports.legacy_string import legacy_string
from pluribus.rules.imports.unresolved_import import unresolved_import
from pluribus.rules.interfaces.awaited_sync import awaited_sync
from pluribus.rules.interfaces.mismatched_async import mismatched_async
from pluribus.rules.interfaces.mismatched_signature import mismatched_signature
from pluribus.rules.interfaces.partial_interface import partial_interface
from pluribus.rules.interfaces.unbound_call import unbound_call
from pluribus.rules.isolation.context_blind_factory import context_blind_factory
from pluribus.rules.isolation.partial_key import partial_key
from pluribus.rules.isolation.rival_factory import rival_factory
from pluribus.rules.isolation.shared_state import shared_state
from pluribus.rules.isolation.undelegated_factory import undelegated_factory
from pluribus.rules.subject import Subject

ALL: tuple[Rule, ...] = (
    dual_import,
    legacy_import,
    fragmented_path,
    bypassed_factory,
    legacy_string,
    homonym,
    unresolved_import,
    rival,
    facade,
    shadowed_definition,
    clone,
    scattered_constant,
    partial_interface,
    mismatched_signature,
    mismatched_async,
    unbound_call,
    awaited_sync,
    rival_factory,
    shared_state,
    context_blind_factory,
    undelegated_factory,
    partial_key,
    unknown_event,
    missing_event,
    unawaited_send,
)

FAMILIES = ("imports", "implementations", "interfaces", "isolation", "delivery")
"""The families are the phases of the founding report, and delivery."""

__all__ = ["ALL", "FAMILIES", "Rule", "Subject", "Violation"]
