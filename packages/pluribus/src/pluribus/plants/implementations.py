"""Plants of the rules about who else plays the concept's role."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Definition
from pluribus.plants.ground import Ground
from pluribus.plants.sample import MARK, Edit, Sample
from pluribus.plants.spelling import BODY, function, is_static, rival_class
from pluribus.rules.role import GENERIC_METHODS, shared_words
from pluribus.rules.vocabulary import LEAST, owned_sets

WORK = "    " + BODY.format(indent="    ", gives="return")


def no_role(ground: Ground) -> str | None:
    """Why no class could be told to play the owner's role."""
    if ground.kind == "class":
        return _no_class_role(ground)
    if ground.kind == "function":
        return None
    if ground.kind == "module" and len(own_functions(ground)) >= max(
        ground.concept.rivals.shared_methods, 2
    ):
        return None
    return "the owner has too few functions of telling names"


def _no_class_role(ground: Ground) -> str | None:
    least = max(2, ground.concept.rivals.shared_methods)
    if len(ground.telling) < least:
        return f"the interface has fewer than {least} telling methods that the owner has"
    has_words = shared_words(ground.name, f"Planted{ground.name.removesuffix('Mixin')}")
    share = len(ground.telling) / len(ground.interface)
    if not has_words and (len(ground.telling) < 3 or share < 0.4):
        return "neither the owner's name nor its interface tells one role from another"
    if len(ground.telling) < 4 and share < 0.2:
        return "too little of the interface is telling"
    return None


def own_functions(ground: Ground) -> list[str]:
    module = ground.subject.codebase.module(ground.concept.owner_module)
    return [
        own.name
        for own in (module.own if module else ())
        if own.kind == "function" and own.name[0] != "_" and own.name not in GENERIC_METHODS
    ]


def _copied_functions(ground: Ground, names: list[str]) -> str:
    codebase = ground.subject.codebase
    home = ground.concept.owner_module
    found = [each for each in codebase.functions(names=names) if each.site.module == home]
    parts = [function(each) for each in found]
    parts[0] = parts[0].replace(":\n", f":  {MARK}\n", 1)
    return "\n\n".join(parts)


def rivals(ground: Ground) -> Iterator[Sample]:
    owner = ground.subject.owner
    if ground.kind == "class":
        own = "    def planted_more(self):\n        return [1]\n"
        for kind, text in (
            ("all of its methods", rival_class(ground)),
            ("and one of its own", rival_class(ground, more=own)),
            (
                "the name in front",
                rival_class(ground, name=f"{ground.name.removesuffix('Mixin')}Planted"),
            ),
            ("with a plain base", rival_class(ground, bases="(object)")),
        ):
            yield Sample(name=kind, texts={"main": text}, alone="rival")
        if len(ground.telling) >= 4:
            text = rival_class(ground, left_out=ground.telling[0])
            also = frozenset({"partial-interface"})
            yield Sample(
                name="all methods but one", texts={"main": text}, alone="rival", also=also
            )
    elif owner is not None:
        also = frozenset({"homonym"})
        text = function(owner, name=ground.name).replace(":\n", f":  {MARK}\n", 1)
        yield Sample(name="the function again", texts={"main": text}, also=also, alone="rival")
    else:
        text = _copied_functions(ground, own_functions(ground))
        yield Sample(name="its functions again", texts={"main": text}, alone="rival")


def no_rivals(ground: Ground) -> Iterator[Sample]:
    if ground.kind != "class":
        yield Sample(
            name="another function", texts={"main": f"def planted_thing(planted_one):\n{WORK}"}
        )
        return
    if ground.is_reachable:
        yield Sample(
            name="a subclass",
            alone="rival",
            texts={
                "main": f"{ground.take()}\n\n\n"
                + rival_class(ground, bases=f"({ground.name})", mark="")
            },
        )
    yield Sample(
        name="a test double",
        alone="rival",
        texts={"main": rival_class(ground, name=f"Fake{ground.name}", mark="")},
    )
    methods = "".join(
        f"    def planted_{i}(self, planted):\n        return [planted]\n" for i in range(3)
    )
    yield Sample(name="another role", texts={"main": f"class Planted{ground.name}:\n{methods}"})
    yield Sample(
        name="a protocol",
        alone="rival",
        texts={
            "main": f"from typing import Protocol\n\n\nclass Planted{ground.name}(Protocol):\n"
            + "".join(f"    def {name}(self): ...\n" for name in ground.interface)
        },
    )
    yield Sample(
        name="one of its methods",
        alone="rival",
        texts={
            "main": f"class PlantedThing:\n    def {ground.telling[0]}(self):\n        return [1]\n"
        },
    )


def forwards(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    path = frozenset({"fragmented-path"})
    if ground.kind == "function" and ground.subject.owner is not None:
        yield Sample(
            name="a function",
            also=path,
            texts={
                "main": f"{take}\n\n\ndef planted_forward(*given, **named):  {MARK}\n"
                f"    return {name}(*given, **named)\n"
            },
        )
    yield Sample(
        name="a module", also=path, texts={"main": f'{take}  {MARK}\n\n__all__ = ["{name}"]\n'}
    )
    if ground.way[1]:
        aliases = f"{ground.take('_owned')}  {MARK}\n\n{name}Planted = _owned\n"
        yield Sample(name="a module of aliases", also=path, texts={"main": aliases})
        yield Sample(
            name="a module that warns",
            also=path,
            texts={
                "main": f'import warnings\n\n{take}  {MARK}\n\nwarnings.warn("gone", DeprecationWarning)\n'
                f'__all__ = ["{name}"]\n'
            },
        )
    if ground.kind == "class":
        head = f"{take}\n\n\nclass PlantedFront:  {MARK}\n    def __init__(self, *given, **named):\n        self._owned = {name}(*given, **named)\n"
        made = frozenset({"bypassed-factory", "unbound-call", "partial-interface"})
        plain = [
            each
            for each in ground.callable_methods
            if not is_static(each) and not each.decorators and not each.is_generator
        ]
        if plain:
            passed = "".join(_passed_on(each) for each in plain)
            yield Sample(name="a class", also=made, alone="rival", texts={"main": head + passed})
        yield Sample(
            name="a class that passes everything on",
            also=made,
            texts={
                "main": head
                + "\n    def __getattr__(self, name):\n        return getattr(self._owned, name)\n"
            },
        )


def _passed_on(method: Definition) -> str:
    given = ", ".join(each.name for each in method.parameters[1:] if each.kind.startswith("pos"))
    head = "async def" if method.is_async else "def"
    awaited = "await " if method.is_async else ""
    taken = f"self, {given}" if given else "self"
    return f"\n    {head} {method.name}({taken}):\n        return {awaited}self._owned.{method.name}({given})\n"


def no_forwards(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    yield Sample(
        name="a module with work of its own",
        texts={
            "main": f"{take}\n\n\ndef planted_own(given):\n    kept = [given, {name}]\n    return kept\n"
        },
    )
    yield Sample(
        name="a script that imports it",
        texts={
            "main": f"import sys\n\n{take}\n\nif __name__ == '__main__':\n    sys.exit({name} is None)\n"
        },
    )
    if ground.kind == "class":
        yield Sample(
            name="a class with work of its own",
            also=frozenset({"bypassed-factory"}),
            texts={
                "main": f"{take}\n\n\nclass PlantedUser:\n    def __init__(self, *given, **named):\n"
                f"        self._owned = {name}(*given, **named)\n        self.count = 0\n\n"
                "    def planted_count(self):\n        self.count += 1\n        return self.count\n"
            },
        )
        yield Sample(
            name="a subclass",
            texts={"main": f"{take}\n\n\nclass Planted{name}({name}):\n    pass\n"},
        )


def not_shadowable(ground: Ground) -> str | None:
    if ground.kind not in ("class", "function"):
        return (
            f"the owner is a {ground.kind}: only classes and functions are hidden by a later one"
        )
    node = ground.owner_node
    if node is None:
        return "the owner's file cannot be edited safely"
    owner = ground.subject.owner
    if owner is not None and ground.kind == "function" and owner.decorators:
        return "what decorates the owner may join several definitions"
    return None


def _before_owner(ground: Ground) -> tuple[str, int, str]:
    """Path, first line of the owner with its decorators, and how far it is indented."""
    node, owner = ground.owner_node, ground.subject.owner
    assert node is not None
    assert owner is not None
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return owner.site.place.path, first, " " * node.col_offset


def shadowed(ground: Ground) -> Iterator[Sample]:
    path, first, indent = _before_owner(ground)
    owner = ground.subject.owner
    assert owner is not None
    line = owner.site.place.line
    marked = Edit(path=path, line=line, suffix=MARK)
    plain = f"{indent}class {owner.name}:\n{indent}    planted = 1\n\n\n"
    called = f"{indent}def {owner.name}(*planted):\n{indent}    return [planted]\n\n\n"
    ways = (("a class before it", plain), ("a function before it", called))
    for kind, before in ways if ground.kind == "class" else ways[::-1]:
        edit = Edit(path=path, line=first, before=before)
        yield Sample(name=kind, edits=(edit, marked), alone="owner")


def not_shadowed(ground: Ground) -> Iterator[Sample]:
    path, first, indent = _before_owner(ground)
    owner = ground.subject.owner
    assert owner is not None
    inner = (
        f"{indent}class PlantedScope:\n{indent}    class {owner.name}:\n"
        f"{indent}        planted = 1  {MARK}\n\n\n"
    )
    yield Sample(
        name="in another scope", edits=(Edit(path=path, line=first, before=inner),), alone="owner"
    )
    inner = (
        f"{indent}def planted_scope():\n{indent}    def {owner.name}():\n"
        f"{indent}        return 1  {MARK}\n\n{indent}    return {owner.name}\n\n\n"
    )
    yield Sample(
        name="in a function", edits=(Edit(path=path, line=first, before=inner),), alone="owner"
    )


def no_vocabulary(ground: Ground) -> str | None:
    if len(ground.concept.events) >= LEAST or owned_sets(ground.subject):
        return None
    return f"the contract declares fewer than {LEAST} events, and the owner's module has no set of names"


def _words(ground: Ground) -> tuple[str, ...]:
    events = ground.concept.events
    return events if len(events) >= LEAST else owned_sets(ground.subject)[0].words


def scattered(ground: Ground) -> Iterator[Sample]:
    words = _words(ground)
    listed = ", ".join(f'"{word}"' for word in words)
    other = {"other": f"PLANTED_OTHER = [{listed}]  {MARK}\n"}
    for kind, text in (
        ("a list", f"PLANTED_NAMES = [{listed}]  {MARK}\n"),
        ("a tuple", f"PLANTED_NAMES = ({listed})  {MARK}\n"),
        ("a set", f"PLANTED_NAMES = {{{listed}}}  {MARK}\n"),
        ("a frozen set", f"PLANTED_NAMES = frozenset(({listed}))  {MARK}\n"),
        ("in a class", f"class Planted:\n    planted_names = [{listed}]  {MARK}\n"),
    ):
        yield Sample(name=kind, texts={"main": text, **other}, alone="events")
    attributes = "".join(f'    NAME_{i} = "{word}"\n' for i, word in enumerate(words))
    yield Sample(
        name="an enum",
        alone="events",
        texts={
            "main": f"from enum import Enum\n\n\nclass PlantedNames(Enum):  {MARK}\n{attributes}",
            **other,
        },
    )


def not_scattered(ground: Ground) -> Iterator[Sample]:
    words = _words(ground)
    some = ", ".join(f'"{word}"' for word in words[1:])
    yield Sample(
        name="all but one", texts={"main": f"PLANTED_NAMES = [{some}, 'planted_other']\n"}
    )
    text = " ".join(words)
    yield Sample(name="in a text", texts={"main": f'"""{text}"""\n\n# {text}\nprint("{text}")\n'})
    apart = "".join(f'PLANTED_{i} = "{word}"\n' for i, word in enumerate(words))
    yield Sample(name="each on its own", texts={"main": apart})
