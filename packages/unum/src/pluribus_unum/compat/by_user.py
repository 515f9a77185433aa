"""Signatures that take the user with each call, as managers that serve everybody have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pluribus_unum.compat.warning import superseded
from pluribus_unum.current import Hub, get_websocket_manager
from pluribus_unum.identity import UserContext
from pluribus_unum.manager import Manager
from pluribus_unum.receipt import Receipt
from pluribus_unum.sockets import Socket

_LABELS = ("thread_id", "run_id", "agent_name")
_PAYLOADS = ("payload", "data")
"""Where old messages hold what they say, the better name first."""


@dataclass(frozen=True)
class _User:
    user_id: str


class LegacyManager:
    """One object for all users, whose every call goes to the manager of the user that it names.

    Numbers and UUIDs are taken for the text of a user. What is sent is unum's envelope: what was
    under `data` is under `payload`.
    """

    def __init__(self, hub: Hub | None = None) -> None:
        """Stand before a hub; by default before the one that serves the request."""
        self._hub = hub

    async def add_connection(self, websocket: Socket, user_context: UserContext) -> str:
        """Take in an accepted socket of the user of a context; gives the connection's id.

        Raises:
            NoUser: the context has none.
            Refused: there are too many connections.
        """
        superseded(
            "add_connection(websocket, user_context)",
            "await get_websocket_manager(user_context).add_connection(websocket)",
        )
        connection = await self._of(user_context).add_connection(websocket)
        return connection.id

    async def connect_user(self, user_id: object, websocket: Socket) -> str:
        """Take in an accepted socket of a user; gives the connection's id.

        Raises:
            NoUser: there is none.
            Refused: there are too many connections.
        """
        superseded(
            "connect_user(user_id, websocket)",
            "await get_websocket_manager(user_context).add_connection(websocket)",
        )
        connection = await self._named(user_id).add_connection(websocket)
        return connection.id

    async def register_connection(
        self, connection_id: str, user_id: object, websocket: Socket
    ) -> str:
        """The same under an id of the caller's. Where it was no coroutine, it must be awaited now.

        Raises:
            NoUser: there is none.
            Refused: there are too many connections.
        """
        superseded(
            "register_connection(connection_id, user_id, websocket)",
            "await get_websocket_manager(user_context)"
            ".add_connection(websocket, connection_id=connection_id)",
        )
        manager = self._named(user_id)
        connection = await manager.add_connection(websocket, connection_id=connection_id)
        return connection.id

    async def disconnect_user(self, user_id: object, websocket: Socket | None = None) -> None:
        """Let one socket of a user go, or all of them; what is not there is no error.

        Raises:
            NoUser: there is none.
        """
        superseded(
            "disconnect_user(user_id, websocket)",
            "await get_websocket_manager(user_context).remove_connection(connection)",
        )
        manager = self._named(user_id)
        if websocket is None:
            await manager.remove_all_connections()
            return
        found = manager.connection_of(websocket)
        if found is not None:
            await manager.remove_connection(found)

    async def emit(self, event_data: Mapping[str, Any], user_context: UserContext) -> Receipt:
        """Send the event that a table holds to the user of a context.

        Raises:
            NoUser: the context has none.
            EventRefused: the table has no `type`, or cannot be sent.
        """
        superseded(
            "emit(event_data, user_context)",
            "await get_websocket_manager(user_context)"
            ".emit_agent_event(event_type, payload, run=user_context)",
        )
        return await _send(self._of(user_context), event_data, run=user_context)

    async def emit_critical_event(self, user_id: object, event_type: str, data: Any) -> Receipt:
        """Send an event to a user. It is as critical as any other: kept for who comes back.

        Raises:
            NoUser: there is none.
            EventRefused: it cannot be sent.
        """
        superseded(
            "emit_critical_event(user_id, event_type, data)",
            "await get_websocket_manager(user_context).emit_agent_event(event_type, payload)",
        )
        return await self._named(user_id).emit_agent_event(event_type, data)

    async def send_to_user(self, user_id: object, message: Mapping[str, Any]) -> Receipt:
        """Send the event that a table holds to a user.

        Raises:
            NoUser: there is none.
            EventRefused: the table has no `type`, or cannot be sent.
        """
        superseded(
            "send_to_user(user_id, message)",
            "await get_websocket_manager(user_context).emit_agent_event(event_type, payload)",
        )
        return await _send(self._named(user_id), message)

    def _of(self, context: UserContext) -> Manager:
        return get_websocket_manager(context, hub=self._hub)

    def _named(self, user_id: object) -> Manager:
        is_number = isinstance(user_id, int) and not isinstance(user_id, bool)
        # Anything else is left as it is, so that a user who is none is refused as one.
        named: Any = str(user_id) if is_number or isinstance(user_id, UUID) else user_id
        return self._of(_User(named))


async def _send(
    manager: Manager, message: Mapping[str, Any], *, run: UserContext | None = None
) -> Receipt:
    # Numbers and UUIDs, too: clients take nothing but text for the name of a thread.
    labels: dict[str, Any] = {
        name: str(message[name]) for name in _LABELS if message.get(name) is not None
    }
    payload: Any = {key: value for key, value in message.items() if key not in ("type", *_LABELS)}
    for name in _PAYLOADS:
        if name in message:
            payload = message[name]
            break
    return await manager.emit_agent_event(message.get("type", ""), payload, run=run, **labels)
