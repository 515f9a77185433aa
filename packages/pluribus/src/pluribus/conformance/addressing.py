"""Whom an operation names, and whom it is therefore for."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from pluribus.conformance.binding import BoundCall
from pluribus.errors import ContractError


def must_be_known(
    call: BoundCall, known: AbstractSet[str], add: BoundCall | None, table: str
) -> None:
    """Whom an operation names must have been told to the instance, which knows of `known`. Or
    else nothing could arrive, whatever the subject does.

    Raises:
        ContractError: it was not, neither by `add` nor by whom the instance belongs to.
    """
    # A thread in a model may be there to be told alone.
    named = call.takes & ({"user", "connection"} | call.needs)
    for each in ("user", "thread", "connection"):
        if each in named - known:
            assert add is not None
            raise ContractError(
                f"{table}: `{call.name}` is given a {each}, and `{add.name}`, which adds a"
                " socket, is given none",
                hint=f"declare the argument of `{add.name}` that is the {each}, or"
                ' `ops.add.yields = "connection"` where its result is the id',
            )


def audience_of(role: str, call: BoundCall, sharing: str, table: str) -> str:
    """Whom `emit` or `broadcast` reaches where the contract does not say: a `connection`, a
    `user`, a `thread`, or `all`.

    Raises:
        ContractError: its parameters do not tell.
    """
    named = call.takes & {"websocket", "connection", "user", "thread"}
    # Whoever is named may be the only one to get it, or the only one not to; and a thread that
    # may be left out may be there to be told alone.
    is_shared = sharing == "shared"
    is_unclear = (
        bool(named) or not is_shared
        if role == "broadcast"
        else is_shared and named == {"thread"} and "thread" not in call.needs
    )
    if is_unclear:
        raise ContractError(
            f"{table}: nothing says whom `{call.name}` reaches, which "
            + (
                f"is given a {' and a '.join(sorted(named))}"
                if named
                else f"is called on the instance of one {sharing}"
            ),
            hint=f'declare `{table}.audience` as "connection", "user", "thread" or "all"',
        )
    if {"websocket", "connection"} & call.takes:
        return "connection"
    if not is_shared:
        return sharing
    if role == "broadcast":
        return "all"
    if "thread" in call.needs:
        return "thread"
    return "user" if "user" in call.takes else "all"
