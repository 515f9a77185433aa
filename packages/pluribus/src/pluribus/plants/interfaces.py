"""Plants of the rules about what the owner and its rivals take, and how they are called."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Definition
from pluribus.plants.ground import Ground
from pluribus.plants.implementations import no_role
from pluribus.plants.imports import unreachable
from pluribus.plants.sample import MARK, Edit, Sample
from pluribus.plants.spelling import fitting, function, most, parameters, rival_class
from pluribus.rules.comparing import is_plain
from pluribus.rules.interfaces.mismatched_async import is_plain_type

_MARKED = f"  {MARK}"


def _no_class(ground: Ground) -> str | None:
    return None if ground.kind == "class" else f"the owner is a {ground.kind}: it has no methods"


def no_interface(ground: Ground) -> str | None:
    if ground.concept.interface is None:
        return "the contract declares no interface"
    return _no_class(ground)


def _owner_line(ground: Ground) -> Edit:
    owner = ground.subject.owner
    assert owner is not None
    place = owner.site.place
    return Edit(path=place.path, line=place.line, suffix=MARK)


def partial_interfaces(ground: Ground) -> Iterator[Sample]:
    interface = ground.concept.interface
    if no_role(ground) is None and len(ground.telling) >= 3:
        for index in (-1, 0, 1):
            text = rival_class(ground, left_out=ground.telling[index])
            yield Sample(
                name="a rival lacks a method",
                alone="rival",
                texts={"main": text},
                also=frozenset({"rival"}),
            )
    owner = ground.subject.owner
    is_editable = owner is not None and owner.site.place.path in ground.texts
    if interface is not None and interface.methods and is_editable:
        yield Sample(
            name="the owner lacks what is declared",
            alone="rival",
            methods=("planted_never_defined",),
            edits=(_owner_line(ground),),
            also=frozenset({"rival"}),
        )


def whole_interfaces(ground: Ground) -> Iterator[Sample]:
    if no_role(ground) is None:
        yield Sample(
            name="a rival has every method",
            alone="rival",
            also=frozenset({"rival"}),
            texts={"main": rival_class(ground, mark="")},
        )
    yield Sample(
        name="a class of another role",
        texts={"main": "class PlantedThing:\n    def planted_one(self):\n        return [1]\n"},
    )


def compared_methods(ground: Ground) -> list[Definition]:
    """Methods of the interface that the owner has and whose signature is as it is written."""
    return [each for name in ground.telling if (each := ground.interface[name]) and is_plain(each)]


def no_pair(ground: Ground) -> str | None:
    if ground.kind == "function":
        owner = ground.subject.owner
        return None if owner and is_plain(owner) else "a decorator may change what the owner takes"
    found = _no_class(ground) or no_role(ground)
    if found is None and not compared_methods(ground):
        return "no method of the interface has a signature that is as it is written"
    return found


def _changed(ground: Ground, method: Definition, text: str, also: str = "") -> Sample:
    return Sample(
        name=f"a rival's method takes {also}" if also else "a rival's method",
        texts={"main": rival_class(ground, changed={method.name: text}, mark="")},
        alone="rival",
        also=frozenset({"rival"}),
    )


def mismatched_signatures(ground: Ground) -> Iterator[Sample]:
    owner = ground.subject.owner
    if ground.kind == "function" and owner is not None:
        text = function(owner, name=ground.name, taking=parameters(owner, more="planted"))
        yield Sample(
            name="one more parameter",
            alone="rival",
            also=frozenset({"rival", "homonym"}),
            texts={"main": text.replace(":\n", f":{_MARKED}\n", 1)},
        )
        return
    for method in compared_methods(ground)[:3]:
        taking = parameters(method, more="planted")
        text = function(method, indent="    ", taking=taking, mark=_MARKED)
        yield _changed(ground, method, text, "one more")
        needed = [e for e in method.parameters[1:] if e.kind == "positional" and not e.default]
        if needed and most(method) is not None:
            taking = parameters(method, dropped=1)
            text = function(method, indent="    ", taking=taking, mark=_MARKED)
            yield _changed(ground, method, text, "one less")


def same_signatures(ground: Ground) -> Iterator[Sample]:
    if ground.kind == "function":
        yield Sample(
            name="another function", texts={"main": "def planted(one):\n    return [one]\n"}
        )
        return
    same = frozenset({"rival", "partial-interface"})
    yield Sample(
        name="the very same",
        alone="rival",
        also=same,
        texts={"main": rival_class(ground, mark="")},
    )
    own = "    def planted_own(self, one, two, three):\n        return [one, two, three]\n"
    yield Sample(
        name="a method of its own",
        alone="rival",
        also=same,
        texts={"main": rival_class(ground, more=own, mark="")},
    )
    method = compared_methods(ground)[0]
    yield Sample(
        name="a method of another role",
        texts={
            "main": f"class PlantedThing:\n    def {method.name}(self, planted_a, planted_b, planted_c):\n"
            "        return [planted_a]\n"
        },
    )


def is_awaited(method: Definition) -> bool | None:
    """Whether what a method gives is awaited; None when that cannot be told."""
    if method.is_generator or method.body == "stub":
        return None
    if method.is_async:
        return True
    return {"coroutine": True, "plain": False}.get(method.gives)


def _known_to_wait(ground: Ground) -> list[Definition]:
    return [each for each in compared_methods(ground) if is_awaited(each) is not None]


def no_awaited_pair(ground: Ground) -> str | None:
    found = _no_class(ground) or no_pair(ground)
    if found is None and not _known_to_wait(ground):
        return "of no method of the interface can be told whether it is awaited"
    return found


def mismatched_asyncs(ground: Ground) -> Iterator[Sample]:
    for method in _known_to_wait(ground)[:4]:
        text = function(method, indent="    ", is_async=not is_awaited(method), mark=_MARKED)
        yield _changed(ground, method, text)


def same_asyncs(ground: Ground) -> Iterator[Sample]:
    also = frozenset({"rival", "partial-interface"})
    yield Sample(
        name="the very same",
        alone="rival",
        also=also,
        texts={"main": rival_class(ground, mark="")},
    )
    own = "    async def planted_own(self):\n        return [1]\n"
    yield Sample(
        name="an async method of its own",
        alone="rival",
        also=also,
        texts={"main": rival_class(ground, more=own, mark="")},
    )


def bounded_methods(ground: Ground) -> list[Definition]:
    """Public methods that take so many arguments and no more."""
    return [each for each in ground.callable_methods if most(each) is not None]


def no_call(ground: Ground) -> str | None:
    if ground.kind == "class":
        if bounded_methods(ground):
            return unreachable(ground)
        return "every method of the owner takes any number of arguments, or is decorated"
    owner = ground.subject.owner
    if owner is None or ground.kind != "function":
        return f"the owner is a {ground.kind}: nothing calls it"
    if not is_plain(owner) or most(owner, on_object=False) is None:
        return "the owner takes any number of arguments, or is decorated"
    return unreachable(ground)


def _calling(ground: Ground, call: str, *, mark: str = MARK, is_async: bool = False) -> str:
    """A function that calls a method of the owner that it is given."""
    head = "async def" if is_async else "def"
    return (
        f"{ground.take()}\n\n\n{head} planted(owned: {ground.name}, other=None):\n"
        f"    return {call}" + (f"  {mark}\n" if mark else "\n")
    )


def unbound_calls(ground: Ground) -> Iterator[Sample]:
    owner = ground.subject.owner
    if ground.kind == "function" and owner is not None:
        many = ", ".join(["1"] * ((most(owner, on_object=False) or 0) + 1))
        yield Sample(
            name="too many arguments",
            texts={"main": f"{ground.take()}\n\nprint({ground.name}({many}))  {MARK}\n"},
        )
        return
    for method in bounded_methods(ground)[:3]:
        many = ", ".join(["1"] * ((most(method) or 0) + 1))
        call = f"owned.{method.name}({many})"
        yield Sample(name="too many arguments", texts={"main": _calling(ground, call)})
        held = (
            f"{ground.take()}\n\n\nclass Planted:\n    def __init__(self, owned: {ground.name}):\n"
            f"        self._owned = owned\n\n    def planted_use(self):\n"
            f"        return self._{call}  {MARK}\n"
        )
        yield Sample(name="on an attribute", texts={"main": held})
        if not any(each.kind == "var-keyword" for each in method.parameters):
            given = ", ".join(filter(None, (fitting(method), "planted_unknown=1")))
            call = f"owned.{method.name}({given})"
            yield Sample(name="an unknown keyword", texts={"main": _calling(ground, call)})
        if fitting(method):
            call = f"owned.{method.name}()"
            yield Sample(name="too few arguments", texts={"main": _calling(ground, call)})


def bound_calls(ground: Ground) -> Iterator[Sample]:
    owner = ground.subject.owner
    if ground.kind == "function" and owner is not None:
        yield Sample(
            name="what it takes",
            texts={
                "main": f"{ground.take()}\n\nprint({ground.name}({fitting(owner, on_object=False)}))\n"
            },
        )
        return
    method = bounded_methods(ground)[0]
    many = ", ".join(["1"] * ((most(method) or 0) + 1))
    for kind, call in (
        ("what it takes", f"owned.{method.name}({fitting(method)})"),
        ("as many as there are", f"owned.{method.name}(*other, **other)"),
        ("on something else", f"other.{method.name}({many})"),
    ):
        yield Sample(name=kind, texts={"main": _calling(ground, call, mark="")})
    raises = (
        f"import pytest\n\n{ground.take()}\n\n\ndef planted(owned: {ground.name}):\n"
        f"    with pytest.raises(TypeError):\n        owned.{method.name}({many})\n"
    )
    yield Sample(
        name="where an error is expected",
        texts={"main": raises},
        also=frozenset({"unawaited-send"}),
    )
    again = (
        f"{ground.take()}\n\n\ndef planted(other):\n    owned = {ground.name}(*other, **other)\n"
        f"    owned = other.planted_thing()\n    return owned.{method.name}({many})\n"
    )
    yield Sample(
        name="a name that is given to something else",
        also=frozenset({"bypassed-factory"}),
        texts={"main": again},
    )


def _at_once(ground: Ground) -> list[Definition]:
    return [
        each
        for each in ground.callable_methods
        if is_awaited(each) is False or (each.gives == "unknown" and _says_plain(each))
    ]


def _says_plain(method: Definition) -> bool:
    return not method.is_async and method.body != "stub" and is_plain_type(method.returns)


def no_plain_method(ground: Ground) -> str | None:
    if ground.kind != "class":
        return _no_class(ground)
    if not _at_once(ground):
        return "of no method of the owner is it known that it gives its result at once"
    return unreachable(ground)


def awaited_syncs(ground: Ground) -> Iterator[Sample]:
    for method in _at_once(ground)[:4]:
        call = f"await owned.{method.name}({fitting(method)})"
        yield Sample(name="returned", texts={"main": _calling(ground, call, is_async=True)})
        text = (
            f"{ground.take()}\n\n\nclass Planted:\n    def __init__(self, owned: {ground.name}):\n"
            f"        self.owned = owned\n\n    async def planted_use(self):\n"
            f"        made = await self.owned.{method.name}({fitting(method)})  {MARK}\n"
            "        return made\n"
        )
        yield Sample(name="on an attribute", texts={"main": text})


def rightful_awaits(ground: Ground) -> Iterator[Sample]:
    method = _at_once(ground)[0]
    given = fitting(method)
    for kind, call in (
        ("called without await", f"owned.{method.name}({given})"),
        ("awaited on something else", f"await other.{method.name}({given})"),
    ):
        text = _calling(ground, call, mark="", is_async=True)
        yield Sample(name=kind, texts={"main": text})
    for each in ground.callable_methods:
        if each.is_async and not each.is_generator:
            call = f"await owned.{each.name}({fitting(each)})"
            text = _calling(ground, call, mark="", is_async=True)
            yield Sample(name="an async method", texts={"main": text})
            return
