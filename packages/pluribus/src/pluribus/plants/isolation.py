"""Plants of the rules about what keeps one user's state from another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pluribus.plants.ground import Ground
from pluribus.plants.imports import unreachable
from pluribus.plants.sample import MARK, Edit, Sample
from pluribus.rules.isolation.shared_state import copies_attributes
from pluribus.rules.kinship import is_abstract

_SHARED = frozenset({"shared-state"})


def no_body(ground: Ground) -> str | None:
    if ground.kind != "class":
        return f"the owner is a {ground.kind}: it has no instances"
    if not isinstance(ground.owner_node, ast.ClassDef):
        return "the owner's file cannot be edited safely"
    node = ground.owner_node
    if node.body[0].lineno == node.lineno:
        return "the owner's class has no body of its own lines"
    return None


def in_body(ground: Ground, text: str) -> Edit:
    """Put lines at the start of the owner's class, after its docstring; `text` is not indented."""
    node, owner = ground.owner_node, ground.subject.owner
    assert isinstance(node, ast.ClassDef)
    assert owner is not None
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    rest = node.body[1:] if is_docstring else node.body
    line = (first.end_lineno or first.lineno) + 1
    if rest:
        decorators = getattr(rest[0], "decorator_list", [])
        line = min([rest[0].lineno, *(each.lineno for each in decorators)])
    indent = " " * first.col_offset
    lines = "".join(f"{indent}{each}\n" if each else "\n" for each in text.splitlines())
    return Edit(path=owner.site.place.path, line=line, before=lines)


def shared_states(ground: Ground) -> Iterator[Sample]:
    owner = ground.subject.owner
    assert owner is not None
    through = [(f"{owner.qualname}.planted_kept", "through the class")]
    through += (
        []
        if copies_attributes(ground.owner_class)
        else [("self.planted_kept", "through an instance")]
    )
    for kept, way in through:
        for kind, empty, change in (
            ("a list that is added to", "[]", f"{kept}.append(given)"),
            ("a dict by a key of its own", "{}", f'{kept}["last"] = given'),
            ("a set that is added to", "set()", f"{kept}.add(given)"),
        ):
            text = (
                f"planted_kept = {empty}  {MARK}\n\n"
                f"def planted_change(self, given):\n    {change}\n\n"
            )
            yield Sample(
                name=f"{kind}, {way}",
                alone="owner",
                edits=(in_body(ground, text),),
                also=frozenset({"partial-interface"}),
            )
    text = f"def planted_default(self, given, kept=[]):  {MARK}\n    kept.append(given)\n    return kept\n\n"
    yield Sample(name="a default that is changed", alone="owner", edits=(in_body(ground, text),))


def own_states(ground: Ground) -> Iterator[Sample]:
    for kind, text in (
        (
            "a constant that is read",
            f"planted_kept = (1, 2)  {MARK}\n\ndef planted_read(self):\n    return self.planted_kept[0]\n\n",
        ),
        (
            "made anew for each",
            f"def planted_make(self):\n    self.planted_kept = []  {MARK}\n    self.planted_kept.append(1)  {MARK}\n\n",
        ),
        (
            "a list that is only read",
            f"planted_kept = [1]  {MARK}\n\ndef planted_read(self):\n    return list(self.planted_kept)\n\n",
        ),
        (
            "a local of the same name",
            f"def planted_local(self):\n    planted_kept = []  {MARK}\n    planted_kept.append(1)  {MARK}\n    return planted_kept\n\n",
        ),
    ):
        yield Sample(name=kind, alone="owner", edits=(in_body(ground, text),))


def _no_factory(ground: Ground) -> str | None:
    if not ground.concept.factories:
        return "the contract declares no factories"
    return unreachable(ground)


def no_context(ground: Ground) -> str | None:
    if ground.concept.context is None:
        return "the contract declares no context"
    return _no_factory(ground)


def no_class_factory(ground: Ground) -> str | None:
    if ground.kind != "class":
        return f"the owner is a {ground.kind}: factories give instances of a class"
    if ground.owner_class and is_abstract(ground.subject, ground.owner_class):
        return "the owner leaves its methods to others: a factory gives one of those"
    return _no_factory(ground)


def no_key(ground: Ground) -> str | None:
    context = ground.concept.context
    if context is not None and len(context.key) < 2:
        return "the contract's key has one part alone"
    return no_context(ground) or no_class_factory(ground)


def _made(name: str, text: str, also: frozenset[str] = frozenset()) -> Sample:
    every = also | {"shadowed-definition", "unbound-call"}
    return Sample(
        name=name, texts={"main": text}, factories=("PLANTED.main:planted_make",), also=every
    )


def blind_factories(ground: Ground) -> Iterator[Sample]:
    context = ground.concept.context
    assert context is not None
    given = context.parameter
    head = f"{ground.take()}\n\n\n"
    yield _made(
        "does not take it", f"{head}def planted_make():  {MARK}\n    return {ground.name}()\n"
    )
    yield _made(
        "takes and forgets it",
        f"{head}def planted_make({given}):  {MARK}\n    return {ground.name}()\n",
    )
    yield _made(
        "only says it",
        f"{head}def planted_make({given}):  {MARK}\n    print({given})\n    return {ground.name}()\n",
    )
    yield _made(
        "one for all",
        f"{head}_kept = None\n\n\ndef planted_make({given}=None):  {MARK}\n    global _kept\n"
        f"    if _kept is None:\n        _kept = {ground.name}()\n    return _kept\n",
        _SHARED,
    )
    yield _made(
        "takes something else",
        f"{head}def planted_make(planted_other):  {MARK}\n"
        f"    return {ground.name}(planted_other)\n",
    )


def seeing_factories(ground: Ground) -> Iterator[Sample]:
    context = ground.concept.context
    assert context is not None
    given = context.parameter
    head = f"{ground.take()}\n\n\n"
    yield _made(
        "hands it on", f"{head}def planted_make({given}):\n    return {ground.name}({given})\n"
    )
    yield _made(
        "hands a part on",
        f"{head}def planted_make({given}):\n    part = {given}.{context.key[0]}\n"
        f"    return {ground.name}(part)\n",
    )
    parts = ", ".join(each.rpartition(".")[2] for each in context.key)
    yield _made(
        "takes its parts", f"{head}def planted_make({parts}):\n    return {ground.name}({parts})\n"
    )
    yield _made(
        "takes anything",
        f"{head}def planted_make(*given, **named):\n    return {ground.name}(*given, **named)\n",
    )


def _given(ground: Ground) -> str:
    context = ground.concept.context
    return context.parameter if context else "planted_given"


def strange_factories(ground: Ground) -> Iterator[Sample]:
    given = _given(ground)
    other = "class PlantedThing:\n    def __init__(self, given):\n        self.given = given\n\n\n"
    yield _made(
        "another class",
        f"{other}def planted_make({given}):  {MARK}\n    return PlantedThing({given})\n",
    )
    yield _made(
        "another class, by a local",
        f"{other}def planted_make({given}):  {MARK}\n    made = PlantedThing({given})\n    return made\n",
    )
    yield _made(
        "another class at times",
        f"{ground.take()}\n\n\n{other}def planted_make({given}):  {MARK}\n    if {given}:\n"
        f"        return PlantedThing({given})\n    return {ground.name}({given})\n",
    )
    yield _made(
        "nothing at times",
        f"{ground.take()}\n\n\ndef planted_make({given}):  {MARK}\n    if not {given}:\n"
        f"        return None\n    return {ground.name}({given})\n",
    )
    yield _made(
        "a mock",
        "from unittest.mock import MagicMock\n\n\n"
        f"def planted_make({given}):  {MARK}\n    return MagicMock({given})\n",
    )


def rightful_factories(ground: Ground) -> Iterator[Sample]:
    given, head = _given(ground), f"{ground.take()}\n\n\n"
    yield _made(
        "the owner", f"{head}def planted_make({given}):\n    return {ground.name}({given})\n"
    )
    yield _made(
        "the owner, by a local",
        f"{head}def planted_make({given}):\n    made = {ground.name}({given})\n    return made\n",
    )
    yield _made(
        "a subclass",
        f"{head}class Planted({ground.name}):\n    pass\n\n\n"
        f"def planted_make({given}):\n    return Planted({given})\n",
    )


def partial_keys(ground: Ground) -> Iterator[Sample]:
    context = ground.concept.context
    assert context is not None
    given = context.parameter
    head = f"{ground.take()}\n\n_kept = {{}}\n\n\ndef planted_make({given}):\n"
    for part in context.key:
        key = f"{given}.{part}"
        yield _made(
            "one part alone",
            f"{head}    if {key} not in _kept:\n        _kept[{key}] = {ground.name}({given})  {MARK}\n"
            f"    return _kept[{key}]\n",
            _SHARED,
        )
        yield _made(
            "one part, by a local",
            f"{head}    key = {key}\n    made = {ground.name}({given})\n"
            f"    _kept[key] = made  {MARK}\n    return made\n",
            _SHARED,
        )


def whole_keys(ground: Ground) -> Iterator[Sample]:
    context = ground.concept.context
    assert context is not None
    given = context.parameter
    parts = ", ".join(f"{given}.{part}" for part in context.key)
    head = f"{ground.take()}\n\n_kept = {{}}\n\n\ndef planted_make({given}):\n"
    yield _made(
        "the whole key",
        f"{head}    key = ({parts})\n    if key not in _kept:\n"
        f"        _kept[key] = {ground.name}({given})\n    return _kept[key]\n",
    )
    yield _made(
        "the context itself",
        f"{head}    if {given} not in _kept:\n        _kept[{given}] = {ground.name}({given})\n"
        f"    return _kept[{given}]\n",
    )
    yield _made(
        "something else by one part",
        f"{head}    _kept[{given}.{context.key[0]}] = [{given}]\n    return {ground.name}({given})\n",
    )
