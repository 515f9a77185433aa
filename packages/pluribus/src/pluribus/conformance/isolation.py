"""What the instances of two users have in common, and which property each of it breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pluribus.conformance.deliveries import deliveries
from pluribus.conformance.graph import Held, Kind, Overlap, Shared, Watch
from pluribus.conformance.ruling import Failed, Unexercised
from pluribus.conformance.stage import Stage
from pluribus.conformance.strangers import SOCKETS, Stranger, joined, strangers, told
from pluribus.findings import Evidence

UNUSED = "allow-shared is not needed"
"""The evidence that names an entry which allowed nothing."""


async def overlap(stage: Stage) -> Overlap:
    """What two users share, after each has left, joined and sent.

    Each has done all of it once before the first look, so that what is made when it is first
    needed is there. A user has one socket at a time, because more may not be promised.

    Raises:
        Unexercised: they cannot be driven, or have one instance where each should have their own.
    """
    users = strangers(stage, sockets=SOCKETS)
    operations = await deliveries(stage, users[0].who)
    roots = {each.who.name: await stage.manager(each.who) for each in users}
    first, second = roots.values()
    is_shared = stage.adapter.sharing == "shared"
    if first is second and not is_shared:
        raise Unexercised("both users have one instance", "B3 says more about it")
    can_leave = stage.adapter.operation("remove", first) is not None
    for each in users:
        await joined(stage, each)
        await told(stage, operations, each)
        if can_leave:
            await stage.leave(each.members[-1])
            await joined(stage, each)
    watch = Watch(
        roots,
        canaries={each.who.name: each.canaries for each in users},
        isolation_keys={each.who.name: _keys(each, is_shared=is_shared) for each in users},
        allow_shared=stage.conform.allow_shared,
        project=stage.adapter.is_project,
    )
    for each in users:
        if can_leave:
            await stage.leave(each.members[-1])
            await stage.settle()
            # Looked at by itself: what joining adds again would hide what leaving takes away.
            watch.operated(each.who.name)
        await joined(stage, each)
        await told(stage, operations, each)
        watch.operated(each.who.name)
    found = watch.overlap()
    stage.remarks += [Evidence("not looked into", note) for note in found.notes]
    stage.remarks += [Evidence(UNUSED, entry) for entry in found.unused]
    return found


def _keys(stranger: Stranger, *, is_shared: bool) -> list[object]:
    """What stands for a user where it is a key. Of an instance that serves everybody a socket
    belongs to one user by contract, and so does what is kept by it."""
    return stranger.canaries if is_shared else stranger.ids


def broken(shared: Shared) -> str:
    """The property that a finding breaks, exactly one; none where a library writes its own."""
    if shared.is_local and shared.kind is Kind.LEAK:
        return "C7"
    if shared.kind is Kind.REBOUND:
        return "C3"
    if shared.kind is Kind.SHAREDWRITE:
        return "" if shared.is_of_library else "C2" if shared.is_of_code else "C1"
    if shared.is_keyed:
        return "C5"
    return "C6" if all(each.is_object for each in shared.canaries) else "C4"


def refuse(name: str, found: Overlap, claim: str, *, hint: str = "") -> None:
    """Fail with all that breaks one property, the worst in the claim, as far as there is any.

    `claim` is a template of `what`, `users`, `owners`, `writers` and `name`.
    """
    guilty = [each for each in found.findings if broken(each) == name]
    if not guilty:
        return
    worst, *others = guilty
    raise Failed(
        _claim(worst, claim),
        worst.what,
        _skeleton(worst),
        hint=hint,
        evidence=[
            *_evidence(worst),
            *(("another of the kind", f"`{each.what}`: {each.paths[0]}") for each in others),
        ],
        places=[
            (*each.source, _last(each.paths[0])) for each in guilty if each.source is not None
        ],
    )


def _claim(shared: Shared, template: str) -> str:
    first, second = shared.users
    for user, other, path in zip((first, second), (second, first), shared.paths, strict=True):
        if path == user:
            return f"the instance of {other} leads to that of {user}"
    owners = " and ".join(dict.fromkeys(each.user for each in shared.canaries))
    return template.format(
        what=shared.what,
        users=" and ".join(shared.users),
        owners=owners or "somebody",
        writers=" and ".join(shared.writers) or "somebody",
        name=_last(shared.paths[0]),
    )


def _evidence(shared: Shared) -> list[tuple[str, str]]:
    rows = [("path", path) for path in shared.paths]
    rows += [(f"data of {each.user}", _place(each)) for each in shared.canaries]
    if shared.writers:
        rows.append(("written by", " and ".join(shared.writers)))
    if shared.is_weak:
        rows.append(("held", "weakly"))
    if shared.defined is not None:
        rows.append(("defined", shared.defined))
    return rows


def _place(held: Held) -> str:
    return f"at {held.path}" if held.path else "is the object itself"


def _last(path: str) -> str:
    """The name at the end of a path, without keys: `shop.hub.RECENT`, `users`."""
    words: Sequence[str] = re.findall(r"[\w.]*\w", _without_keys(path))
    return words[-1].rpartition(".")[2] if words else path


def _skeleton(shared: Shared) -> str:
    """The path without the user and without keys, which are of one run."""
    return _without_keys(shared.paths[0].removeprefix(shared.users[0]))


def _without_keys(path: str) -> str:
    return re.sub(r"\[.*?\](?=[.\[ ]|$)", "[]", path)
