"""A: the interface of a live instance."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from contextlib import suppress

from pluribus.conformance.adapter import METHODS, QUERIES
from pluribus.conformance.history import Call, described
from pluribus.conformance.making import imported, literal
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Stage

_Function = Callable[..., object]
_KINDS = {"none": type(None), "bool": bool, "int": int, "str": str, "dict": dict, "list": list}
_KEYWORD = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
_POSITIONAL = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY)


async def presence(stage: Stage) -> None:
    """Every operation of the contract is there on a live instance, and can be called.

    Looked for on what the factory gives out: the methods of `interface`, those of its protocol,
    and every `ops.*.call`. A class that merely looks right in the source does not help.
    """
    instance = await stage.manager(stage.alice)
    wanted = sorted(_promised(stage))
    absent = [name for name in wanted if not callable(getattr(instance, name, None))]
    if absent:
        listed = ", ".join(f"`{each}`" for each in absent)
        raise Failed(
            f"a live `{type(instance).__qualname__}` has no {listed}",
            *absent,
            hint="add it, or take it out of the contract",
        )
    found = wanted or [each.call.name for each in stage.adapter.bound_roles(instance)]
    stage.witness(f"an instance has {', '.join(f'`{each}`' for each in found)}")


async def binding(stage: Stage) -> None:
    """Every call that the contract allows can be made, with all arguments given by position.

    What the contract allows is said by `interface.protocol`, else by the `args` of an operation,
    which are given by name. Without either nothing is promised.
    """
    instance = await stage.manager(stage.alice)
    shapes = 0
    for name, function in _protocol(stage).items():
        parameters = _parameters(function)
        positional = [each.name for each in parameters if each.kind in _POSITIONAL]
        named = [each.name for each in parameters if each.kind is inspect.Parameter.KEYWORD_ONLY]
        shapes += _binds(instance, name, positional, named)
    if not _protocol(stage):
        for role in METHODS:
            if stage.adapter.declared(role).args:
                call = stage.required(role, instance).call
                given = [each.parameter for each in call.bindings if each.why != "default"]
                first = [each for each in given if each in call.positional_only]
                named = [each for each in given if each not in call.positional_only]
                shapes += _binds(instance, call.name, first, named)
        decline_when(not shapes, "neither `interface.protocol` nor `args` declares a signature")
    _witness_shapes(stage, shapes)


async def keywords(stage: Stage) -> None:
    """Every parameter of the protocol can be given by its name, and nothing more is required."""
    instance = await stage.manager(stage.alice)
    protocol = _protocol(stage)
    decline_when(not protocol, "no `interface.protocol` declares a signature")
    shapes = 0
    for name, function in protocol.items():
        parameters = _parameters(function)
        named = [each.name for each in parameters if each.kind in _KEYWORD]
        first = [
            each.name for each in parameters if each.kind is inspect.Parameter.POSITIONAL_ONLY
        ]
        shapes += _binds(instance, name, first, named)
    _witness_shapes(stage, shapes)


async def defaults(stage: Stage) -> None:
    """What the protocol lets a caller leave out can be left out, and its default is the same.

    A default of `...` in the protocol stands for any.
    """
    instance = await stage.manager(stage.alice)
    protocol = _protocol(stage)
    decline_when(not protocol, "no `interface.protocol` declares a signature")
    shapes = 0
    for name, function in protocol.items():
        parameters = _parameters(function)
        required = [each for each in parameters if each.default is inspect.Parameter.empty]
        named = [each.name for each in required if each.kind in _KEYWORD]
        first = [each.name for each in required if each.kind not in _KEYWORD]
        shapes += _binds(instance, name, first, named)
        method = getattr(instance, name, None)
        actual = _signature(method).parameters if callable(method) else {}
        for each in parameters:
            if each.default in (inspect.Parameter.empty, ...) or each.name not in actual:
                continue
            if actual[each.name].default != each.default:
                raise Failed(
                    f"`{name}` has another default for `{each.name}` than the protocol:"
                    f" {actual[each.name].default!r}, not {each.default!r}",
                    name,
                    each.name,
                )
    _witness_shapes(stage, shapes)


async def awaitability(stage: Stage) -> None:
    """What must be awaited is awaitable, what must not is not, and no coroutine is dropped.

    The result of each call decides, not the word `async`. What must be awaited is said by
    `interface.protocol` or by `awaited`; that no coroutine is made and dropped is asked of every
    subject, also once a user has two sockets and another user is there: Python's own warning is
    the evidence.
    """
    calls = await _ordinary_calls(stage)
    protocol = _protocol(stage)
    for call in calls:
        declared = stage.adapter.declared(call.role).awaited
        if declared is None and call.name in protocol:
            declared = _must_be_awaited(protocol[call.name])
        if declared is not None and declared != call.was_awaited:
            raise Failed(
                f"the result of `{call.name}` {'must' if declared else 'must not'} be awaited, and"
                f" it {'can' if call.was_awaited else 'cannot'} be",
                call.name,
            )
    with suppress(Unexercised):  # whether a second user can be served is asked elsewhere
        await _in_company(stage)
    dropped = stage.unawaited()
    if dropped:
        raise Failed(
            "a coroutine was made and dropped, so what it should do never happened",
            *dropped,
            hint="await it",
            evidence=[("Python says", each) for each in dropped],
        )
    stage.witness(f"{len(calls)} calls, and no coroutine was dropped")


async def results(stage: Stage) -> None:
    """What an operation returns is of the declared type.

    Declared by `returns`, or by a plain annotation of `interface.protocol`.
    """
    protocol = _protocol(stage)
    judged = 0
    for call in await _ordinary_calls(stage):
        kind = _KINDS.get(stage.adapter.declared(call.role).returns)
        if kind is None and call.name in protocol:
            kind = _annotated(protocol[call.name])
        if kind is None:
            continue
        if not isinstance(call.result, kind):
            raise Failed(
                f"`{call.name}` returned a {type(call.result).__name__}, and a"
                f" {kind.__name__} is declared",
                call.name,
            )
        judged += 1
    decline_when(not judged, "no operation declares what it returns")
    stage.witness(f"{judged} results were of the declared type")


async def errors(stage: Stage) -> None:
    """Ordinary calls raise nothing, and each declared error is raised as declared.

    Ordinary is: a socket is added, an event is sent by each operation that delivers, and the
    socket is removed. `errors` declares what is raised in the cases `no-context`,
    `unknown-event`, `remove-twice`, `remove-unknown` and `limit`; H3 asks about `other-loop`.
    """
    instance = await stage.manager(stage.alice)
    member, call = await stage.try_join(stage.alice)
    _must_not_raise(call)
    for role in ("emit", "broadcast"):
        operation = stage.adapter.operation(role, instance)
        if operation is not None:
            _must_not_raise((await stage.try_send(operation, member)).call)
            await stage.settle()
    if stage.adapter.operation("remove", instance) is not None:
        _must_not_raise(await stage.try_leave(member))
    ordinary = sum(each.role != "factory" for each in stage.history.calls)
    stage.witness(f"{ordinary} ordinary calls raised nothing")
    for case, definition in sorted(
        stage.conform.errors.items(),
        key=lambda each: (each[0] == "limit", each[0]),  # afterwards nothing more can be added
    ):
        if case != "other-loop":  # asked by H3
            await _must_raise(stage, case, definition)


def declared_error(definition: str) -> type[BaseException]:
    """The exception that `errors` names."""
    kind = imported(definition)
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        raise Unexercised(f"`{definition}` is no exception", "name one in `errors`")
    return kind


async def _must_raise(stage: Stage, case: str, definition: str) -> None:
    kind = declared_error(definition)
    call = await _in_case(stage, case)
    if call.error is None:
        raise Failed(
            f"`{call.name}` returned in the case `{case}`, where {kind.__name__} is declared",
            call.name,
            case,
        )
    if not isinstance(call.error, kind):
        raise Failed(
            f"`{call.name}` raised {call.raised} in the case `{case}`, where {kind.__name__} is"
            " declared",
            call.name,
            case,
        )
    stage.witness(f"{kind.__name__} in the case `{case}`")


async def _in_case(stage: Stage, case: str) -> Call:
    instance = await stage.manager(stage.alice)
    match case:
        case "no-context":
            first, *_ = stage.adapter.factories()
            if first.call is None or not first.call.takes:
                raise Unexercised(
                    "the factory takes no context", "take `no-context` out of `errors`"
                )
            named = {
                each.parameter: literal(None)
                for each in first.call.bindings
                if each.why != "default"
            }
            return await stage.obtain(first, stage.alice, given=([], named))
        case "unknown-event":
            emit = stage.required("emit", instance)
            member = await stage.join(stage.alice)
            return (await stage.try_send(emit, member, event="no_such_event")).call
        case "limit":
            there = sum(each.who == stage.alice and not each.removed for each in stage.members)
            for _ in range((stage.conform.limit or 0) - there):
                await stage.join(stage.alice)
            return (await stage.try_join(stage.alice))[1]
        case "remove-twice":
            member = await stage.join(stage.alice)
            await stage.leave(member)
            return await stage.try_leave(member)
        case _:
            return await stage.try_leave(await stage.stranger(stage.alice))


def _must_not_raise(call: Call) -> None:
    if call.error is not None:
        raise Failed(
            f"`{call.name}` raised {call.raised} when it was called as declared",
            call.name,
            type(call.error).__name__,
            hint="mend it; or, if nobody may call it so, declare its `args`",
        )


async def _ordinary_calls(stage: Stage) -> list[Call]:
    instance = await stage.manager(stage.alice)
    member = await stage.join(stage.alice)
    for role in ("emit", "broadcast"):
        operation = stage.adapter.operation(role, instance)
        if operation is not None:
            await stage.send(operation, member)
    await stage.settle()
    if stage.adapter.operation("remove", instance) is not None:
        await stage.leave(member)
    return [each for each in stage.history.calls if each.role != "factory"]


async def _in_company(stage: Stage) -> None:
    """Go on with another socket of the same user, and with another user: who is greeted, or told
    that somebody is there, is so only then. Whether it may be refused is not asked here."""
    members = [(await stage.try_join(who))[0] for who in (stage.alice, stage.alice, stage.bob)]
    there = [each for each in members if each in stage.members]
    for each in there:
        for role in ("emit", "broadcast"):
            operation = stage.adapter.operation(role, each.instance)
            if operation is not None:
                await stage.try_send(operation, each)
    await stage.settle()
    for each in there:
        if stage.adapter.operation("remove", each.instance) is not None:
            await stage.try_leave(each)


def _promised(stage: Stage) -> set[str]:
    interface = stage.adapter.concept.interface
    named = set(interface.methods) if interface else set()
    declared = {stage.adapter.declared(role).call for role in (*METHODS, *QUERIES)}
    return named | set(_protocol(stage)) | {each for each in declared if each}


def _protocol(stage: Stage) -> dict[str, _Function]:
    return stage.adapter.protocol()


def _parameters(function: _Function) -> list[inspect.Parameter]:
    _, *parameters = inspect.signature(function).parameters.values()
    variadic = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return [each for each in parameters if each.kind not in variadic]


def _binds(instance: object, name: str, positional: list[str], named: list[str]) -> int:
    method = getattr(instance, name, None)
    if not callable(method):
        raise Unexercised(f"the instance has no `{name}`", "A1 says more about it")
    shape = ", ".join([*positional, *(f"{each}=…" for each in named)])
    try:
        _signature(method).bind(*positional, **dict.fromkeys(named))
    except TypeError as error:
        raise Failed(
            f"`{name}({shape})` cannot be called: {described(error)}",
            name,
            hint="take what the contract promises",
        ) from error
    return 1


def _signature(method: _Function) -> inspect.Signature:
    try:
        return inspect.signature(method)
    except (TypeError, ValueError) as error:
        raise Unexercised("a method does not say what it takes", "") from error


def _witness_shapes(stage: Stage, shapes: int) -> None:
    if shapes:
        stage.witness(f"{shapes} calls could be made on a live instance")


def _must_be_awaited(function: _Function) -> bool | None:
    """What a protocol says of a result; None when a plain function may return an awaitable."""
    if inspect.iscoroutinefunction(function):
        return True
    returned = str(getattr(function, "__annotations__", {}).get("return", "Any"))
    vague = ("Any", "object", "Awaitable", "Coroutine", "Future", "Task", "Async")
    return None if any(word in returned for word in vague) else False


def _annotated(function: _Function) -> type | None:
    try:
        kind = typing.get_type_hints(function).get("return", typing.Any)
    except (NameError, TypeError):
        return None
    return kind if kind in _KINDS.values() else None


def _properties() -> Iterator[Property]:
    every = ("add", "remove", "delivery")
    yield Property("A1", "each operation is there", ("factory",), presence)
    yield Property("A2", "each allowed call can be made", every, binding)
    yield Property("A3", "parameters can be given by name", every, keywords)
    yield Property("A4", "what may be left out can be", every, defaults)
    yield Property(
        "A5",
        "what must be awaited is, and nothing is dropped",
        every,
        awaitability,
        takes_long=True,
    )
    yield Property("A6", "results are of the declared type", every, results)
    yield Property("A7", "only declared errors are raised", every, errors)


INTERFACE = tuple(_properties())
