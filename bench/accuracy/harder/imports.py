"""The paths by which a concept is reached, spelled otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bench.accuracy.harder.texts import Samples, texts
from pluribus.plants import MARK, Ground, Sample
from pluribus.plants.imports import relative

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
    yield from texts(kinds, _OLD)


def _more_offers(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    yield from texts(
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
    yield from texts(
        {
            "by a local name for the class": f"{take}\n\n\ndef planted(*given, **named):\n    kind = {name}\n    print(kind{made})  {MARK}\n",
            "by an attribute for the class": f"{take}\n\n\nclass Planted:\n    kind = {name}\n\n    def make(self, *given, **named):\n        self.made = self.kind{made}  {MARK}\n",
            "in a default": f"{take}\n\n\ndef planted(kept=None):\n    return kept or [{name}]\n\n\nMADE = {name}(*[], **{{}})  {MARK}\n",
            "in a decorator's argument": f"import functools\n\n{take}\n\n\n@functools.partial(print, {name}(*[], **{{}}))  {MARK}\ndef planted():\n    return 1\n",
            "by a module alias": f"{take}\n\n_kind = {name}\n\n\ndef planted(*given, **named):\n    print(_kind{made})  {MARK}\n",
            "on several lines": f"{take}\n\n\ndef planted(*given, **named):\n    made = {name}(  {MARK}\n        *given,\n        **named,\n    )\n    print(made)\n",
            "in a lambda": f"{take}\n\nplanted = lambda *given, **named: {name}{made}  {MARK}\n",
        },
        also,
    )


def _more_strings(ground: Ground) -> Iterator[Sample]:
    path = ground.concept.legacy_paths[0]
    half, _, leaf = path.rpartition(".")
    text = f"{path}.{ground.name}"
    yield from texts(
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
    yield from texts(
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
    yield from texts({kind: text for kind, text in kinds.items() if text})


VIOLATIONS: Final[Sequence[tuple[str, Samples]]] = (
    ("dual-import", _two_paths),
    ("legacy-import", _old_ways),
    ("fragmented-path", _more_offers),
    ("bypassed-factory", _hidden_constructions),
    ("legacy-string", _more_strings),
    ("homonym", _more_namesakes),
    ("unresolved-import", _more_dead),
)
"""The rule that must report each, and what makes them."""
