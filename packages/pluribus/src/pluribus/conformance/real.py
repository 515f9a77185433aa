"""Whether what a factory gives out is real: of a mock nothing can be known."""

from __future__ import annotations

from collections.abc import Iterable

from pluribus.conformance.adapter import METHODS, Adapter
from pluribus.conformance.ruling import Unexercised


def must_be_no_mock(adapter: Adapter, instance: object, definition: str) -> None:
    """Go on only with what is no mock, and whose operations are none.

    Raises:
        Unexercised: it is, or one of them is.
    """
    if is_mock(instance):
        raise Unexercised(
            f"the subject is a mock: `{definition}` gave out a {type(instance).__name__}",
            "name the factory of the real one",
        )
    for name in _operations(adapter):
        if is_mock(getattr(instance, name, None)):
            raise Unexercised(
                f"the subject is a mock: `{name}` of what `{definition}` gave out is one",
                "name the factory of the real one",
            )


def must_be_given(instance: object, definition: str) -> None:
    """Go on only with an instance.

    Raises:
        Unexercised: there is none.
    """
    if instance is None:
        raise Unexercised(
            f"no instance: `{definition}` returned None", "mend the factory; B1 says more about it"
        )


def is_mock(value: object) -> bool:
    """Whether a value is of `unittest.mock`."""
    return any(each.__module__ == "unittest.mock" for each in type(value).__mro__)


def _operations(adapter: Adapter) -> Iterable[str]:
    for role, names in METHODS.items():
        declared = adapter.declared(role).call
        yield from (declared,) if declared else names
