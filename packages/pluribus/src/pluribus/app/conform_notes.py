"""What tempers the verdicts of a concept, and which of its allowances were not needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pluribus.app.conform_options import ConformOptions
from pluribus.conformance.isolation import UNUSED
from pluribus.conformance.jobs import Answer
from pluribus.conformance.neutral import gives_away
from pluribus.conformance.properties import PROPERTIES
from pluribus.conformance.stores import FAKE
from pluribus.conformance.stores.mixing import UNUSED_KEYS
from pluribus.conformance.transports.names import IMPLEMENTATIONS, MEMORY
from pluribus.contract import Conform, Contract
from pluribus.findings.conformance import SWALLOWED, Outcome, Verdict

_MOST_SWALLOWED = 3


def roots_of(contract: Contract, directory: Path) -> tuple[str, ...]:
    """The folders from which a subject is imported, absolute."""
    declared = contract.codebase.roots
    if declared is not None:
        return tuple(str((directory / each).resolve()) for each in declared)
    source = directory / "src"
    return (str(source), str(directory)) if source.is_dir() else (str(directory),)


def notes_of(contract: Contract, answer: Answer) -> tuple[str, ...]:
    """What is to be known of how a subject was driven."""
    notes = []
    if gives_away(roots_of(contract, contract.directory.resolve())):
        notes.append(
            "the path of the code base holds `test`: code that looks for that word may behave as"
            " in a test run"
        )
    if not answer.start.can_fork:
        notes.append(
            "importing the subject started a thread, so each property was judged in a process that"
            " imported it anew"
        )
    return (*notes, *_swallowed(answer.verdicts))


def _swallowed(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What the subject kept to itself, once, with the properties during which it did."""
    during: dict[str, list[str]] = {}
    for verdict in verdicts:
        for each in verdict.evidence:
            if each.name == SWALLOWED and not each.text.startswith("and "):
                during.setdefault(each.text, []).append(verdict.property)
    for text, names in list(during.items())[:_MOST_SWALLOWED]:
        listed = ", ".join(names[:_MOST_SWALLOWED])
        more = f" and {len(names) - _MOST_SWALLOWED} more" * (len(names) > _MOST_SWALLOWED)
        yield f"the subject swallowed {text}, during {listed}{more}"
    if len(during) > _MOST_SWALLOWED:
        yield f"{len(during) - _MOST_SWALLOWED} more exceptions were swallowed: see the JSON"


def seen_again(options: ConformOptions, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Whether what was to be seen again was."""
    if not options.is_replay:
        return ()
    is_seen = any(each.outcome in (Outcome.FAIL, Outcome.ERROR) for each in verdicts)
    return () if is_seen else ("what was replayed no longer fails",)


def transport_notes(settings: Conform, over: str) -> tuple[str, ...]:
    """Over what it was judged, where not in memory."""
    if over == MEMORY:
        return ()
    served = (
        f"clients of `{settings.app}`" if settings.app else "sockets of the kit's own endpoint"
    )
    if over == "asgi":
        return (f"judged over ASGI in memory, by {served}",)
    return (
        f"judged over real sockets on loopback, by {served}, on each of uvicorn's"
        f" implementations: {', '.join(IMPLEMENTATIONS)}",
    )


def store_notes(settings: Conform) -> tuple[str, ...]:
    """What stood in for the stores of the contract."""
    if not settings.stores:
        return ()
    named = " and ".join(f"`{each}`" for each in settings.stores)
    return (f"a store in memory, made of {FAKE}, stood in for what {named} connects to",)


def unused_allowances(
    settings: Conform, verdicts: Sequence[Verdict], over: str
) -> tuple[str, ...]:
    """Properties that may stay not exercised, and did not."""
    asked = {each.name for each in PROPERTIES if over in each.transports}
    judged = {each.property: each.outcome for each in verdicts if each.property in asked}
    return tuple(
        name
        for name in sorted(settings.allow)
        if judged.get(name, Outcome.NOT_EXERCISED) is not Outcome.NOT_EXERCISED
    )


def unused_shared(settings: Conform, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Each property that looks says which entries allowed nothing; all look at the same."""
    return _told(UNUSED, settings.allow_shared, verdicts)


def unused_keys(settings: Conform, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Keys of a store that may be shared, and are not."""
    return _told(UNUSED_KEYS, settings.shared_keys, verdicts)


def _told(name: str, entries: Sequence[str], verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    told = {
        evidence.text for each in verdicts for evidence in each.evidence if evidence.name == name
    }
    return tuple(each for each in dict.fromkeys(entries) if each in told)
