"""D10 and G8: where in a result stands how many were reached."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from pluribus.conformance.judge import Run
from pluribus.conformance.mutants.resumable import Resumable, make_resumable
from pluribus.contract.conform import Conform, Operation, Operations
from pluribus.contract.table import Conflict
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import adapter_of, run_of

NAMES = ("D10", "G8")


class AsTable(Resumable):
    """Says it deep in a table."""

    async def emit_event(  # type: ignore[override]  # another kind of result
        self, event: str, payload: Mapping[str, Any]
    ) -> object:
        return {"sockets": {"reached": await super().emit_event(event, payload)}, "held": 7}


class AsObject(Resumable):
    """Says it in attributes."""

    async def emit_event(  # type: ignore[override]  # another kind of result
        self, event: str, payload: Mapping[str, Any]
    ) -> object:
        reached = await super().emit_event(event, payload)
        return SimpleNamespace(sockets=SimpleNamespace(reached=reached))


class Boasts(Resumable):
    """Says one more than it is."""

    async def emit_event(  # type: ignore[override]  # another kind of result
        self, event: str, payload: Mapping[str, Any]
    ) -> object:
        return {"sockets": {"reached": 1 + await super().emit_event(event, payload)}}


class SaysNothing(Resumable):
    """Has no such part."""

    async def emit_event(  # type: ignore[override]  # another kind of result
        self, event: str, payload: Mapping[str, Any]
    ) -> object:
        await super().emit_event(event, payload)
        return {"sockets": 3}


def _run(name: str, kind: type[Resumable], reports: Any = "count") -> Run:
    emit = Operation(reports=reports, reports_in="sockets.reached")
    conform = {"sharing": "user", "ops": Operations(emit=emit)}
    return run_of(name, adapter_of(make_resumable(kind), events=("said",), conform=conform))


@pytest.mark.parametrize("kind", [AsTable, AsObject])
@pytest.mark.parametrize("name", NAMES)
def test_a_report_inside_of_the_result_is_found(name: str, kind: type[Resumable]) -> None:
    run = _run(name, kind)

    assert run.outcome is Outcome.PASS, run.claim


@pytest.mark.parametrize("kind", [Boasts, SaysNothing])
@pytest.mark.parametrize("name", NAMES)
def test_a_false_report_inside_of_the_result_is_none(name: str, kind: type[Resumable]) -> None:
    run = _run(name, kind)

    assert run.outcome is Outcome.FAIL
    assert "in `sockets.reached`" in run.claim


def test_a_table_that_is_there_is_not_success() -> None:
    """Any table is true in Python; only the part that is named counts."""
    assert _run("D10", AsTable, "success").outcome is Outcome.PASS
    assert _run("D10", Boasts, "success").outcome is Outcome.FAIL


def test_where_it_stands_says_nothing_without_what_it_means() -> None:
    with pytest.raises(Conflict, match="reports"):
        Conform(ops=Operations(emit=Operation(reports_in="live")))
