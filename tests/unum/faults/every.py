"""Every fault that is tried."""

from __future__ import annotations

from typing import Final

from tests.unum.faults import crowds, network, nodes, running, runs, sending

FAULTS: Final = (
    *nodes.FAULTS,
    *network.FAULTS,
    *crowds.FAULTS,
    *sending.FAULTS,
    *running.FAULTS,
    *runs.FAULTS,
)
