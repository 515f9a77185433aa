"""Plants of the rules about what names of the concept reach: its factory, strings, other objects,
nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.plants.ground import Ground
from pluribus.plants.imports import unreachable
from pluribus.plants.sample import MARK, Sample
from pluribus.rules.subject import is_inside

_DEF = "def planted(*given, **named):\n"


def no_factory(ground: Ground) -> str | None:
    if ground.kind != "class":
        return "the owner is no class: nothing constructs it"
    if not ground.concept.factories:
        return "the contract declares no factories"
    return unreachable(ground)


def constructions(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    made = f"{name}(*given, **named)"
    module = ground.way[0]
    for kind, text in (
        ("as an argument", f"{take}\n\n\n{_DEF}    print({made})  {MARK}\n"),
        ("in a local", f"{take}\n\n\n{_DEF}    made = {made}  {MARK}\n    print(made)\n"),
        (
            "under another name",
            f"{ground.take('Made')}\n\n\n{_DEF}    print(Made(*given, **named))  {MARK}\n",
        ),
        (
            "in a method",
            f"{take}\n\n\nclass Planted:\n    def make(self, *given, **named):\n"
            f"        self.kept = {made}  {MARK}\n",
        ),
        (
            "through the module",
            f"import {module} as home\n\n\n{_DEF}    print(home.{ground.way[1]}(*given, **named))  {MARK}\n",
        ),
        ("imported in a function", f"{_DEF}    {take}\n\n    return [{made}]  {MARK}\n"),
        (
            "in a comprehension",
            f"{take}\n\n\n{_DEF}    return [{name}(*each, **named) for each in given]  {MARK}\n",
        ),
    ):
        yield Sample(name=kind, texts={"main": text})


def rightful_uses(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    module, _, factory = ground.concept.factories[0].partition(":")
    for kind, text in (
        ("a test of its type", f"    return isinstance(given[0], {name})\n"),
        ("in an annotation", f"    kept: {name} = given[0]\n    return kept\n"),
        ("in an except and a message", f"    return f'no {name}()', {name}.__name__\n"),
    ):
        yield Sample(name=kind, texts={"main": f"{take}\n\n\n{_DEF}{text}"})
    if "." not in factory:
        yield Sample(
            name="the factory is called",
            texts={
                "main": f"from {module} import {factory}\n\n\n{_DEF}    return {factory}(*given, **named)\n"
            },
        )
    yield Sample(
        name="a subclass is constructed",
        texts={
            "main": f"{take}\n\n\nclass Planted({name}):\n    pass\n\n\n{_DEF}    return Planted(*given)\n"
        },
    )


def legacy_strings(ground: Ground) -> Iterator[Sample]:
    path = ground.concept.legacy_paths[0]
    text = f"{path}.{ground.name}"
    for kind, source in (
        (
            "mock.patch",
            f"from unittest import mock\n\nwith mock.patch('{text}'):  {MARK}\n    pass\n",
        ),
        (
            "patch as a decorator",
            f"from unittest.mock import patch\n\n\n@patch('{text}')  {MARK}\n{_DEF}    return given\n",
        ),
        (
            "monkeypatch.setattr",
            f"def planted(monkeypatch):\n    monkeypatch.setattr('{text}', None)  {MARK}\n",
        ),
        ("import_module", f"import importlib\n\nimportlib.import_module('{path}')  {MARK}\n"),
        (
            "import_module by its name",
            f"from importlib import import_module\n\n\n{_DEF}    return import_module('{path}')  {MARK}\n",
        ),
        (
            "import_module below a package",
            "from importlib import import_module\n\n"
            f"import_module('{_below(path)[0]}', '{_below(path)[1]}')  {MARK}\n",
        ),
        ("sys.modules", f"import sys\n\nsys.modules.pop('{path}', None)  {MARK}\n"),
        ("an item of sys.modules", f"import sys\n\nsys.modules['{path}'] = None  {MARK}\n"),
        ("__import__", f"old = __import__('{path}')  {MARK}\n"),
        (
            "find_spec",
            f"from importlib.util import find_spec\n\nprint(find_spec(name='{path}'))  {MARK}\n",
        ),
        (
            "patch.dict of sys.modules",
            "import sys\nfrom unittest import mock\n\n"
            f"with mock.patch.dict(sys.modules, {{'{path}': None}}):  {MARK}\n    pass\n",
        ),
    ):
        yield Sample(name=kind, texts={"main": source})


def _below(path: str) -> tuple[str, str]:
    """A module as it is named from the package that it is in, and that package."""
    package, _, name = path.rpartition(".")
    return (f".{name}", package) if package else (".", path)


def lookalikes_of_legacy_strings(ground: Ground) -> Iterator[Sample]:
    path = ground.concept.legacy_paths[0]
    text = f"{path}.{ground.name}"
    for kind, source in (
        ("a docstring and a comment", f'"""Use `{text}`."""\n\n# mock.patch("{text}")\n'),
        ("the name of a logger", f"import logging\n\nlogger = logging.getLogger('{path}')\n"),
        (
            "a path that begins like it",
            f"from unittest import mock\n\nwith mock.patch('{path}_planted.Thing'):\n    pass\n",
        ),
        ("a message", f"print('{path} is gone: import it from elsewhere')\n"),
        (
            "a path that ends like it",
            f"from unittest import mock\n\nwith mock.patch('planted.{text}'):\n    pass\n",
        ),
    ):
        yield Sample(name=kind, texts={"main": source})


def no_own_name(ground: Ground) -> str | None:
    if ground.kind == "module":
        return "the owner is a module: it has no name that others could take"
    return unreachable(ground)


def namesakes(ground: Ground) -> Iterator[Sample]:
    name = ground.subject.public_names[0]
    method = "    def planted_thing(self):\n        return [1]\n"
    yield Sample(name="another class", texts={"main": f"class {name}:  {MARK}\n{method}"})
    yield Sample(
        name="an alias of another class",
        texts={"main": f"class PlantedThing:\n{method}\n\n{name} = PlantedThing  {MARK}\n"},
    )
    yield Sample(
        name="imported under the name",
        texts={
            "other": f"class PlantedThing:\n{method}",
            "main": f"from PLANTED.other import PlantedThing as {name}  {MARK}\n\nprint({name})\n",
        },
    )
    yield Sample(
        name="a function",
        alone="rival",
        texts={
            "main": f"def {name}(planted_one, planted_two):  {MARK}\n    return [planted_one, planted_two]\n",
        },
    )
    yield Sample(name="a value", texts={"main": f"{name} = dict(planted=1)  {MARK}\n"})
    yield Sample(
        name="a class with slots",
        texts={"main": f"class {name}(object):  {MARK}\n    __slots__ = ()\n{method}"},
    )


def rightful_names(ground: Ground) -> Iterator[Sample]:
    name = ground.subject.public_names[0]
    take = ground.take(name)
    yield Sample(
        name="in a function",
        texts={"main": f"{_DEF}    class {name}:\n        pass\n\n    return {name}\n"},
    )
    yield Sample(
        name="nothing in its place",
        texts={
            "main": f"try:\n    {take}\nexcept ImportError:\n    {name} = None\n\nprint({name})\n"
        },
    )
    yield Sample(name="the owner itself", texts={"main": f"{take}\n\nprint({name})\n"})
    if ground.kind == "class":
        yield Sample(
            name="a subclass",
            texts={"main": f"{ground.take('Owned')}\n\n\nclass {name}(Owned):\n    pass\n"},
        )
    yield Sample(name="a longer name", texts={"main": f"class {name}Planted:\n    pass\n"})
    yield Sample(name="an attribute", texts={"main": f"class Planted:\n    {name} = 1\n"})


def open_names(ground: Ground) -> str | None:
    """Why nobody can say what the owner's module does not define."""
    module = ground.subject.codebase.module(ground.concept.owner_module)
    if module is None:
        return "the owner's module is a folder without `__init__.py`"
    if module.open_names or module.has_getattr:
        return "the owner's module may have names that its source does not show"
    return None


def dead_imports(ground: Ground) -> Iterator[Sample]:
    path, name = ground.concept.owner_module, "planted_gone"
    for kind, text in (
        ("a name", f"from {path} import {name}  {MARK}\n\nprint({name})\n"),
        ("a name under another", f"from {path} import {name} as gone  {MARK}\n\nprint(gone)\n"),
        ("in a function", f"{_DEF}    from {path} import {name}  {MARK}\n\n    return {name}\n"),
        ("a module below", f"from {path}.{name} import thing  {MARK}\n\nprint(thing)\n"),
        ("a module below, as a whole", f"import {path}.{name}  {MARK}\n"),
        (
            "in a try",
            f"try:\n    from {path} import {name}  {MARK}\nexcept ImportError:\n    {name} = None\n",
        ),
        ("in a class", f"class Planted:\n    from {path} import {name}  {MARK}\n"),
    ):
        yield Sample(name=kind, texts={"main": text})
    if ground.way[1] and ground.is_reachable:
        yield Sample(
            name="the owner, from where it is not",
            texts={
                "empty": "thing = 1\n",
                "main": f"from PLANTED.empty import {ground.subject.public_names[0]} as {ground.name}  {MARK}\n\nprint({ground.name})\n",
            },
        )


def live_imports(ground: Ground) -> Iterator[Sample]:
    if ground.is_reachable:
        yield Sample(
            name="what is there", texts={"main": f"{ground.take()}\n\nprint({ground.name})\n"}
        )
    path = ground.concept.owner_module
    yield Sample(
        name="text and a comment",
        texts={"main": f'"""from {path} import planted_gone"""\n\n# import {path}.planted_gone\n'},
    )
    yield Sample(
        name="a package from elsewhere",
        texts={
            "main": "try:\n    import planted_elsewhere\nexcept ImportError:\n    planted_elsewhere = None\n"
        },
    )
    yield Sample(
        name="a name that the module sets",
        texts={"other": f"import {path} as home\n\nglobals()['planted'] = home\n"},
    )
    if not is_inside(ground.package, path):
        yield Sample(
            name="another concept's missing name",
            texts={"other": "thing = 1\n", "main": "from PLANTED.other import planted_gone\n"},
        )
