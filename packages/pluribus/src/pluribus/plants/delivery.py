"""Plants of the rules about what is sent, and whether it arrives."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.codebase import Definition
from pluribus.plants.ground import Ground
from pluribus.plants.imports import unreachable
from pluribus.plants.sample import MARK, Edit, Sample
from pluribus.plants.spelling import fitting
from pluribus.rules.comparing import is_plain
from pluribus.rules.sending import EVENT_PARAMETERS, WITNESSES, event_parameter
from pluribus.rules.vocabulary import ways_to_spell

UNSENT = "planted_unsent"
"""An event that nothing names."""


def no_events(ground: Ground) -> str | None:
    if not ground.concept.events:
        return "the contract declares no events"
    return None


def no_place(ground: Ground) -> str | None:
    if no_events(ground):
        return no_events(ground)
    owner = ground.subject.owner
    if owner is None:
        return "the owner is a module: nothing marks its place"
    is_editable = owner.site.place.path in ground.texts
    return None if is_editable else "the owner's file cannot be edited safely"


def missing_events(ground: Ground) -> Iterator[Sample]:
    owner = ground.subject.owner
    assert owner is not None
    for event in (UNSENT, "quagga_zonked"):
        assert ways_to_spell(event)
        place = owner.site.place
        edit = Edit(path=place.path, line=place.line, suffix=MARK)
        yield Sample(
            name="declared and never named", events=(event,), edits=(edit,), alone="events"
        )


def named_events(ground: Ground) -> Iterator[Sample]:
    owner = ground.subject.owner
    assert owner is not None
    place = owner.site.place
    edit = Edit(path=place.path, line=place.line, suffix=MARK)
    for kind, text in (
        ("as a string", f'print("{UNSENT}")\n'),
        ("as a constant", f"{UNSENT.upper()} = 1\n"),
        ("as a class", "class PlantedUnsent:\n    pass\n"),
        ("put together", 'def planted(what):\n    return "planted_" + what\n'),
    ):
        yield Sample(
            name=kind, events=(UNSENT,), edits=(edit,), texts={"main": text}, alone="events"
        )


def _senders(ground: Ground) -> list[Definition]:
    """Methods that may send, those first whose parameter says most clearly that it is an event."""
    asked = ((event_parameter(each), each) for each in ground.callable_methods)
    found = [(EVENT_PARAMETERS.index(name), each.name, each) for name, each in asked if name]
    return [each for *_, each in sorted(found, key=lambda row: row[:2])]


def no_sender(ground: Ground) -> str | None:
    if len(ground.concept.events) < WITNESSES:
        return f"the contract declares fewer than {WITNESSES} events"
    if not _senders(ground):
        return "no method of the owner has a parameter that takes an event"
    return unreachable(ground)


def _sending(ground: Ground, method: Definition, *events: tuple[str, str]) -> str:
    """A function that hands events over, each with what stands at the end of its line."""
    parameter = event_parameter(method)
    others = [
        each
        for each in method.parameters[1:]
        if not each.default and each.name != parameter and not each.kind.startswith("var")
    ]
    rest = "".join(f", {each.name}=None" for each in others)
    head, awaited = ("async def", "await ") if method.is_async else ("def", "")
    lines = "".join(
        f"    {awaited}owned.{method.name}({parameter}={event}{rest}){mark}\n"
        for event, mark in events
    )
    constant = 'PLANTED_EVENT = "planted_undeclared"\n\n\n'
    return f"{ground.take()}\n\n{constant}{head} planted(owned: {ground.name}):\n{lines}"


def unknown_events(ground: Ground) -> Iterator[Sample]:
    first, second = ground.concept.events[:2]
    known = ((f'"{first}"', ""), (f'"{second}"', ""))
    wrong = f"  {MARK}"
    for method in _senders(ground)[:1]:
        for kind, event in (
            ("a word", '"planted_undeclared"'),
            ("a misspelling", f'"{first}s"'),
            ("a constant", "PLANTED_EVENT"),
            ("another case", f'"{first.upper()}"'),
        ):
            text = _sending(ground, method, *known, (event, wrong))
            yield Sample(name=kind, texts={"main": text})


def known_events(ground: Ground) -> Iterator[Sample]:
    first, second = ground.concept.events[:2]
    method = _senders(ground)[0]
    text = _sending(ground, method, (f'"{first}"', ""), (f'"{second}"', ""))
    yield Sample(name="declared ones", texts={"main": text})
    text = _sending(ground, method, (f'"{first}"', ""), ("str(1)", ""))
    yield Sample(name="one that is not known", texts={"main": text})
    other = f"def planted(other):\n    other.{method.name}('planted_undeclared')\n"
    yield Sample(name="sent by something else", texts={"main": other})


def _coroutines(ground: Ground) -> list[Definition]:
    return [
        each
        for each in ground.callable_methods
        if each.is_async and not each.is_generator and not each.decorators
    ]


def no_coroutine(ground: Ground) -> str | None:
    owner = ground.subject.owner
    if ground.kind == "function" and owner is not None:
        is_coroutine = owner.is_async and not owner.is_generator and is_plain(owner)
        return unreachable(ground) if is_coroutine else "the owner is no coroutine function"
    if not _coroutines(ground):
        return "the owner has no coroutine methods"
    return unreachable(ground)


def _dropping(ground: Ground, lines: str, *, head: str = "def") -> str:
    return f"{ground.take()}\n\n\n{head} planted(owned: {ground.name}, other=None):\n{lines}"


def dropped(ground: Ground) -> Iterator[Sample]:
    owner = ground.subject.owner
    if ground.kind == "function" and owner is not None:
        call = f"{ground.name}({fitting(owner, on_object=False)})"
        yield Sample(
            name="in a function",
            also=frozenset({"facade"}),
            texts={"main": f"{ground.take()}\n\n\ndef planted():\n    {call}  {MARK}\n"},
        )
        return
    for method in _coroutines(ground)[:3]:
        call = f"owned.{method.name}({fitting(method)})"
        yield Sample(
            name="in a function", texts={"main": _dropping(ground, f"    {call}  {MARK}\n")}
        )
        yield Sample(
            name="in an async function",
            texts={
                "main": _dropping(
                    ground, f"    {call}  {MARK}\n    await other\n", head="async def"
                )
            },
        )
        yield Sample(
            name="in a branch",
            texts={
                "main": _dropping(
                    ground, f"    if other:\n        {call}  {MARK}\n    return other\n"
                )
            },
        )
        text = (
            f"{ground.take()}\n\n\nclass Planted:\n    def __init__(self, owned: {ground.name}):\n"
            f"        self.owned = owned\n\n    async def planted_use(self):\n"
            f"        self.{call}  {MARK}\n"
        )
        yield Sample(name="on an attribute", texts={"main": text})


def kept(ground: Ground) -> Iterator[Sample]:
    owner = ground.subject.owner
    if ground.kind == "function" and owner is not None:
        call = f"{ground.name}({fitting(owner, on_object=False)})"
        yield Sample(
            name="awaited",
            also=frozenset({"facade"}),
            texts={"main": f"{ground.take()}\n\n\nasync def planted():\n    await {call}\n"},
        )
        return
    method = _coroutines(ground)[0]
    call = f"owned.{method.name}({fitting(method)})"
    for kind, lines in (
        ("awaited", f"    await {call}\n"),
        ("made a task", f"    return asyncio.create_task({call})\n"),
        ("handed on", f"    return {call}\n"),
        ("gathered", f"    await asyncio.gather({call}, other)\n"),
        ("of something else", f"    other.{method.name}({fitting(method)})\n"),
    ):
        text = "import asyncio\n\n" + _dropping(ground, lines, head="async def")
        yield Sample(name=kind, texts={"main": text})
