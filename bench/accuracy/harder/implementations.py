"""Rivals, facades and sets of names that have drifted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bench.accuracy.harder.texts import Samples, texts
from pluribus.plants import MARK, Ground, Sample
from pluribus.plants.interfaces import bounded_methods
from pluribus.plants.spelling import function, rival_class


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
    yield from texts(
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


VIOLATIONS: Final[Sequence[tuple[str, Samples]]] = (
    ("rival", _drifted),
    ("facade", _more_facades),
    ("scattered-constant", _more_constants),
)
"""The rule that must report each, and what makes them."""
