"""A: whether the one class is one, and what its instances say of themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pluribus.conformance.adapter import QUERIES, BoundOperation
from pluribus.conformance.history import Call
from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.properties.factory import must_have
from pluribus.conformance.ruling import Declined, Failed, Unexercised
from pluribus.conformance.stage import Member, Stage
from pluribus.errors import ContractError

_DEPTH = 4


async def one_class(stage: Stage) -> None:
    """There is one owner: every path of `import-paths` leads to the same class, and every factory
    gives out instances of it.
    """
    concept = stage.adapter.concept
    others = [each for each in concept.import_paths if each != concept.owner_module]
    decline_when(
        not others and not stage.adapter.is_declared,
        "there is no other path to the owner, and no factory",
    )
    for factory in stage.adapter.factories() if stage.adapter.is_declared else ():
        call = await stage.obtain(factory, stage.alice)
        must_have(call, factory)
        owner = _owner(stage)
        if not isinstance(call.result, owner):
            raise Failed(
                f"`{factory.definition}` gives out a `{type(call.result).__qualname__}`, which is"
                f" no `{owner.__qualname__}`",
                factory.definition,
                hint=f"give out instances of `{concept.owner}`, or name the right owner",
                evidence=[
                    ("given out", f"{type(call.result).__module__}:{type(call.result).__name__}"),
                    ("the owner", concept.owner),
                ],
            )
        stage.witness(f"`{factory.definition}` gave out a `{owner.__qualname__}`")
    owner = _owner(stage)
    for path in others:
        definition = f"{path}:{concept.owner_qualname}"
        try:
            found = stage.adapter.resolve(definition)
        except ContractError as error:
            raise Failed(error.message, definition, hint="mend `import-paths`") from error
        if found is not owner:
            raise Failed(
                f"`{definition}` is another class than `{concept.owner}`",
                definition,
                hint="import the owner there, instead of making a second one",
            )
        stage.witness(f"`{definition}` is the owner")


async def truthful_queries(stage: Stage) -> None:
    """What an instance says of its connections is so, after every step.

    Asked are the operations `connected`, `connections` and `count`, as far as there are any, for
    two users: before anybody is there, after each is added, and after each is removed. What is
    listed is known by the socket itself or by the id of the connection, wherever it stands. Of
    nobody, a query may also refuse to speak.
    """
    instance = await stage.manager(stage.alice)
    queries = [each for role in QUERIES if (each := stage.adapter.query(role, instance))]
    for role in QUERIES:
        if stage.adapter.declared(role).call:
            stage.required(role, instance)
    decline_when(not queries, "no operation tells of connections")
    claims = [_Claim(stage, each) for each in queries]
    asked = {who.name: await stage.stranger(who) for who in (stage.alice, stage.bob)}
    await _must_be_so(claims, asked.values(), "before anybody was added")
    for who in (stage.alice, stage.bob):
        asked[who.name] = await stage.join(who)
        await stage.settle()
        await _must_be_so(claims, asked.values(), f"after {who.name} was added")
    if stage.adapter.operation("remove", instance) is not None:
        for who in (stage.alice, stage.bob):
            await stage.leave(asked[who.name])
            await stage.settle()
            await _must_be_so(claims, asked.values(), f"after {who.name} was removed")
    understood = [each for each in claims if each.has_spoken()]
    decline_when(
        not understood, "nobody declared what is returned, and it could not be understood"
    )
    for claim in understood:
        stage.witness(f"`{claim.query.call.name}` was right {claim.answers} times")


def _owner(stage: Stage) -> type:
    concept = stage.adapter.concept
    owner = stage.adapter.resolve(concept.owner)
    if not isinstance(owner, type):
        raise Declined(f"`{concept.owner}` is no class")
    if getattr(owner, "_is_protocol", False):
        raise Declined(f"`{concept.owner}` is a protocol, of which nothing is an instance")
    return owner


async def _must_be_so(claims: Iterable[_Claim], members: Iterable[Member], when: str) -> None:
    for claim in claims:
        for member in members:
            await claim.must_be_so(member, when)


@dataclass
class _Claim:
    """One query, and how often it was right."""

    stage: Stage
    query: BoundOperation
    answers: int = 0
    is_understood: bool = True

    def __post_init__(self) -> None:
        # A list is understood once it holds something that is known.
        self.is_understood = self.query.role != "connections"

    async def must_be_so(self, asked: Member, when: str) -> None:
        """Ask about one socket, or whatever the query is given of it."""
        call = await self.stage.perform(self.query, asked)
        live = [
            each for each in self.stage.members if not each.removed and self._is_meant(each, asked)
        ]
        if call.error is not None:
            if live:
                self._fail(call, when, len(live), call.raised)
            return
        match self.query.role:
            case "connected" if isinstance(call.result, bool):
                self._judge(call, when, bool(live), call.result)
            case "count" if type(call.result) is int:
                self._judge(call, when, len(live), call.result)
            case "connections":
                self._judge_list(call, when, live, asked)
            case _:
                self.is_understood = False

    def has_spoken(self) -> bool:
        """Whether what it said could be understood; what nobody declared need not be.

        Raises:
            Unexercised: it could not, and was declared.
        """
        if self.answers and self.is_understood:
            return True
        if not self.stage.adapter.declared(self.query.role).call:
            return False
        raise Unexercised(
            f"what `{self.query.call.name}` returns could not be understood",
            "it should be yes or no, a number, or hold the sockets or the ids of the connections",
        )

    def _is_meant(self, each: Member, asked: Member) -> bool:
        takes = self.query.call.takes
        return (
            each.instance is asked.instance
            and ("websocket" not in takes or each.peer is asked.peer)
            and ("connection" not in takes or each.connection == asked.connection)
            and ("user" not in takes or each.who.user == asked.who.user)
            and ("thread" not in takes or each.who.thread == asked.who.thread)
        )

    def _judge_list(self, call: Call, when: str, live: list[Member], asked: Member) -> None:
        known = [each for each in self.stage.members if each.instance is asked.instance]
        held = list(_held(call.result, _DEPTH))
        listed = [each.variable for each in known if _is_among(each, held)]
        self.is_understood = self.is_understood or bool(listed)
        if self.is_understood:
            self._judge(call, when, [each.variable for each in live], listed)

    def _judge(self, call: Call, when: str, expected: object, said: object) -> None:
        if said != expected:
            self._fail(call, when, expected, said)
        self.answers += 1

    def _fail(self, call: Call, when: str, expected: object, said: object) -> None:
        raise Failed(
            f"`{call.name}` is wrong {when}",
            self.query.role,
            hint="let it read what the operations write",
            evidence=[("it is", repr(expected)), ("it says", repr(said))],
        )


def _held(value: object, depth: int) -> Iterable[object]:
    """A value and all that it holds."""
    yield value
    if depth == 0 or isinstance(value, str | bytes):
        return
    if isinstance(value, Mapping):
        inner: Iterable[object] = [*value.keys(), *value.values()]
    elif isinstance(value, Collection):
        inner = list(value)
    else:
        # Such as a connection that holds its socket and its id.
        yield from list(getattr(value, "__dict__", {}).values())
        return
    for each in inner:
        yield from _held(each, depth - 1)


def _is_among(member: Member, held: Iterable[object]) -> bool:
    return any(
        each is member.peer or (isinstance(each, str | int) and each == member.connection)
        for each in held
    )


OWNER = (
    Property("A8", "the owner is one class", ("factory",), one_class),
    Property("A10", "what it says of connections is so", ("add", "remove"), truthful_queries),
)
