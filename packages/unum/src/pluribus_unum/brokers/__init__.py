"""Where streams are kept: in this process, or where every node can reach them."""

from __future__ import annotations

from pluribus_unum.brokers.base import Broker, Published
from pluribus_unum.brokers.memory import MemoryBroker

__all__ = ["Broker", "MemoryBroker", "Published"]
