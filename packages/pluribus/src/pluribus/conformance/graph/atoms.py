"""Where the walk ends: values without an inside, and what the code, not the users, is made of."""

from __future__ import annotations

import array
import asyncio
import concurrent.futures
import contextvars
import datetime
import decimal
import enum
import fractions
import io
import ipaddress
import logging
import pathlib
import re
import threading
import types
import uuid
import weakref
import zoneinfo

from pluribus.conformance.graph.classes import derives, is_frozen, is_one, module_of, path_of

VALUES: tuple[type, ...] = (
    str, bytes, int, float, complex, type(None), type(...), type(NotImplemented), range, slice,
    enum.Enum, enum.EnumType, re.Pattern, uuid.UUID, pathlib.PurePath, decimal.Decimal,
    fractions.Fraction, datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo,
    zoneinfo.ZoneInfo, ipaddress.IPv4Address, ipaddress.IPv6Address,
    ipaddress.IPv4Network, ipaddress.IPv6Network,
)  # fmt: skip
"""With their subclasses. Some keep what they compute (a path its text), which is no write."""

MACHINERY: tuple[type, ...] = (
    types.ModuleType, types.FrameType, types.CodeType, types.TracebackType,
    types.GetSetDescriptorType, types.MemberDescriptorType, types.WrapperDescriptorType,
    types.MethodDescriptorType, types.ClassMethodDescriptorType, types.GenericAlias,
    types.UnionType, contextvars.Context, weakref.finalize,
)  # fmt: skip

# Of these exactly: a subclass is somebody's own class, with state of its own.
_EXACT: tuple[type, ...] = (object,)

_MODULES = ("typing", "_abc")
_KIT = "pluribus.conformance"
"""The kit's own sockets and records hold the data of all users by design."""
_SUBJECTS = f"{_KIT}.mutants"
"""What the kit is tried on is judged like the code of anybody else."""

INFRASTRUCTURE: tuple[type, ...] = (
    type(threading.Lock()), type(threading.RLock()), threading.Condition, threading.Event,
    threading.Semaphore, threading.Barrier, threading.Thread,
    asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore, asyncio.Runner,
    asyncio.AbstractEventLoop, asyncio.AbstractEventLoopPolicy, asyncio.Handle,
    logging.Filterer, logging.Formatter, logging.Manager, concurrent.futures.Executor,
    io.TextIOWrapper, io.BufferedWriter, io.BufferedReader, io.FileIO,
)  # fmt: skip
_INFRASTRUCTURE_MODULES = ("loguru", "structlog", "opentelemetry", "prometheus_client")

LEAVES: dict[type, str] = {
    bytearray: "copy",
    array.array: "tobytes",
    io.BytesIO: "getvalue",
    io.StringIO: "getvalue",
}
"""Mutable, without referents: the method that gives what is in it."""


def is_atom(kind: type) -> bool:
    """Whether the walk never enters objects of this type; it has another way with classes."""
    return (
        is_one(kind, *_EXACT)
        or derives(kind, *VALUES, *MACHINERY)
        or module_of(kind) in _MODULES
        or (_is_within(module_of(kind), _KIT) and not _is_within(module_of(kind), _SUBJECTS))
        # Links of `functools.lru_cache`; the wrapper shows what they hold.
        or path_of(kind) == "functools._lru_list_elem"
    )


def is_fixed(kind: type) -> bool:
    """Whether no attribute, entry or element of an object of this type is ever replaced."""
    return derives(kind, tuple, frozenset) or is_frozen(kind) or is_atom(kind)


def is_infrastructure(kind: type, *, is_project: bool) -> bool:
    """Whether objects of this type are shared by design. A class of the project never is."""
    if is_project:
        return False
    if any(_is_within(module_of(kind), each) for each in _INFRASTRUCTURE_MODULES):
        return True
    return derives(kind, *INFRASTRUCTURE)


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
