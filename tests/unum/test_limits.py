"""The one table of bounds: what it takes, and what it says of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from pluribus_unum import Limits


@pytest.mark.parametrize(
    "given",
    [
        {"messages_per_s": 0},
        {"events_per_user": 0},
        {"connections_per_user": -1},
        {"drain_s": -1.0},
        {"users": "5"},
        {"send_s": float("nan")},
        {"heartbeat_s": None},
        {"message_burst": True},
    ],
)
def test_what_is_no_bound_is_refused_by_its_name(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(given))):
        Limits(**given)


def test_where_none_means_no_limit_none_is_taken() -> None:
    assert Limits(handshakes_per_s=0, address_handshakes_per_s=0, drain_s=0).drain_s == 0
    assert Limits(age_s=float("inf")).age_s > Limits().age_s
