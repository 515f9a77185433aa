"""A9 and B10: the same code, whether or not a test runner watches it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pluribus.conformance.around import surrounded
from pluribus.conformance.properties.base import Property
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Stage
from pluribus.findings.conformance import Outcome

_CONSTRUCTION = ("B1", "B3", "B6")
_BEHAVIOUR = ("B1", "B3", "D1")
_ERROR = str(Outcome.ERROR)


async def no_test_surface(stage: Stage) -> None:
    """An instance is made the same way, and offers the same, whether or not a test runner watches.

    Compared are the verdicts of B1, B3 and B6, whether the owner lets itself be constructed past
    its factories, and the public names of an instance: here, and in a process that imports the
    subject anew with pytest loaded, `PYTEST_CURRENT_TEST` set and a function `test_…` above it.
    """
    from pluribus.conformance.observing import LOOKS  # noqa: PLC0415  # it judges by properties

    await _must_be_alike(stage, (*_CONSTRUCTION, *LOOKS))


async def observer_neutrality(stage: Stage) -> None:
    """The verdicts are the same whether or not a test runner watches.

    Those of B1, B3 and D1, as told of A9. Code that behaves otherwise under test is tested as what
    it is not.
    """
    await _must_be_alike(stage, _BEHAVIOUR)


async def _must_be_alike(stage: Stage, names: Sequence[str]) -> None:
    from pluribus.conformance.observing import unwatched, watched  # noqa: PLC0415  # the same

    changed: list[str] = []
    plain: Mapping[str, str] = {}
    seen: Mapping[str, str] = {}
    # What differs by chance does so once.
    for attempt in range(2):
        plain = await unwatched(stage, names, attempt)
        seen = await watched(stage, names, attempt)
        changed = [name for name in seen if seen[name] != plain.get(name, "imports")]
        if not changed:
            break
    unjudged = [each for each in changed if _ERROR in (plain.get(each), seen[each])]
    if unjudged:
        # The kit's failure, or that of what it runs on, is no behaviour of the subject.
        raise Unexercised(
            f"here or under a test runner {', '.join(unjudged)} could not be judged",
            "ask for it alone: it says why",
        )
    if changed:
        listed = ", ".join(changed)
        raise Failed(
            f"under a test runner this is another: {listed}",
            *changed,
            hint="let code not look for pytest, its variables, or the word `test` on the stack",
            evidence=[_told(name, plain.get(name, "imports"), seen[name]) for name in changed],
        )
    # It says why, if there is none to be the same as another.
    async with surrounded(stage):
        await stage.manager(stage.alice)
    stage.witness(f"{len(names)} verdicts and looks were the same under a test runner")


def _told(name: str, plain: str, seen: str) -> tuple[str, str]:
    """Of two lists of words only what is in one of them."""
    one, other = set(plain.split()), set(seen.split())
    if max(len(one), len(other)) > 1:
        plain = " ".join(sorted(one - other)) or "nothing more"
        seen = " ".join(sorted(other - one)) or "nothing more"
    return name, f"{plain}; under a test runner {seen}"


OBSERVED = (
    Property(
        "A9",
        "nothing is there for tests alone",
        ("factory",),
        no_test_surface,
        has_own_runs=True,
    ),
    Property(
        "B10",
        "nothing behaves otherwise under test",
        ("factory",),
        observer_neutrality,
        has_own_runs=True,
    ),
)
