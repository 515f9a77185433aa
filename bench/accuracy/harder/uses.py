"""Calls, state and events that are reached by longer ways."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from bench.accuracy.harder.texts import Samples, texts
from pluribus.plants import MARK, Ground, Sample
from pluribus.plants.interfaces import bounded_methods, compared_methods, is_awaited
from pluribus.plants.isolation import in_body
from pluribus.plants.spelling import fitting, function, most, rival_class
from pluribus.rules.sending import event_parameter


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
        yield from texts(_receivers(ground, call), _SENT)


def _more_awaits(ground: Ground) -> Iterator[Sample]:
    plain = [each for each in ground.callable_methods if is_awaited(each) is False]
    if ground.kind == "class" and ground.concept.factories and plain:
        call = f"{plain[0].name}({fitting(plain[0])})"
        yield from texts(_receivers(ground, call, head="async def", wait="await "), _SENT)


def _more_dropped(ground: Ground) -> Iterator[Sample]:
    waiting = [
        each
        for each in ground.callable_methods
        if each.is_async and not each.is_generator and not each.decorators
    ]
    if ground.kind == "class" and ground.concept.factories and waiting:
        call = f"{waiting[0].name}({fitting(waiting[0])})"
        kinds = _receivers(ground, call)
        yield from texts(
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


def _more_makers(ground: Ground) -> Iterator[Sample]:
    name, take = ground.name, ground.take()
    head, made = f"def planted(*given, **named):  {MARK}\n", "(*given, **named)"
    yield from texts(
        {
            "by a local name for the class": f"{take}\n\n\n{head}    kind = {name}\n    return kind{made}\n",
            "by an attribute for the class": f"{take}\n\n\nclass Planted:\n    kind = {name}\n\n    def make(self, *given, **named):  {MARK}\n        return self.kind{made}\n",
            "by a module alias": f"{take}\n\n_kind = {name}\n\n\n{head}    return _kind{made}\n",
            "on several lines": f"{take}\n\n\n{head}    return {name}(\n        *given,\n        **named,\n    )\n",
            "async": f"{take}\n\n\nasync {head}    return {name}{made}\n",
            "where none is given": f"{take}\n\n\ndef planted(kept=None, *given, **named):  {MARK}\n    return kept or {name}{made}\n",
            "in one branch": f"{take}\n\n\n{head}    if given:\n        return None\n    return {name}{made}\n",
        },
        frozenset({"fragmented-path", "facade", "bypassed-factory"}),
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
    yield from texts(
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
    ("mismatched-signature", _more_signatures),
    ("unbound-call", _more_calls),
    ("awaited-sync", _more_awaits),
    ("unawaited-send", _more_dropped),
    ("rival-factory", _more_makers),
    ("shared-state", _more_shared),
    ("context-blind-factory", _more_blind),
    ("partial-key", _more_partial),
    ("unknown-event", _more_events),
)
"""The rule that must report each, and what makes them."""
