"""Plants of the rule about the owner's code again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from textwrap import indent

from pluribus.plants.ground import Ground
from pluribus.plants.isolation import in_body, no_body
from pluribus.plants.sample import MARK, Sample

_LEAST = 15
"""Statements of a function of the owner's that is copied as it stands."""

_WORK = (
    "kept = {}",
    "for room in rooms.planted_values():",
    "    if room.planted_size > wanted.planted_least:",
    "        kept[room.planted_name] = room.planted_open(wanted)",
    "    else:",
    "        room.planted_close(reason='planted')",
    "total = sum(room.planted_weight for room in kept.values())",
    "if total > wanted.planted_most:",
    "    raise ValueError(total)",
    "wanted.planted_total = total",
    "wanted.planted_write(sorted(kept.items()))",
    "for name in kept:",
    "    rooms.planted_forget(name, since=wanted.planted_started)",
    "    wanted.planted_log.planted_note(name, rooms.planted_owner)",
    "rooms.planted_last = wanted.planted_clock.planted_now()",
    "wanted.planted_events.planted_emit(rooms.planted_last, kept)",
    "return kept",
)
_OTHER_WORK = (
    "kept = []",
    "while rooms.planted_more():",
    "    kept.append(rooms.planted_next(wanted))",
    "with wanted.planted_lock:",
    "    wanted.planted_count += len(kept)",
    "    for each in reversed(kept):",
    "        wanted.planted_push(each.planted_name)",
    "try:",
    "    wanted.planted_flush()",
    "except OSError as error:",
    "    rooms.planted_failed = error",
    "del kept[wanted.planted_most :]",
    "return tuple(kept)",
)


def no_code(ground: Ground) -> str | None:
    if ground.kind == "function":
        return None if _longest(ground) else "the owner is a short function: its like is no copy"
    return no_body(ground)


def _function(
    ground: Ground, work: tuple[str, ...], *, head: str = "def planted_work(self, rooms, wanted):"
) -> str:
    """A function that does some work, with words of its own for each concept."""
    text = "".join(f"{line}\n" for line in (head, *(f"    {line}" for line in work)))
    return text.replace(".planted_", f".{ground.concept.name.replace('-', '_')}_planted_")


def _method(
    ground: Ground, work: tuple[str, ...], *, head: str = "def planted_work(self, rooms, wanted):"
) -> str:
    return indent(_function(ground, work, head=head), "    ")


def _longest(ground: Ground) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The longest function of the owner, when it is long enough to be told from others."""
    owner = ground.owner_node
    if owner is None:
        return None
    functions = [owner] if not isinstance(owner, ast.ClassDef) else owner.body
    counted = [
        (sum(isinstance(node, ast.stmt) for node in ast.walk(each)) - 1, -each.lineno, each)
        for each in functions
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name[0] != "_"
    ]
    long = [each for each in counted if each[0] >= _LEAST]
    return max(long)[2] if long else None


def copies(ground: Ground) -> Iterator[Sample]:
    if ground.kind == "class":
        head = f"class PlantedCopy:  {MARK}\n"
        renamed = "\n".join(_WORK).replace("room", "place").replace("kept", "found").split("\n")
        near = (*_WORK[:3], "        wanted.planted_seen(room)", *_WORK[3:])
        other = "def planted_again(self, places, wanted):"
        for kind, text in (
            ("statement for statement", _method(ground, _WORK)),
            ("with other names", _method(ground, tuple(renamed), head=other)),
            ("with a statement more", _method(ground, near)),
            ("with a statement less", _method(ground, (*_WORK[:9], *_WORK[10:]))),
        ):
            yield Sample(
                name=kind,
                alone="owner",
                texts={"main": head + text},
                edits=(in_body(ground, f"{_function(ground, _WORK)}\n"),),
                also=frozenset({"partial-interface", "rival"}),
            )
    longest = _longest(ground)
    if longest is None:
        return
    copied = ast.parse(ast.unparse(longest)).body[0]
    assert isinstance(copied, ast.FunctionDef | ast.AsyncFunctionDef)
    copied.name, copied.decorator_list = f"planted_{copied.name}", []
    source = ast.unparse(copied)
    if ground.kind == "class":
        text = f"class PlantedCopy:  {MARK}\n{indent(source, '    ')}\n"
    else:
        first, _, rest = source.partition("\n")
        text = f"{first}  {MARK}\n{rest}\n"
    yield Sample(
        name="code of its own",
        texts={"main": text},
        also=frozenset({"scattered-constant", "rival"}),
    )


def no_copies(ground: Ground) -> Iterator[Sample]:
    if ground.kind != "class":
        text = _function(ground, _OTHER_WORK, head="def planted_work(rooms, wanted):")
        yield Sample(name="other work", texts={"main": text})
        return
    twin = "async def planted_work(self, rooms, wanted):"
    for kind, text in (
        ("other work under the same name", _method(ground, _OTHER_WORK)),
        ("the other side of await", _method(ground, _WORK, head=twin)),
        ("the start alone", _method(ground, (*_WORK[:2], "    room.planted_open(wanted)"))),
    ):
        yield Sample(
            name=kind,
            alone="owner",
            texts={"main": "class PlantedOther:\n" + text},
            edits=(in_body(ground, f"{_function(ground, _WORK)}\n"),),
            also=frozenset({"partial-interface", "rival", "mismatched-async"}),
        )
