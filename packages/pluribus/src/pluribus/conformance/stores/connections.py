"""Lets the client library connect to a store in this process, whoever makes the connection."""

from __future__ import annotations

import asyncio
import errno
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

from fakeredis._clients._sync import FakeBaseConnection
from fakeredis.aioredis import FakeBaseAsyncConnection

from pluribus.conformance.stores.server import CLOSED, Store
from pluribus.errors import ContractError

_ELSEWHERE: Final = ("cluster", "sentinel")
"""Modules of the library whose servers are several, which one store cannot stand in for."""

Current = Callable[[], Store]
"""The store of this moment: each run may have another."""


@contextmanager
def connected_to(library: str, current: Current) -> Iterator[None]:
    """All pools of `library` that are made inside connect to the store of the moment.

    Args:
        library: `redis` or `valkey`, which must be installed.
    """
    before: list[tuple[Any, str, Any]] = []

    def put(owner: Any, name: str, value: Any) -> None:
        before.append((owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    root = importlib.import_module(library)
    for part, fake in (
        (f"{library}.connection", FakeBaseConnection),
        (f"{library}.asyncio.connection", FakeBaseAsyncConnection),
    ):
        pool = importlib.import_module(part).ConnectionPool
        put(pool, "__init__", _pool_init(pool.__init__, fake, root, current))
    for part in ("", ".asyncio"):
        for where in _ELSEWHERE:
            module = importlib.import_module(f"{library}{part}.{where}")
            for name in ("RedisCluster", "ValkeyCluster", "Sentinel"):
                kind = vars(module).get(name)
                if kind is not None:
                    put(kind, "__init__", _refused(f"{module.__name__}.{name}"))
    try:
        yield
    finally:
        for owner, name, value in reversed(before):
            setattr(owner, name, value)


def _pool_init(
    init: Callable[..., None], fake: type, root: ModuleType, current: Current
) -> Callable[..., None]:
    kinds: dict[type, type] = {}

    def made(pool: Any, *arguments: Any, **named: Any) -> None:
        init(pool, *arguments, **named)
        kind = pool.connection_class
        if issubclass(kind, fake):
            return  # it is one already: the subject's own, or what looks into the store
        if kind not in kinds:
            kinds[kind] = _recorded(kind, fake, root, current)
        pool.connection_class = kinds[kind]

    return made


def _recorded(kind: type, fake: type, root: ModuleType, current: Current) -> type:
    """A class of connections like `kind`, which connect to the store and are recorded.

    It is the kit's, by its module: the walk over a subject's objects does not enter it.
    """
    lost = root.ConnectionError
    is_async = fake is FakeBaseAsyncConnection

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807
        self._store = current()
        super(made, self).__init__(
            *arguments,
            server=self._store.server,
            client_class=getattr(root, "Redis", None) or root.Valkey,
            **named,
        )

    def refuse(self: Any) -> None:
        """As a host does on which nothing listens; the library has its own way with that."""
        if not self._store.is_there:
            self._store.refused += 1
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")

    def _connect(self: Any) -> Any:
        refuse(self)
        socket = super(made, self)._connect()
        self._tap = self._store.tap(socket, lost)
        return socket

    async def _connect_async(self: Any) -> None:
        refuse(self)
        await super(made, self)._connect()
        self._tap = self._store.tap(self._sock, lost)

    def must_be_sound(self: Any) -> None:
        """A pool asks so whether a connection is still good."""
        if self._sock is not None and self._tap.has_hung_up:
            raise lost(CLOSED)

    def can_read(self: Any, *arguments: Any, **named: Any) -> Any:
        must_be_sound(self)
        return super(made, self).can_read(*arguments, **named)

    async def can_read_async(self: Any, *arguments: Any, **named: Any) -> Any:
        must_be_sound(self)
        return await super(made, self).can_read(*arguments, **named)

    async def can_read_destructive(self: Any) -> bool:
        # What the pools of older releases ask instead.
        return bool(await can_read_async(self, timeout=0))

    def read_response(self: Any, *arguments: Any, **named: Any) -> Any:
        answer = super(made, self).read_response(**_named(arguments, named))
        if isinstance(answer, lost):
            self.disconnect()
            raise answer
        return answer

    async def read_response_async(self: Any, *arguments: Any, **named: Any) -> Any:
        answer = await super(made, self).read_response(**_named(arguments, named))
        if answer is None and named.get("timeout") == 0:
            # As with a real socket: who looks over and over whether something has come lets
            # others go on in between.
            await asyncio.sleep(0)
        if isinstance(answer, lost):
            await self.disconnect()
            raise answer
        return answer

    made: Any = type(
        kind.__name__,
        (fake, kind),
        {
            "__module__": __name__,
            "__init__": __init__,
            "_connection_error_class": lost,
            "_connect": _connect_async if is_async else _connect,
            "can_read": can_read_async if is_async else can_read,
            **({"can_read_destructive": can_read_destructive} if is_async else {}),
            "read_response": read_response_async if is_async else read_response,
        },
    )
    return made  # type: ignore[no-any-return]  # made of classes that are known when it runs


def _named(arguments: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """The fake takes all by name; the library may give the first by its place."""
    return {**dict(zip(("disable_decoding",), arguments, strict=False)), **named}


def _refused(name: str) -> Callable[..., None]:
    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807
        raise ContractError(
            f"the subject makes a `{name}`, which `stores` cannot stand in for",
            hint="let it connect to one server when it is driven, for example by a setting that"
            " `around` or `imports` sets",
        )

    return __init__
