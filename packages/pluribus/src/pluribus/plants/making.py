"""Plants of the rule about functions that make the owner beside its factories."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.plants.ground import Ground
from pluribus.plants.names import rightful_uses
from pluribus.plants.sample import MARK, Sample

_HEAD = f"def planted_make(*given, **named):  {MARK}\n"


def makers(ground: Ground) -> Iterator[Sample]:
    made = f"{ground.name}(*given, **named)"
    for kind, text in (
        ("returned", f"{_HEAD}    return {made}\n"),
        ("by a local", f"{_HEAD}    made = {made}\n    print(made)\n    return made\n"),
        ("yielded", f"{_HEAD}    yield {made}\n"),
        (
            "kept by key",
            f"_kept = {{}}\n\n\n{_HEAD}    if given not in _kept:\n        _kept[given] = {made}\n"
            "    return _kept[given]\n",
        ),
        (
            "one for all",
            f"_kept = None\n\n\n{_HEAD}    global _kept\n    if _kept is None:\n"
            f"        _kept = {made}\n    return _kept\n",
        ),
        (
            "by a static method",
            "class Planted:\n    @staticmethod\n"
            f"    def create(*given, **named):  {MARK}\n        return {made}\n",
        ),
    ):
        yield Sample(name=kind, texts={"main": f"{ground.take()}\n\n\n{text}"})


def no_makers(ground: Ground) -> Iterator[Sample]:
    yield from rightful_uses(ground)
    bypassed = frozenset({"bypassed-factory"})
    plain, made = "def planted_make(*given, **named):\n", f"{ground.name}(*given, **named)"
    for kind, text in (
        ("only used", f"    made = {made}\n    print(made)\n    return len(given)\n"),
        ("a part of it", f"    made = {made}\n    return made.planted_part\n"),
        ("a list of them", f"    return [{made}]\n"),
    ):
        main = f"{ground.take()}\n\n\n{plain}{text}"
        yield Sample(name=kind, texts={"main": main}, also=bypassed)
