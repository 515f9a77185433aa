"""What happened in a run in which calls overlap, in words and in its order."""

from __future__ import annotations

from typing import Final

from pluribus.conformance.history import Call
from pluribus.conformance.recording import Recorder

_MOST: Final = 40


def happenings(stage: Recorder, markers: list[str]) -> str:
    """Where each call begins and ends, and what reaches whom in between, while sockets take their
    time: a line each."""
    numbers = {marker: number for number, marker in enumerate(markers, 1)}
    found: list[tuple[int, str]] = []
    for call in stage.history.calls:
        said = _call(call, numbers, [peer.id for peer in stage.peers])
        found.append((call.started, f"{said} begins"))
        if call.ended is not None:
            ending = f"raises {call.raised}" if call.error is not None else "ends"
            found.append((call.ended, f"{said} {ending}"))
    for peer in stage.peers:
        for frame in peer.frames:
            held = [f"event {number}" for each, number in numbers.items() if each in frame.text]
            found.append((frame.order, f"{peer.id} gets {' and '.join(held) or 'a frame'}"))
    since, until = stage.conditions.span
    told = [
        text for moment, text in sorted(found) if since <= moment and moment <= (until or moment)
    ]
    left = len(told) - _MOST
    return "\n".join([*told[:_MOST], *([f"and {left} more"] if left > 0 else [])])


def _call(call: Call, numbers: dict[str, int], sockets: list[str]) -> str:
    sent = [f"event {number}" for marker, number in numbers.items() if marker in call.source]
    # The longest name first: one may begin with another.
    named = next(
        (each for each in sorted(sockets, key=len, reverse=True) if each in call.source), ""
    )
    about = ", ".join([*sent, *([named] if named else [])])
    return f"{call.name}({about})"
