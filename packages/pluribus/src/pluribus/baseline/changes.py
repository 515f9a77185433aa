"""How a baseline differs from an earlier one: what grew, what shrank, what is accepted for
longer or may be worse."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from pluribus.baseline.entry import Entry, Identity, is_worse


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Each entry with how many more, or fewer, it accepts."""

    grown: tuple[tuple[Entry, int], ...]
    """As they are now."""
    shrunk: tuple[tuple[Entry, int], ...]
    """As they were."""
    prolonged: tuple[tuple[Entry, Entry], ...]
    """Before and now: what would have expired by itself is accepted for longer."""
    worsened: tuple[tuple[Entry, Entry], ...] = ()
    """Before and now: what is accepted may be worse than it was."""

    @property
    def growth(self) -> int:
        """How many violations are accepted that were not."""
        return sum(count for _, count in self.grown)

    @property
    def shrinkage(self) -> int:
        """How many violations are no longer accepted."""
        return sum(count for _, count in self.shrunk)


def changes_between(before: Mapping[Identity, Entry], now: Mapping[Identity, Entry]) -> Changes:
    """Compare two baselines as multisets; that one entry went makes no room for another."""
    return Changes(
        grown=_more(before, now),
        shrunk=_more(now, before),
        prolonged=tuple(
            (before[identity], entry)
            for identity, entry in sorted(now.items())
            if identity in before and _is_later(before[identity], entry)
        ),
        worsened=tuple(
            (before[identity], entry)
            for identity, entry in sorted(now.items())
            if identity in before and is_worse(entry.severity, before[identity].severity)
        ),
    )


def _more(
    fewer: Mapping[Identity, Entry], entries: Mapping[Identity, Entry]
) -> tuple[tuple[Entry, int], ...]:
    counts = (
        (entry, entry.count - (fewer[identity].count if identity in fewer else 0))
        for identity, entry in sorted(entries.items())
    )
    return tuple((entry, excess) for entry, excess in counts if excess > 0)


def _is_later(before: Entry, now: Entry) -> bool:
    return before.expires is not None and (now.expires is None or now.expires > before.expires)
