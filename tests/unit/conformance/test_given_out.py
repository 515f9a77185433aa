"""What may be named as a factory: whatever is called for an instance."""

from __future__ import annotations

import functools

import pytest

from pluribus.errors import ContractError
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of
from tests.unit.conformance.test_binding import Sockets


class Registry:
    """Called for an instance."""

    def __init__(self) -> None:
        self.made: dict[str, Sockets] = {}

    def __call__(self, user_id: str) -> Sockets:
        return self.made.setdefault(user_id, Sockets())


def kept(made: dict[str, Sockets], user_id: str) -> Sockets:
    return made.setdefault(user_id, Sockets())


@pytest.mark.parametrize("factory", [Registry(), functools.partial(kept, {})])
def test_what_is_called_for_an_instance_is_a_factory(factory: object) -> None:
    adapter = adapter_of({"owner": Sockets, "factory": factory}, conform={"sharing": "user"})

    outcomes = {name: run_of(name, adapter).outcome for name in ("B1", "B2", "B3", "B5")}

    assert set(outcomes.values()) == {Outcome.PASS}


def test_an_instance_of_the_owner_gives_out_nothing_although_it_can_be_called() -> None:
    class Callable(Sockets):
        def __call__(self, user_id: str) -> None:
            """Something else."""

    adapter = adapter_of({"owner": Callable, "factory": Callable()}, conform={"sharing": "user"})

    with pytest.raises(ContractError, match="is one instance"):
        adapter.factories()
