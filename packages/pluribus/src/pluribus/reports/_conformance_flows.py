"""The ways in the evidence of `pluribus conform`, as flows of SARIF."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pluribus.findings import Location
from pluribus.findings.conformance import WAYS, Verdict
from pluribus.reports import _sarif_shape as sarif
from pluribus.reports._sarif_places import flow, place, step


@dataclass(frozen=True)
class _Words:
    whole: str
    """What a way is."""
    goes_on: str
    """How one hop leads to the next."""
    ends: str
    """What is said of the last."""


_SAID: Final[Mapping[str, _Words]] = MappingProxyType(
    {
        "waits": _Words("What the call waits for, hop by hop.", "waits for", "does not return"),
        "stands at": _Words("The calls in which the loop stands still.", "calls", "blocks"),
    }
)
_HOP: Final = re.compile(r"(?P<name>.+), (?P<file>[^/, ]+\.py):(?P<line>[1-9][0-9]{0,8})")
"""A function on a stack."""
_OF_THE_KIT: Final = " (kit)"
"""How the name of a function of the kit or of asyncio ends."""


def flows(verdict: Verdict, folder: str) -> Iterator[sarif.CodeFlow]:
    """A flow for each way; other evidence is none.

    It begins where what is on its first hop is defined, if the verdict points there. Only a hop in
    a file that the verdict points at has a place.

    Args:
        verdict: Whose evidence.
        folder: What stands before each path.
    """
    files = _files(verdict)
    defined = {each.label: place(each, folder) for each in verdict.anchors}
    for evidence in verdict.evidence:
        if evidence.name not in WAYS:
            continue
        hops = evidence.text.split(WAYS[evidence.name])
        if len(hops) > 1 or _HOP.fullmatch(hops[0]):
            words = _SAID[evidence.name]
            first = [defined[name]] if (name := _name(hops[0])) in defined else []
            yield flow(words.whole, (*first, *_steps(hops, words, files, folder)))


def _steps(
    hops: list[str], words: _Words, files: Mapping[str, str], folder: str
) -> Iterator[sarif.Location]:
    names = [_name(each) for each in hops]
    for hop, name, following in zip(hops, names, [*names[1:], ""], strict=True):
        said = f"{words.goes_on} `{following}`" if following else words.ends
        found = _HOP.fullmatch(hop)
        location = None
        if found is not None:
            said += f", at {found['file']}:{found['line']}"
            if found["file"] in files:
                location = Location(files[found["file"]], int(found["line"]), label=name)
        yield step(name, f"`{name}` {said}", location, folder)


def _name(hop: str) -> str:
    found = _HOP.fullmatch(hop)
    return found["name"] if found else hop.removesuffix(_OF_THE_KIT)


def _files(verdict: Verdict) -> dict[str, str]:
    """The files of the anchors by their names, where a name means one file alone."""
    paths = {each.path for each in verdict.anchors}
    known = Counter(path.rpartition("/")[2] for path in paths)
    return {name: path for path in sorted(paths) if known[name := path.rpartition("/")[2]] == 1}
