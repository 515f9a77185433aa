"""A node in a process of its own, with one connection of ann, until it is killed."""

from __future__ import annotations

import asyncio
import sys

from pluribus_unum import Hub, Limits
from pluribus_unum.brokers.nats import NatsBroker
from pluribus_unum.brokers.valkey import ValkeyBroker
from pluribus_unum.testing import FakeSocket
from tests.unum.running import Context


async def main(kind: str, url: str, presence_s: float) -> None:
    """Be there."""
    limits = Limits(presence_s=presence_s)
    broker = {"valkey": ValkeyBroker, "nats": NatsBroker}[kind](url, limits=limits, timeout_s=4)
    hub = Hub(broker=broker, limits=limits)
    async with hub.lifespan():
        await hub.manager(Context("ann")).add_connection(FakeSocket(), connection_id="theirs")
        sys.stdout.write(f"{broker.node_id}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
