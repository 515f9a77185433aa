"""Plants of the rules about the paths by which a concept is reached."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.plants.ground import Ground
from pluribus.plants.sample import MARK, Sample

_HANDED_ON = frozenset({"fragmented-path", "facade"})
_DEF = "def planted():\n"


def unreachable(ground: Ground) -> str | None:
    """Why no import statement can name the owner."""
    return None if ground.is_reachable else "the owner is not at the top level of its module"


def _facade(ground: Ground) -> str:
    return f'{ground.take()}\n\n__all__ = ["{ground.name}"]\n'


def dual_imports(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    again = f"from PLANTED.facade import {name} as Again  {MARK}\n"
    for kind, text in (
        ("a facade beside the owner's module", f"{take}\n{again}\nprint({name}, Again)\n"),
        ("in a function", f"{take}\n\n\n{_DEF}    {again}    return {name}, Again\n"),
        ("in a class", f"{take}\n\n\nclass Planted:\n    {again}    made = {name}\n"),
        ("in a handler", f"try:\n    {take}\nexcept ImportError:\n    {again}"),
        (
            "for type checkers",
            f"from typing import TYPE_CHECKING\n\n{take}\n\nif TYPE_CHECKING:\n    {again}\nprint({name})\n",
        ),
        ("a star", f"{take}\nfrom PLANTED.facade import *  {MARK}\n\nprint({name})\n"),
    ):
        yield Sample(name=kind, texts={"facade": _facade(ground), "main": text}, also=_HANDED_ON)
    alias = f"{take}\n\nPlantedOld = {name}\n"
    yield Sample(
        name="another name of the owner",
        texts={
            "alias": alias,
            "main": f"{take}\nfrom PLANTED.alias import PlantedOld  {MARK}\n\n"
            f"print({name}, PlantedOld)\n",
        },
        also=_HANDED_ON,
    )


def single_imports(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    yield Sample(
        name="twice through one module",
        texts={"main": f"{take}\n{ground.take('Again')}\n\nprint({name}, Again)\n"},
    )
    own = f"{take}\n\n\ndef planted_own():\n    return [{name}]\n"
    yield Sample(
        name="something else of a module that uses the owner",
        texts={
            "other": own,
            "main": f"{take}\nfrom PLANTED.other import planted_own\n\nprint({name}, planted_own)\n",
        },
    )
    text = f'"""Once was: from PLANTED.facade import {name}"""\n\n# from PLANTED.facade import {name}\n'
    yield Sample(
        name="text and a comment",
        texts={"facade": _facade(ground), "main": f"{text}{take}\n\nprint({name})\n"},
        also=_HANDED_ON,
    )


def no_legacy_paths(ground: Ground) -> str | None:
    return None if ground.concept.legacy_paths else "the contract declares no legacy-paths"


def _legacy(ground: Ground) -> tuple[str, str]:
    """A legacy path, and a name to be had from it."""
    path = ground.concept.legacy_paths[0]
    names = [each.name for each in ground.subject.offers if each.site.module == path]
    module = ground.subject.codebase.module(path)
    names += [own.name for own in module.own] if module else []
    return path, next((each for each in names if not each.startswith("_")), ground.name)


def relative(package: str, path: str) -> str | None:
    """A dotted path as a module of `package` would spell it; None when the two share nothing."""
    ours, theirs = package.split("."), path.split(".")
    shared = 0
    while shared < min(len(ours), len(theirs) - 1) and ours[shared] == theirs[shared]:
        shared += 1
    if not package or not shared:
        return None
    return "." * (len(ours) - shared + 1) + ".".join(theirs[shared:])


def legacy_imports(ground: Ground) -> Iterator[Sample]:
    path, name = _legacy(ground)
    parent, _, leaf = path.rpartition(".")
    taken = f"from {path} import {name}"
    near = relative(ground.package, path)
    spellings = {
        "a name": f"{taken}  {MARK}\n\nprint({name})\n",
        "a name under another": f"{taken} as Old  {MARK}\n\nprint(Old)\n",
        "the module under a name": f"import {path} as old  {MARK}\n\nprint(old)\n",
        "the module, dotted": f"import {path}  {MARK}\n\nprint({path}.{name})\n",
        "in a function": f"{_DEF}    {taken}  {MARK}\n    return {name}\n",
        "in a try": f"try:\n    {taken}  {MARK}\nexcept ImportError:\n    {name} = None\n",
        "for type checkers": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        f"    {taken}  {MARK}\n\n\ndef planted(given: '{name}'):\n    return given\n",
        "a star": f"from {path} import *  {MARK}\n",
    }
    if parent:
        spellings["from the package"] = f"from {parent} import {leaf}  {MARK}\n\nprint({leaf})\n"
    if near:
        spellings["relative"] = f"from {near} import {name}  {MARK}\n\nprint({name})\n"
    also = frozenset(
        {"unresolved-import", "homonym", "bypassed-factory", "fragmented-path", "facade"}
    )
    for kind, text in spellings.items():
        yield Sample(name=kind, texts={"main": text}, also=also)


def lookalikes_of_legacy_imports(ground: Ground) -> Iterator[Sample]:
    path, name = _legacy(ground)
    yield Sample(
        name="text and a comment",
        texts={
            "main": f'"""from {path} import {name}"""\n\n# import {path}\n'
            f"print('from {path} import {name}')\n"
        },
    )
    yield Sample(
        name="a module whose name begins like the legacy one",
        texts={
            "main": f"try:\n    import {path}_planted as more\nexcept ImportError:\n    more = None\n"
        },
        also=frozenset({"unresolved-import"}),
    )
    yield Sample(
        name="a path of the same end",
        texts={
            "main": f"from PLANTED.other import {path.rpartition('.')[2]}\n",
            "other": f"{path.rpartition('.')[2]} = 1\n",
        },
        also=frozenset({"homonym"}),
    )


def more_paths(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    facade = frozenset({"facade"})
    yield Sample(
        name="`__all__` lists it",
        also=facade,
        texts={"main": f'{take}  {MARK}\n\n__all__ = ["{name}"]\n'},
    )
    yield Sample(
        name="an alias", also=facade, texts={"main": f"{take}\n\nPlantedAlias = {name}  {MARK}\n"}
    )
    yield Sample(
        name="others import it from here",
        also=facade,
        texts={
            "main": f"{take}  {MARK}\n\nprint({name})\n",
            "user": f"from PLANTED.main import {name}\n\nprint({name})\n",
        },
    )
    yield Sample(
        name="a star hands it on",
        also=facade,
        texts={
            "facade": f'{take}  {MARK}\n\n__all__ = ["{name}"]\n',
            "main": f"from PLANTED.facade import *  {MARK}\n",
            "user": f"from PLANTED.main import {name}\n\nprint({name})\n",
        },
    )
    module, owned = ground.way
    if owned and not owned.startswith("_"):
        yield Sample(
            name="under its own name",
            also=facade,
            texts={"main": f"from {module} import {owned} as {owned}  {MARK}\n"},
        )
        yield Sample(
            name="an attribute of the module",
            also=facade,
            texts={
                "main": f"import {module} as planted_module\n\n"
                f"PlantedAlias = planted_module.{owned}  {MARK}\n"
            },
        )


def uses_alone(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    yield Sample(name="only used here", texts={"main": f"{take}\n\n\n{_DEF}    return [{name}]\n"})
    yield Sample(
        name="a private alias", texts={"main": f"{take}\n\n_planted = {name}\nprint(_planted)\n"}
    )
    yield Sample(
        name="for type checkers alone",
        texts={
            "main": f"from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    {take}\n\n\n"
            f"def planted(given: '{name}'):\n    return given\n"
        },
    )
    yield Sample(
        name="in a function",
        texts={"main": f"{_DEF}    {take}\n    Alias = {name}\n    return Alias\n"},
    )
