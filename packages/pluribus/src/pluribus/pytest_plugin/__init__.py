"""`pytest --pluribus`: a test for each concept and rule, and with `--pluribus-conform` for each
property of what is driven. Else nothing but this is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pluribus.pytest_plugin.outcome import Outcome

_OUTCOME: Final = pytest.StashKey["Outcome"]()
_CONFORM: Final = "pluribus_conform"
_INPUT: Final = "pluribus"
"""What the controller of pytest-xdist hands its workers under, as bytes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options."""
    group = parser.getgroup("pluribus", "pluribus: one owner for each concept")
    group.addoption(
        "--pluribus",
        action="store_true",
        help="Judge the code base in rootdir by its contract, too: a test for each concept and "
        "rule.",
    )
    group.addoption(
        "--pluribus-config",
        metavar="FILE",
        help="The contract; by default the nearest one at or above rootdir.",
    )
    group.addoption(
        "--pluribus-conform",
        action="store_true",
        help="Drive the owners that have a table [conform], too: a test for each of them and each "
        "property. This runs the code that the contract names, in a process of its own.",
    )
    parser.addini(
        _CONFORM, "With --pluribus, always do what --pluribus-conform does.", "bool", default=False
    )
    group.addoption(
        "--pluribus-base-ref",
        metavar="REF",
        help="Fail, too, if the baseline accepts more than where HEAD left this git revision.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what would have no effect.

    Raises:
        UsageError: an option of the check without the check.
    """
    for name in ("config", "base_ref", "conform"):
        is_given = config.getoption(f"pluribus_{name}") not in (None, False)
        if is_given and not config.option.pluribus:
            option = f"--pluribus-{name.replace('_', '-')}"
            raise pytest.UsageError(f"`{option}` needs `--pluribus`")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Check, once for the session: in the controller when there are workers.

    Raises:
        UsageError: it could not be judged.
    """
    if session.config.option.pluribus:
        session.config.stash[_OUTCOME] = _outcome(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Hand a worker of pytest-xdist what was found."""
    config = node.config  # type: ignore[attr-defined] # pytest-xdist need not be there
    if config.option.pluribus:
        # Workers start before the hook of the session is through.
        if _OUTCOME not in config.stash:
            config.stash[_OUTCOME] = _outcome(config)
        node.workerinput[_INPUT] = config.stash[_OUTCOME].encoded()  # type: ignore[attr-defined]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Put our tests after all others, before any is deselected."""
    outcome = session.config.stash.get(_OUTCOME, None)
    if outcome is not None:
        from pluribus.pytest_plugin.items import items_of  # noqa: PLC0415 # only when it is asked

        items += items_of(session, outcome)


def _outcome(config: pytest.Config) -> Outcome:
    try:
        from pluribus.pytest_plugin import outcome  # noqa: PLC0415 # only when it is asked

        handed = getattr(config, "workerinput", {}).get(_INPUT)
        if handed is not None:
            return outcome.decoded(handed)
        return outcome.checked(
            config.rootpath,
            contract=config.getoption("pluribus_config"),
            base_ref=config.getoption("pluribus_base_ref"),
            drives=config.getoption(_CONFORM) or config.getini(_CONFORM),
            judges=not config.option.collectonly,
        )
    except ImportError as error:
        raise pytest.UsageError(f"pluribus cannot be loaded: {error}") from error
