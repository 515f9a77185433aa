"""A contract that declares all there is to declare, and the code that goes with it.

Packages have no legacy paths, factories by context, or declared events. So each concept is given
them, in memory: a module that hands the owner on as its old path, a factory, the names of events,
and two methods of the owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.accuracy.concepts import Candidate
from pluribus.app.check import CheckOptions
from pluribus.app.planting import Field, open_field
from pluribus.contract import Concept, Context, Contract, Interface, Rivals
from pluribus.errors import PluribusError
from pluribus.plants import Ground, Sample
from pluribus.plants.isolation import in_body, no_body
from pluribus.plants.laid import Planting, lay

_ABOUT = ("agent", "order", "river")
_HAPPENING = ("started", "thinking", "executing", "halted", "completed")
MOST_METHODS = 8
_METHODS = '''\
async def emit_agent_event(self, event_type, payload=None):
    """Send an event."""
    return [event_type, payload]

def record_agent_note(self, key, value):
    """Keep a note."""
    return {key: value}

'''


def dressed(root: Path, candidates: Sequence[Candidate], options: CheckOptions) -> Field | None:
    """Judge a package by a contract of these concepts; None when none of them can be judged."""
    concepts = [_bare(each) for each in candidates]
    contract = Contract(concepts=tuple(concepts), directory=root)
    try:
        field = open_field(root, contract, options)
    except PluribusError:
        # What the candidates were found by knows nothing of conditions and re-exports.
        if len(candidates) < 2:
            return None
        parts = [each for each in candidates if dressed(root, [each], options) is not None]
        return dressed(root, parts, options) if 0 < len(parts) < len(candidates) else None
    grounds = []
    for subject in field.subjects:
        ground = field.ground(subject, "dual-import")
        if isinstance(ground, Ground):
            grounds.append(ground)
    if not grounds:
        return None
    events = [
        tuple(f"{_ABOUT[number % len(_ABOUT)]}_{each}" for each in _HAPPENING)
        for number in range(len(grounds))
    ]
    laid = lay(
        [
            Planting("dressing", each, _sample(each, sent))
            for each, sent in zip(grounds, events, strict=True)
        ]
    )
    stems = [f"pluribus_planted_{number}_" for number in range(len(grounds))]
    full = tuple(
        _full(each, stem, sent) for each, stem, sent in zip(grounds, stems, events, strict=True)
    )
    contract = Contract(concepts=full, directory=root)
    first = open_field(root, contract, options, overlay=laid.overlay)
    also = {each.site.place.path for subject in first.subjects for each in subject.imports}
    also |= {each.site.place.path for subject in first.subjects for each in subject.method_calls}
    return open_field(root, contract, options, overlay=laid.overlay, also=also)


def _bare(each: Candidate) -> Concept:
    return Concept(name=each.owner.partition(":")[2], owner=each.owner)


def _sample(ground: Ground, events: tuple[str, ...]) -> Sample:
    name, take = ground.name, ground.take()
    texts = {
        "legacy": f'"""The old home."""\n\n{take}\n\n__all__ = ["{name}"]\n',
        # Each on its own: a list of them would be one of two places.
        "events": "".join(f'{event.upper()} = "{event}"\n' for event in events),
    }
    if ground.kind != "class":
        return Sample(name="dress", texts=texts)
    texts["factory"] = (
        f"{take}\n\n\ndef make_owned(user_context):\n    return {name}(user_context)\n"
    )
    edits = () if no_body(ground) else (in_body(ground, _METHODS),)
    return Sample(name="dress", texts=texts, edits=edits)


def _full(ground: Ground, stem: str, events: tuple[str, ...]) -> Concept:
    start = f"{ground.package}." if ground.package else ""
    concept = msgspec.structs.replace(
        ground.concept,
        legacy_paths=(f"{start}{stem}legacy",),
        events=events,
        rivals=Rivals(names=(f"*{ground.name}*",)),
    )
    if ground.kind != "class":
        return concept
    added = () if no_body(ground) else ("emit_agent_event", "record_agent_note")
    return msgspec.structs.replace(
        concept,
        interface=Interface(methods=(*ground.telling[:MOST_METHODS], *added))
        if ground.telling or added
        else None,
        factories=(f"{start}{stem}factory:make_owned",),
        context=Context(parameter="user_context", key=("user_id", "thread_id")),
    )
