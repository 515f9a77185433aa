"""For every rule a violation that can be planted, and a near miss that must stay silent."""

from __future__ import annotations

from typing import Final

from pluribus.plants import (
    copies,
    delivery,
    implementations,
    imports,
    interfaces,
    isolation,
    making,
    names,
)
from pluribus.plants.ground import Ground
from pluribus.plants.sample import MARK, Edit, Obstacle, Plant, Sample, Samples


def _row(rule: str, obstacle: Obstacle, violations: Samples, near_misses: Samples) -> Plant:
    return Plant(rule=rule, obstacle=obstacle, violations=violations, near_misses=near_misses)


ALL: Final = (
    _row("dual-import", imports.unreachable, imports.dual_imports, imports.single_imports),
    _row(
        "legacy-import",
        imports.no_legacy_paths,
        imports.legacy_imports,
        imports.lookalikes_of_legacy_imports,
    ),
    _row("fragmented-path", imports.unreachable, imports.more_paths, imports.uses_alone),
    _row("bypassed-factory", names.no_factory, names.constructions, names.rightful_uses),
    _row(
        "legacy-string",
        imports.no_legacy_paths,
        names.legacy_strings,
        names.lookalikes_of_legacy_strings,
    ),
    _row("homonym", names.no_own_name, names.namesakes, names.rightful_names),
    _row("unresolved-import", names.open_names, names.dead_imports, names.live_imports),
    _row(
        "rival",
        implementations.no_role,
        implementations.rivals,
        implementations.no_rivals,
    ),
    _row("facade", imports.unreachable, implementations.forwards, implementations.no_forwards),
    _row(
        "shadowed-definition",
        implementations.not_shadowable,
        implementations.shadowed,
        implementations.not_shadowed,
    ),
    _row("clone", copies.no_code, copies.copies, copies.no_copies),
    _row(
        "scattered-constant",
        implementations.no_vocabulary,
        implementations.scattered,
        implementations.not_scattered,
    ),
    _row(
        "partial-interface",
        interfaces.no_interface,
        interfaces.partial_interfaces,
        interfaces.whole_interfaces,
    ),
    _row(
        "mismatched-signature",
        interfaces.no_pair,
        interfaces.mismatched_signatures,
        interfaces.same_signatures,
    ),
    _row(
        "mismatched-async",
        interfaces.no_awaited_pair,
        interfaces.mismatched_asyncs,
        interfaces.same_asyncs,
    ),
    _row("unbound-call", interfaces.no_call, interfaces.unbound_calls, interfaces.bound_calls),
    _row(
        "awaited-sync",
        interfaces.no_plain_method,
        interfaces.awaited_syncs,
        interfaces.rightful_awaits,
    ),
    _row("rival-factory", isolation.no_class_factory, making.makers, making.no_makers),
    _row("shared-state", isolation.no_body, isolation.shared_states, isolation.own_states),
    _row(
        "context-blind-factory",
        isolation.no_context,
        isolation.blind_factories,
        isolation.seeing_factories,
    ),
    _row(
        "undelegated-factory",
        isolation.no_class_factory,
        isolation.strange_factories,
        isolation.rightful_factories,
    ),
    _row("partial-key", isolation.no_key, isolation.partial_keys, isolation.whole_keys),
    _row("unknown-event", delivery.no_sender, delivery.unknown_events, delivery.known_events),
    _row("missing-event", delivery.no_place, delivery.missing_events, delivery.named_events),
    _row("unawaited-send", delivery.no_coroutine, delivery.dropped, delivery.kept),
)
"""One row a rule, in the order in which reports list the rules."""

__all__ = ["ALL", "MARK", "Edit", "Ground", "Plant", "Sample"]
