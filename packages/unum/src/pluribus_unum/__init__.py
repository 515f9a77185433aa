"""The one WebSocket manager: every event of a user once, in order, to that user alone."""

from __future__ import annotations

from pluribus_unum.auth.base import Authenticator, Credentials, Identity
from pluribus_unum.brokers.base import Broker, Published
from pluribus_unum.brokers.memory import MemoryBroker
from pluribus_unum.brokers.presence import Presence
from pluribus_unum.brokers.revocations import Revocation
from pluribus_unum.connected import Connected
from pluribus_unum.connection import Connection
from pluribus_unum.core.stream import Position
from pluribus_unum.core.wire import SUBPROTOCOL, CloseCode, Message
from pluribus_unum.current import HubMiddleware, get_websocket_manager, serving
from pluribus_unum.errors import (
    BrokerDown,
    EventRefused,
    HubClosed,
    NoHub,
    NoUser,
    Refused,
    RunOver,
    UnumError,
)
from pluribus_unum.hub import Hub
from pluribus_unum.identity import UserContext
from pluribus_unum.limits import Limits
from pluribus_unum.manager import ConnectionInfo, Manager
from pluribus_unum.protocol import WebSocketManager
from pluribus_unum.receipt import Receipt
from pluribus_unum.run import Run, Tool

__all__ = [
    "SUBPROTOCOL",
    "Authenticator",
    "Broker",
    "BrokerDown",
    "CloseCode",
    "Connected",
    "Connection",
    "ConnectionInfo",
    "Credentials",
    "EventRefused",
    "Hub",
    "HubClosed",
    "HubMiddleware",
    "Identity",
    "Limits",
    "Manager",
    "MemoryBroker",
    "Message",
    "NoHub",
    "NoUser",
    "Position",
    "Presence",
    "Published",
    "Receipt",
    "Refused",
    "Revocation",
    "Run",
    "RunOver",
    "Tool",
    "UnumError",
    "UserContext",
    "WebSocketManager",
    "get_websocket_manager",
    "serving",
]
