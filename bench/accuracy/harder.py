"""Violations as people write them when they do not have a rule in mind: other spellings, longer
ways, halves. Some of them are known to be missed; the page says which."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pluribus.plants import MARK, Ground, Sample
from pluribus.plants.imports import relative
from pluribus.plants.interfaces import bounded_methods, compared_methods, is_awaited
from pluribus.plants.isolation import in_body
from pluribus.plants.spelling import fitting, function, most, rival_class
from pluribus.rules.sending import event_parameter

Samples = Callable[[Ground], Iterator[Sample]]
_HANDED_ON: Final = frozenset({"fragmented-path", "facade"})
_OLD: Final = frozenset(
    {
        "unresolved-import",
        "homonym",
        "bypassed-factory",
        "fragmented-path",
        "facade",
        "dual-import",
    }
)


def _texts(kinds: dict[str, str], also: frozenset[str] = frozenset()) -> Iterator[Sample]:
    for kind, text in kinds.items():
        yield Sample(name=kind, texts={"main": text}, also=also)


def _two_paths(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    first = f'{take}\n\n__all__ = ["{name}"]\n'
    facades = {"one": first, "two": f'from PLANTED.one import {name}\n\n__all__ = ["{name}"]\n'}
    for kind, text in {
        "through two facades": f"{take}\nfrom PLANTED.two import {name} as Again  {MARK}\n\nprint({name}, Again)\n",
        "on several lines": f"{take}\nfrom PLANTED.one import (\n    {name} as Again,  {MARK}\n)\n\nprint({name}, Again)\n",
        "in both arms": f"import sys\n\nif sys.argv:\n    {take}\nelse:\n    from PLANTED.one import {name}  {MARK}\n",
        "in a nested function": f"def planted():\n    def inner():\n        from PLANTED.one import {name}  {MARK}\n\n        return {name}\n\n    {take}\n\n    return inner, {name}\n",
    }.items():
        yield Sample(name=kind, texts={**facades, "main": text}, also=_HANDED_ON)
    yield Sample(
        name="two facades",
        texts={
            **facades,
            "main": f"from PLANTED.one import {name}  {MARK}\nfrom PLANTED.two import {name} as Again\n\nprint({name}, Again)\n",
        },
        also=_HANDED_ON,
    )


def _old_ways(ground: Ground) -> Iterator[Sample]:
    path, name = ground.concept.legacy_paths[0], ground.name
    parent, _, leaf = path.rpartition(".")
    kinds = {
        "on several lines": f"from {path} import (  {MARK}\n    {name} as Old,\n)\n\nprint(Old)\n",
        "beside other modules": f"import os, {path} as old  {MARK}\n\nprint(os, old)\n",
        "after a semicolon": f"import os; from {path} import {name}  {MARK}\n\nprint(os, {name})\n",
        "in a class": f"class Planted:\n    from {path} import {name}  {MARK}\n",
        "in an async function": f"async def planted():\n    from {path} import {name}  {MARK}\n\n    return {name}\n",
        "in an else": f"import sys\n\nif sys.argv:\n    {name} = None\nelse:\n    from {path} import {name}  {MARK}\n",
        "in a match": f"import sys\n\nmatch sys.argv:\n    case []:\n        from {path} import {name}  {MARK}\n    case _:\n        {name} = None\n",
        "in a with": f"import contextlib\n\nwith contextlib.suppress(ImportError):\n    from {path} import {name}  {MARK}\n",
        "in a nested function": f"def planted():\n    def inner():\n        import {path} as old  {MARK}\n\n        return old\n\n    return inner\n",
        "a name that is not there": f"from {path} import planted_other  {MARK}\n\nprint(planted_other)\n",
    }
    if near := relative(ground.package, parent):
        kinds["relative, from the package"] = (
            f"from {near} import {leaf}  {MARK}\n\nprint({leaf})\n"
        )
    yield from _texts(kinds, _OLD)


def _more_offers(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    yield from _texts(
        {
            "`__all__` that is added to": f'{take}  {MARK}\n\n__all__ = ["planted"]\n__all__ += ["{name}"]\n\nplanted = 1\n',
            "`__all__` that is extended": f'{take}  {MARK}\n\n__all__ = []\n__all__.extend(["{name}"])\n',
            "`__all__` of two lists": f'{take}  {MARK}\n\n__all__ = ["planted"] + ["{name}"]\n\nplanted = 1\n',
            "an annotated alias": f"import typing\n\n{take}\n\nPlantedAlias: typing.Any = {name}  {MARK}\n",
            "an alias under a condition": f"import sys\n\n{take}\n\nif sys.argv:\n    PlantedAlias = {name}  {MARK}\n",
            "imported and offered in a try": f'try:\n    {take}  {MARK}\nexcept ImportError:\n    pass\n\n__all__ = ["{name}"]\n',
            "an alias of an alias": f"{take}\n\nPlantedOne = {name}  {MARK}\nPlantedTwo = PlantedOne  {MARK}\n",
            "served by `__getattr__`": f'def __getattr__(name):\n    if name == "{name}":  {MARK}\n        {take}\n\n        return {name}\n    raise AttributeError(name)\n',
        },
        frozenset({"facade"}),
    )


def _hidden_constructions(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    made = "(*given, **named)"
    also = frozenset({"fragmented-path", "facade"})
    yield from _texts(
        {
            "by a local name for the class": f"{take}\n\n\ndef planted(*given, **named):\n    kind = {name}\n    return kind{made}  {MARK}\n",
            "by an attribute for the class": f"{take}\n\n\nclass Planted:\n    kind = {name}\n\n    def make(self, *given, **named):\n        return self.kind{made}  {MARK}\n",
            "in a default": f"{take}\n\n\ndef planted(kept=None):\n    return kept or [{name}]\n\n\nMADE = {name}(*[], **{{}})  {MARK}\n",
            "in a decorator's argument": f"import functools\n\n{take}\n\n\n@functools.partial(print, {name}(*[], **{{}}))  {MARK}\ndef planted():\n    return 1\n",
            "by a module alias": f"{take}\n\n_kind = {name}\n\n\ndef planted(*given, **named):\n    return _kind{made}  {MARK}\n",
            "on several lines": f"{take}\n\n\ndef planted(*given, **named):\n    return {name}(  {MARK}\n        *given,\n        **named,\n    )\n",
            "in a lambda": f"{take}\n\nplanted = lambda *given, **named: {name}{made}  {MARK}\n",
        },
        also,
    )


def _more_strings(ground: Ground) -> Iterator[Sample]:
    path = ground.concept.legacy_paths[0]
    half, _, leaf = path.rpartition(".")
    text = f"{path}.{ground.name}"
    yield from _texts(
        {
            "a keyword": f"from unittest import mock\n\nwith mock.patch(target='{text}'):  {MARK}\n    pass\n",
            "patch.multiple": f"from unittest import mock\n\nwith mock.patch.multiple('{path}', thing=None):  {MARK}\n    pass\n",
            "mocker": f"def planted(mocker):\n    mocker.patch('{text}')  {MARK}\n",
            "a constant that is patched": f"from unittest import mock\n\nTARGET = '{text}'  {MARK}\n\nwith mock.patch(TARGET):\n    pass\n",
            "resolve_name": f"import pkgutil\n\npkgutil.resolve_name('{path}:{ground.name}')  {MARK}\n",
            "an entry of a table": f"BACKENDS = {{'old': '{text}'}}  {MARK}\n",
            "in two halves": f"from unittest import mock\n\nwith mock.patch('{half}.' '{leaf}.{ground.name}'):  {MARK}\n    pass\n",
            "a raw string": f"from unittest import mock\n\nwith mock.patch(r'{text}'):  {MARK}\n    pass\n",
            "on the next line": f"from unittest import mock\n\nwith mock.patch(\n    '{text}',  {MARK}\n    new=None,\n):\n    pass\n",
            "formatted": f"from unittest import mock\n\nBASE = '{path}'  {MARK}\n\nwith mock.patch(f'{{BASE}}.thing'):\n    pass\n",
        }
    )


def _more_namesakes(ground: Ground) -> Iterator[Sample]:
    name = ground.subject.public_names[0]
    yield from _texts(
        {
            "under a condition": f"import sys\n\nif sys.argv:\n    class {name}:  {MARK}\n        def planted(self):\n            return [1]\n",
            "a named tuple": f"from collections import namedtuple\n\n{name} = namedtuple('{name}', ['planted'])  {MARK}\n",
            "a type alias": f"{name} = dict[str, int]  {MARK}\n",
            "a dataclass": f"from dataclasses import dataclass\n\n\n@dataclass\nclass {name}:  {MARK}\n    planted: int = 1\n",
            "an annotated value": f"{name}: int = 5  {MARK}\n",
            "made by `type`": f"{name} = type('{name}', (), {{'planted': 1}})  {MARK}\n",
        }
    )


def _more_dead(ground: Ground) -> Iterator[Sample]:
    path = ground.concept.owner_module
    near = relative(ground.package, f"{path}.x")
    kinds = {
        "one of several names": f"{ground.take()}\nfrom {path} import (\n    planted_gone,  {MARK}\n)\n\nprint({ground.name}, planted_gone)\n",
        "in an async function": f"async def planted():\n    from {path} import planted_gone  {MARK}\n\n    return planted_gone\n",
        "after a semicolon": f"import os; from {path} import planted_gone  {MARK}\n\nprint(os)\n",
        "in a module that is a script": f"if __name__ == '__main__':\n    from {path} import planted_gone  {MARK}\n\n    print(planted_gone)\n",
    }
    if near:
        kinds["relative"] = (
            f"from {near.rpartition('.')[0]} import planted_gone  {MARK}\n"
            if near.rpartition(".")[0].strip(".")
            else ""
        )
    yield from _texts({kind: text for kind, text in kinds.items() if text})


def _renamed(ground: Ground, count: int) -> str:
    """A copy of the class in which some of the methods go by other names."""
    changed = {}
    for name in ground.telling[:count]:
        has = ground.interface[name]
        if has is not None:
            changed[name] = function(has, name=f"{name}_planted", indent="    ")
    return rival_class(ground, changed=changed)


def _drifted(ground: Ground) -> Iterator[Sample]:
    if ground.kind != "class" or len(ground.telling) < 4:
        return
    also = frozenset({"partial-interface", "mismatched-signature", "mismatched-async"})
    third, half = len(ground.telling) // 3, len(ground.telling) // 2
    base = rival_class(ground, name="PlantedBase", mark="")
    whole = rival_class(ground)
    methods = [
        n for n in ground.telling if (has := ground.interface[n]) and len(has.parameters) > 1
    ]
    other = {}
    for name in methods[: len(methods) // 2]:
        has = ground.interface[name]
        if has is not None:
            other[name] = function(has, indent="    ", taking="self, planted_a, planted_b")
    for kind, text in {
        "a third of its methods renamed": _renamed(ground, third),
        "half of its methods renamed": _renamed(ground, half),
        "under a name of its own": rival_class(ground, name="PlantedQuagga"),
        "methods that a base brings": base
        + f"\n\nclass Planted{ground.name.removesuffix('Mixin')}(PlantedBase):  {MARK}\n    def planted(self):\n        return [1]\n",
        "half of its methods take other things": rival_class(ground, changed=other),
        "in a function": "def planted():\n"
        + "".join(f"    {line}\n" if line else "\n" for line in whole.splitlines())
        + f"\n    return Planted{ground.name.removesuffix('Mixin')}\n",
    }.items():
        extra = {"rival"} if kind == "methods that a base brings" else set()
        yield Sample(name=kind, texts={"main": text}, also=also | extra, alone="rival")


def _more_facades(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    also = frozenset(
        {"fragmented-path", "bypassed-factory", "unbound-call", "partial-interface", "rival"}
    )
    yield from _texts(
        {
            "with a docstring and a logger": f'"""Moved."""\n\nimport logging\n\n{take}  {MARK}\n\nlogger = logging.getLogger(__name__)\n\n__all__ = ["{name}"]\n',
            "in a try": f'try:\n    {take}  {MARK}\nexcept ImportError:\n    {name} = None\n\n__all__ = ["{name}"]\n',
        },
        also,
    )
    if ground.kind == "class":
        plain = [
            each
            for each in bounded_methods(ground)
            if not each.decorators and not each.is_generator
        ]
        head = f"{take}\n\n\nclass PlantedFront:  {MARK}\n    def __init__(self, owned: {name}):\n        self._owned = owned\n"
        body = "".join(
            f"\n    {'async ' if each.is_async else ''}def {each.name}(self, *given, **named):\n"
            f"        return {'await ' if each.is_async else ''}self._owned.{each.name}(*given, **named)\n"
            for each in plain
        )
        if plain:
            yield Sample(
                name="a class that is given the owner",
                texts={"main": head + body},
                also=also,
                alone="rival",
            )


def _more_constants(ground: Ground) -> Iterator[Sample]:
    words = ground.concept.events
    listed = ", ".join(f'"{word}"' for word in words)
    lines = "".join(f'    "{word}",\n' for word in words)
    other = {"other": f"PLANTED_OTHER = [{listed}]  {MARK}\n"}
    strings = "".join(f'    {word.upper()} = "{word}"\n' for word in words)
    for kind, text in {
        "on several lines": f"PLANTED_NAMES = [  {MARK}\n{lines}]\n",
        "annotated": f"PLANTED_NAMES: tuple[str, ...] = ({listed})  {MARK}\n",
        "in another order": f"PLANTED_NAMES = ({', '.join(reversed(listed.split(', ')))})  {MARK}\n",
        "a class of constants": f"class PlantedNames:  {MARK}\n{strings}",
        "a string enum": f"from enum import StrEnum\n\n\nclass PlantedNames(StrEnum):  {MARK}\n{strings}",
        "with one more": f'PLANTED_NAMES = [{listed}, "planted_more"]  {MARK}\n',
    }.items():
        yield Sample(name=kind, texts={"main": text, **other}, alone="events")


def _more_signatures(ground: Ground) -> Iterator[Sample]:
    if ground.kind != "class":
        return
    also = frozenset({"rival", "partial-interface"})
    for method in compared_methods(ground)[:2]:
        positional = [e.name for e in method.parameters if e.kind == "positional"]
        if (
            len(positional) < 2
            or len(positional) != len(method.parameters)
            or any(e.default for e in method.parameters)
        ):
            continue
        swapped = [positional[0], *positional[1:]]
        swapped[1] = f"{swapped[1]}_planted"
        for kind, taking in {
            "a parameter is renamed": ", ".join(swapped),
            "parameters by keyword alone": ", ".join([positional[0], "*", *positional[1:]]),
            "one keyword more": ", ".join([*positional, "*", "planted"]),
        }.items():
            text = function(method, indent="    ", taking=taking, mark=f"  {MARK}")
            yield Sample(
                name=kind,
                also=also,
                alone="rival",
                texts={"main": rival_class(ground, changed={method.name: text}, mark="")},
            )


def _receivers(ground: Ground, call: str, *, head: str = "def", wait: str = "") -> dict[str, str]:
    """Ways in which a function comes by the owner, and calls a method of it in a marked line."""
    name, take = ground.name, ground.take()
    module, _, factory = ground.concept.factories[0].partition(":")
    line = f"{wait}{{}}.{call}"
    return {
        "made by the factory": f"from {module} import {factory}\n\n\n{head} planted(given):\n    owned = {factory}(given)\n    made = {line.format('owned')}  {MARK}\n    return made\n",
        "made where it is called": f"from {module} import {factory}\n\n\n{head} planted(given):\n    made = {line.format(f'{factory}(given)')}  {MARK}\n    return made\n",
        "optional": f"{take}\n\n\n{head} planted(owned: {name} | None):\n    if owned is None:\n        return None\n    made = {line.format('owned')}  {MARK}\n    return made\n",
        "typing.Optional": f"from typing import Optional\n\n{take}\n\n\n{head} planted(owned: Optional[{name}] = None):\n    made = {line.format('owned')}  {MARK}\n    return made\n",
        "annotated in the class": f"{take}\n\n\nclass Planted:\n    owned: {name}\n\n    {head} use(self):\n        made = {line.format('self.owned')}  {MARK}\n        return made\n",
        "kept from a factory": f"from {module} import {factory}\n\n\nclass Planted:\n    def __init__(self, given):\n        self.owned = {factory}(given)\n\n    {head} use(self):\n        made = {line.format('self.owned')}  {MARK}\n        return made\n",
        "given by a function of its own": f"{take}\n\n\ndef give() -> {name}:\n    raise NotImplementedError\n\n\n{head} planted():\n    owned = give()\n    made = {line.format('owned')}  {MARK}\n    return made\n",
        "a module variable": f"from {module} import {factory}\n\nOWNED = {factory}(None)\n\n\n{head} planted():\n    made = {line.format('OWNED')}  {MARK}\n    return made\n",
        "a nested function": f"{take}\n\n\ndef planted(owned: {name}):\n    {head} inner():\n        made = {line.format('owned')}  {MARK}\n        return made\n\n    return inner\n",
        "an attribute of an attribute": f"{take}\n\n\nclass Held:\n    def __init__(self, owned: {name}):\n        self.owned = owned\n\n\nclass Planted:\n    def __init__(self, held: Held):\n        self.held = held\n\n    {head} use(self):\n        made = {line.format('self.held.owned')}  {MARK}\n        return made\n",
        "in a subclass": f"{take}\n\n\nclass Planted({name}):\n    {head} planted_use(self):\n        made = {line.format('self')}  {MARK}\n        return made\n",
        "an element of a list": f"{take}\n\n\n{head} planted(many: list[{name}]):\n    for owned in many:\n        made = {line.format('owned')}  {MARK}\n    return many\n",
        "by walrus": f"from {module} import {factory}\n\n\n{head} planted(given):\n    if owned := {factory}(given):\n        made = {line.format('owned')}  {MARK}\n        return made\n    return None\n",
        "a dataclass field": f"from dataclasses import dataclass\n\n{take}\n\n\n@dataclass\nclass Planted:\n    owned: {name}\n\n    {head} use(self):\n        made = {line.format('self.owned')}  {MARK}\n        return made\n",
    }


_SENT: Final = frozenset({"unawaited-send", "bypassed-factory"})


def _more_calls(ground: Ground) -> Iterator[Sample]:
    if ground.kind == "class" and ground.concept.factories and bounded_methods(ground):
        method = bounded_methods(ground)[0]
        call = f"{method.name}({', '.join(['1'] * ((most(method) or 0) + 1))})"
        yield from _texts(_receivers(ground, call), _SENT)


def _more_awaits(ground: Ground) -> Iterator[Sample]:
    plain = [each for each in ground.callable_methods if is_awaited(each) is False]
    if ground.kind == "class" and ground.concept.factories and plain:
        call = f"{plain[0].name}({fitting(plain[0])})"
        yield from _texts(_receivers(ground, call, head="async def", wait="await "), _SENT)


def _more_dropped(ground: Ground) -> Iterator[Sample]:
    waiting = [
        each
        for each in ground.callable_methods
        if each.is_async and not each.is_generator and not each.decorators
    ]
    if ground.kind == "class" and ground.concept.factories and waiting:
        call = f"{waiting[0].name}({fitting(waiting[0])})"
        kinds = _receivers(ground, call)
        yield from _texts(
            {
                kind: text.replace("made = ", "", 1).replace("return made\n", "return None\n")
                for kind, text in kinds.items()
            },
            _SENT,
        )


def _more_shared(ground: Ground) -> Iterator[Sample]:
    if ground.kind != "class" or not isinstance(ground.owner_node, ast.ClassDef):
        return
    owner = ground.subject.owner
    assert owner is not None
    kept = f"{owner.qualname}.planted_kept"
    for kind, empty, change in (
        ("a dict that is set by default", "{}", f'{kept}.setdefault("a", given)'),
        ("a dict that is updated", "{}", f"{kept}.update(a=given)"),
        ("a list that grows", "[]", f"{kept} += [given]"),
        ("a list that is extended", "list()", f"{kept}.extend([given])"),
        (
            "a default dict",
            "collections.defaultdict(list)",
            f'{kept}["a"].append(given)',
        ),
    ):
        text = (
            f"planted_kept = {empty}  {MARK}\n\ndef planted_change(self, given):\n    {change}\n\n"
        )
        yield Sample(
            name=kind,
            alone="owner",
            edits=(in_body(ground, text),),
            also=frozenset({"partial-interface"}),
        )
    text = f"planted_kept = []  {MARK}\n\n@classmethod\ndef planted_change(cls, given):\n    cls.planted_kept.append(given)\n\n"
    yield Sample(name="in a class method", alone="owner", edits=(in_body(ground, text),))
    text = f"planted_kept = []  {MARK}\n\ndef planted_change(self, given):\n    kept = self.planted_kept\n    kept.append(given)\n\n"
    yield Sample(name="by a local name", alone="owner", edits=(in_body(ground, text),))


def _made(name: str, text: str, also: frozenset[str] = frozenset()) -> Sample:
    every = also | {"shadowed-definition", "unbound-call"}
    return Sample(
        name=name, texts={"main": text}, factories=("PLANTED.main:planted_make",), also=every
    )


def _more_blind(ground: Ground) -> Iterator[Sample]:
    context = ground.concept.context
    if context is None or ground.kind != "class":
        return
    given, name, head = context.parameter, ground.name, f"{ground.take()}\n\n\n"
    for kind, text in {
        "only asks whether it is there": f"{head}def planted_make({given}):  {MARK}\n    if {given} is None:\n        raise ValueError({given})\n    return {name}()\n",
        "counts it": f"{head}SEEN = []\n\n\ndef planted_make({given}):  {MARK}\n    count = len(str({given}))\n    print(count)\n    return {name}()\n",
        "async": f"{head}async def planted_make({given}):  {MARK}\n    return {name}()\n",
        "keeps it in a local": f"{head}def planted_make({given}):  {MARK}\n    kept = {given}.user_id\n    del kept\n    return {name}()\n",
    }.items():
        yield _made(kind, text, frozenset({"shared-state"}))


def _more_partial(ground: Ground) -> Iterator[Sample]:
    context = ground.concept.context
    if context is None or ground.kind != "class":
        return
    given, name = context.parameter, ground.name
    key = f"{given}.{context.key[0]}"
    head = f"{ground.take()}\n\n_kept = {{}}\n\n\ndef planted_make({given}):\n"
    also = frozenset({"shared-state"})
    yield _made(
        "set by default",
        f"{head}    return _kept.setdefault({key}, {name}({given}))  {MARK}\n",
        also,
    )
    yield _made(
        "a text of it",
        f'{head}    key = f"user-{{{key}}}"\n    _kept[key] = {name}({given})  {MARK}\n    return _kept[key]\n',
        also,
    )
    yield _made(
        "as str",
        f"{head}    _kept[str({key})] = {name}({given})  {MARK}\n    return _kept[str({key})]\n",
        also,
    )
    yield _made(
        "looked up in a try",
        f"{head}    try:\n        return _kept[{key}]\n    except KeyError:\n        made = _kept[{key}] = {name}({given})  {MARK}\n        return made\n",
        also,
    )
    yield _made(
        "taken out first",
        f"{head}    user = {given}.user_id\n    if user not in _kept:\n        _kept[user] = {name}({given})  {MARK}\n    return _kept[user]\n",
        also,
    )


def _more_events(ground: Ground) -> Iterator[Sample]:
    sends = [each for each in ground.callable_methods if event_parameter(each) == "event_type"]
    if ground.kind != "class" or not sends or len(ground.concept.events) < 2:
        return
    method = sends[0]
    first, second = ground.concept.events[:2]
    head, wait = ("async def", "await ") if method.is_async else ("def", "")
    known = "".join(f'    {wait}owned.{method.name}("{each}")\n' for each in (first, second))
    start = f"{ground.take()}\n\n\n{{}}{head} planted(owned: {ground.name}, given=None):\n{known}"
    call = f"    {wait}owned.{method.name}({{}})"
    enum = 'class PlantedKind:\n    GONE = "planted_undeclared"\n\n\n'
    yield from _texts(
        {
            "a constant of a class": start.format(enum)
            + call.format("PlantedKind.GONE")
            + f"  {MARK}\n",
            "by position": start.format("") + call.format('"planted_undeclared"') + f"  {MARK}\n",
            "by a local": start.format("")
            + '    event = "planted_undeclared"\n'
            + call.format("event")
            + f"  {MARK}\n",
            "one of two": start.format("")
            + call.format(f'"{first}" if given else "planted_undeclared"')
            + f"  {MARK}\n",
            "with a payload": start.format("")
            + call.format('"planted_undeclared", {"a": 1}')
            + f"  {MARK}\n",
        }
    )


VIOLATIONS: Final[Sequence[tuple[str, Samples]]] = (
    ("dual-import", _two_paths),
    ("legacy-import", _old_ways),
    ("fragmented-path", _more_offers),
    ("bypassed-factory", _hidden_constructions),
    ("legacy-string", _more_strings),
    ("homonym", _more_namesakes),
    ("unresolved-import", _more_dead),
    ("rival", _drifted),
    ("facade", _more_facades),
    ("scattered-constant", _more_constants),
    ("mismatched-signature", _more_signatures),
    ("unbound-call", _more_calls),
    ("awaited-sync", _more_awaits),
    ("unawaited-send", _more_dropped),
    ("shared-state", _more_shared),
    ("context-blind-factory", _more_blind),
    ("partial-key", _more_partial),
    ("unknown-event", _more_events),
)
"""The rule that must report each, and what makes them."""
