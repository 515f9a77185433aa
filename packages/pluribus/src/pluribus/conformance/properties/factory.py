"""B: who gets which instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pluribus.conformance.adapter import BoundFactory
from pluribus.conformance.binding import roles_in
from pluribus.conformance.history import Call
from pluribus.conformance.making import Made, literal
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.properties.crowded import must_be_apart, must_stay
from pluribus.conformance.recording import Who
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Stage


async def same_context(stage: Stage) -> None:
    """Asked twice with the very same context, a factory gives out the same instance."""
    for factory in called(stage):
        given = kept(stage, stage.factory_arguments(factory, stage.alice))
        first = await stage.obtain(factory, stage.alice, given=given)
        second = await stage.obtain(factory, stage.alice, given=given)
        for call in (first, second):
            if call.error is None and call.result is None:
                raise Failed(f"`{factory.definition}` returned None", factory.definition)
        _must_be_one(first, second, factory, "the same context")
        stage.witness(f"`{factory.definition}` twice gave one instance")


async def equal_context(stage: Stage) -> None:
    """Asked with two contexts that are equal in their key, a factory gives out the same instance,
    also when another user has asked in between.

    The two are different objects; what is not in the key, such as the id of a request, differs.
    Then a socket of the user joins and 150 other users ask: FAIL where the user is given another
    instance after that, by which the socket is not reached, as from a cache that is bounded.
    """
    decline_when(
        stage.adapter.sharing == "shared", "one instance is shared, so no context is a key"
    )
    for factory in called(stage):
        first = await stage.obtain(factory, stage.alice)
        second = await stage.obtain(factory, stage.alice)
        _must_be_one(first, second, factory, "equal contexts")
        await stage.obtain(factory, stage.bob)
        third = await stage.obtain(factory, stage.alice)
        _must_be_one(first, third, factory, "equal contexts, with another user's in between")
        await must_stay(stage, factory)
        stage.witness(f"`{factory.definition}` gave one instance for two equal contexts")


async def other_user(stage: Stage) -> None:
    """Another user gets another instance, and so does each of 150. Where all share one, D2 has to
    hold instead."""
    decline_when(stage.adapter.sharing == "shared", "one instance is shared by all; D2 must hold")
    for factory in called(stage):
        first = await stage.obtain(factory, stage.alice)
        second = await stage.obtain(factory, stage.bob)
        _must_be_two(first, second, factory, "two users")
        await must_be_apart(stage, factory)
        stage.witness(f"`{factory.definition}` gave two users an instance each")


async def other_thread(stage: Stage) -> None:
    """The same user in another thread gets another instance, or the same, as is declared.

    Which of the two follows from the context's key, or from `sharing`.
    """
    sharing = stage.adapter.sharing
    decline_when(sharing == "shared", "one instance is shared by all")
    for factory in called(stage):
        assert factory.call is not None
        takes = factory.call.takes
        decline_when("thread" not in takes, "the context names no thread")
        first = await stage.obtain(factory, stage.alice)
        second = await stage.obtain(factory, stage.other_thread(stage.alice))
        if sharing == "thread":
            _must_be_two(first, second, factory, "two threads of one user")
        else:
            _must_be_one(first, second, factory, "two threads of one user")
        stage.witness(f"`{factory.definition}` was asked for two threads of one user")


async def no_context(stage: Stage) -> None:
    """Without a context there is no instance: None is refused, and so is what has no key.

    An instance for nobody would be an instance for everybody who forgets the context.
    """
    for factory in called(stage):
        assert factory.call is not None
        decline_when(not factory.call.takes & {"user", "thread"}, "the factory takes no context")
        # What gives out nothing to anybody has refused nobody.
        must_have(await stage.obtain(factory, stage.alice), factory)
        for label, nobody in (
            ("None", literal(None)),
            ("an object without a key", Made(object(), "object()")),
        ):
            given = _instead(factory, stage, nobody)
            if given is None:
                continue
            call = await stage.obtain(factory, stage.alice, given=given)
            if call.error is None and call.result is not None:
                raise Failed(
                    f"`{factory.definition}` gives out an instance for {label}",
                    factory.definition,
                    hint="raise an error that says what is missing",
                )
            stage.witness(f"`{factory.definition}` refused {label}")


async def bound_context(stage: Stage) -> None:
    """Every instance is bound to the key that it was asked for.

    Read from the attribute `bound-context`, by default the name of the context's parameter.
    """
    decline_when(stage.adapter.sharing == "shared", "one instance is shared by all")
    context = stage.adapter.concept.context
    decline_when(context is None, "no `context.key` is declared")
    attribute = bound_attribute(stage)
    for factory in called(stage):
        for who in (stage.alice, stage.bob, stage.other_thread(stage.alice), stage.alice):
            call = await stage.obtain(factory, who)
            must_have(call, factory)
            wrong = misbinding(stage, call.result, who)
            if wrong is not None:
                raise Failed(
                    f"`{factory.definition}` gives out an instance that is bound to another"
                    f" {wrong.role}",
                    factory.definition,
                    wrong.role,
                    evidence=wrong.evidence(),
                )
        stage.witness(f"`{attribute}` of 4 instances of `{factory.definition}` was as asked for")


@dataclass(frozen=True)
class Misbinding:
    """A part of the key that is another in an instance than was asked for."""

    role: str
    asked: object
    found: object

    def evidence(self) -> list[tuple[str, str]]:
        """Both values."""
        return [("asked for", repr(self.asked)), ("bound to", repr(self.found))]


def bound_attribute(stage: Stage) -> str:
    """The attribute of an instance that holds its context; empty when no key is declared."""
    context = stage.adapter.concept.context
    return (stage.conform.bound_context or context.parameter) if context else ""


def misbinding(stage: Stage, instance: object, who: Who) -> Misbinding | None:
    """What of the key is not as it was asked for; None when all is, or no key is declared.

    Raises:
        Unexercised: the instance does not say.
    """
    context, attribute = stage.adapter.concept.context, bound_attribute(stage)
    for key in context.key if context else ():
        role = next(iter(stage.key_role(key)), None)
        if role is None or (stage.adapter.sharing == "user" and role == "thread"):
            continue
        found = _attribute(instance, _path_of(stage, instance, attribute, key))
        # A code base may keep the id in a type of its own.
        if str(found) != str(getattr(who, role)):
            return Misbinding(role, getattr(who, role), found)
    return None


async def one_factory(stage: Stage) -> None:
    """All factories that the contract declares give out the identical instance for one context."""
    factories = called(stage)
    decline_when(len(factories) < 2, "only one factory is declared")
    calls = [await stage.obtain(each, stage.alice) for each in factories]
    for factory, call in zip(factories[1:], calls[1:], strict=True):
        must_have(calls[0], factories[0])
        must_have(call, factory)
        if call.result is not calls[0].result:
            raise Failed(
                f"`{factory.definition}` gives out another instance than"
                f" `{factories[0].definition}` for one context",
                factory.definition,
                hint="let one of them call the other",
            )
    stage.witness(f"{len(factories)} factories gave one instance")


def called(stage: Stage) -> list[BoundFactory]:
    """The factories of the contract that are functions; there is nothing to ask without one."""
    decline_when(
        not stage.adapter.is_declared,
        "no factory is declared; the kit makes one instance of the owner",
    )
    found = [each for each in stage.adapter.factories() if each.call is not None]
    decline_when(not found, "the factory is one instance, not a function")
    return found


def _instead(
    factory: BoundFactory, stage: Stage, nobody: Made
) -> tuple[list[Made], dict[str, Made]] | None:
    """The arguments of a factory with `nobody` for whoever is asked for.

    Only a context can be an object without a key: as the id of a user, any object is a key.
    """
    assert factory.call is not None
    positional, named = stage.factory_arguments(factory, stage.alice)
    replaced = 0
    for at, each in enumerate(factory.call.bindings):
        if each.why == "default" or not roles_in(each.template) & {"user", "thread", "context"}:
            continue
        if nobody.value is not None and not isinstance(each.template, dict):
            continue
        replaced += 1
        if each.parameter in factory.call.positional_only:
            positional[at] = nobody
        else:
            named[each.parameter] = nobody
    return (positional, named) if replaced else None


def kept(
    stage: Stage, given: tuple[Sequence[Made], Mapping[str, Made]]
) -> tuple[list[Made], dict[str, Made]]:
    """Arguments in variables of the program: they are made before what they are given to."""
    positional, named = given
    return (
        [stage.keep(each, "context") for each in positional],
        {name: stage.keep(each, name) for name, each in named.items()},
    )


def must_have(call: Call, factory: BoundFactory) -> None:
    """Go on only with an instance.

    Raises:
        Unexercised: there is none.
    """
    if call.error is not None:
        raise Unexercised(
            f"`{factory.definition}` raised {call.raised}",
            "mend it, or declare how its context is built",
        )
    if call.result is None:
        raise Unexercised(f"`{factory.definition}` returned None", "B1 says more about it")


def _must_be_one(first: Call, second: Call, factory: BoundFactory, asked: str) -> None:
    must_have(first, factory)
    must_have(second, factory)
    if first.result is not second.result:
        raise Failed(
            f"`{factory.definition}` gives out two instances for {asked}",
            factory.definition,
            hint="keep the instance under the key of the context",
        )


def _must_be_two(first: Call, second: Call, factory: BoundFactory, asked: str) -> None:
    must_have(first, factory)
    must_have(second, factory)
    if first.result is second.result:
        raise Failed(
            f"`{factory.definition}` gives one instance to {asked}",
            factory.definition,
            hint="keep instances under the whole key of the context",
        )


def _path_of(stage: Stage, instance: object, attribute: str, key: str) -> str:
    """Where an instance has what it is bound to: in its context, or, where it keeps none, under
    the key's own name."""
    is_declared = bool(stage.conform.bound_context)
    keeps_none = not hasattr(instance, attribute)
    if not is_declared and keeps_none and hasattr(instance, key.split(".", maxsplit=1)[0]):
        return key
    return f"{attribute}.{key}"


def _attribute(value: object, path: str) -> object:
    for name in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(name)
        elif hasattr(value, name):
            value = getattr(value, name)
        else:
            raise Unexercised(
                f"an instance has no `{path}`",
                "declare `bound-context`, the attribute that holds it",
            )
    return value


FACTORY = (
    Property("B1", "the same context gets the same instance", ("factory",), same_context),
    Property("B2", "equal contexts get the same instance", ("factory",), equal_context),
    Property("B3", "another user gets another instance", ("factory",), other_user),
    Property("B4", "another thread gets what is declared", ("factory",), other_thread),
    Property("B6", "without a context there is no instance", ("factory",), no_context),
    Property("B7", "an instance is bound to the context asked for", ("factory",), bound_context),
    Property("B9", "all factories give one instance", ("factory",), one_factory),
)
