"""C1 to C6: what two users' instances have in common, seen from inside."""

from __future__ import annotations

from pluribus.conformance.graph import Kind
from pluribus.conformance.isolation import overlap, refuse
from pluribus.conformance.properties.base import IN_MEMORY, Property, decline_when
from pluribus.conformance.stage import Stage

_SEEN = "two users joined, sent and left, and what both instances reach was looked at in between"
_ALLOW = "if it is shared on purpose, name it in `allow-shared`"


async def own_objects(stage: Stage) -> None:
    """No object that the instances of two users both hold is written by what one of them does.

    Counters, caches and tables that were handed to both are found, also if nobody's data is in
    them: what one user does changes what the other sees. A library's own caches are left alone.
    """
    _must_be_apart(stage)
    refuse(
        "C1",
        await overlap(stage),
        "a `{what}` that the instances of {users} both hold was written by {writers}",
        hint=_ALLOW,
    )
    stage.witness(_SEEN)


async def own_state_of_code(stage: Stage) -> None:
    """Nothing that the code keeps for everybody is written by what one user does: what is in a
    class, a module, a default argument, a closure, or a remembered result.

    Attributes and globals that are bound to something else are C3.
    """
    _must_be_apart(stage)
    refuse(
        "C2",
        await overlap(stage),
        "a `{what}` that the code keeps for everybody was written by {writers}",
        hint=_ALLOW,
    )
    stage.witness(_SEEN)


async def no_rebinding(stage: Stage) -> None:
    """No class attribute and no global of a module is bound to something else by what one user
    does: whoever comes next reads what the last one has left."""
    _must_be_apart(stage)
    refuse(
        "C3",
        await overlap(stage),
        "`{name}`, which the code has once for everybody, was bound anew by {writers}",
        hint="keep it in the instance",
    )
    stage.witness(_SEEN)


async def no_data_in_common(stage: Stage) -> None:
    """No user's data is in anything that another user's instance reaches: ids of users, threads
    and connections, and what was sent to one user alone.

    A table in which each key belongs to one user is a registry, and no user has a way through it
    to another's entries; C5 is about those.
    """
    _must_be_apart(stage)
    refuse(
        "C4",
        await overlap(stage),
        "a `{what}` that the instances of {users} both reach holds data of {owners}",
        hint="keep it in the instance, or under a key of the user",
    )
    stage.witness(_SEEN)


async def registries_kept_apart(stage: Stage) -> None:
    """What is kept by user is kept apart: under a key of one user is nothing of another.

    Of one instance that serves everybody the tables inside of it are asked this, where also the
    ids of connections and the sockets tell users apart.
    """
    found = await overlap(stage)
    refuse(
        "C5",
        found,
        "a `{what}` that is kept by user holds under one user's key data of another",
        hint="look at what is put under the keys, and at what its entries share",
    )
    registries = found.of(Kind.PARTITIONED)
    if stage.adapter.sharing == "shared":
        loose = [each for each in found.findings if each.kind is Kind.LEAK]
        kinds = " and its ".join(dict.fromkeys(f"`{each.what}`" for each in loose))
        decline_when(
            loose,
            f"one instance serves everybody, and its {kinds} is not kept by user: C8 and C9 judge"
            " what shows of it",
        )
    decline_when(not registries, "nothing that both users reach is kept by user")
    for each in registries:
        stage.witness(f"a `{each.what}` is kept by user, and leads from each to their own alone")


async def nobody_in_reach(stage: Stage) -> None:
    """From one user's instance no way leads to another's instance or sockets, but through a
    registry that is kept by user. Whether anybody writes there makes no difference."""
    _must_be_apart(stage)
    refuse(
        "C6",
        await overlap(stage),
        "through a `{what}` the instances of {users} reach an instance or a socket of {owners}",
        hint="keep such a table by user, or in the factory alone",
    )
    stage.witness(_SEEN)


def _must_be_apart(stage: Stage) -> None:
    decline_when(
        stage.adapter.sharing == "shared",
        "one instance serves everybody, so that what it holds is everybody's; C5 asks how it is"
        " kept apart",
    )


ISOLATION = (
    Property(
        "C1",
        "what instances hold is written for one user",
        ("factory",),
        own_objects,
        transports=IN_MEMORY,
    ),
    Property(
        "C2",
        "what the code holds is not written",
        ("factory",),
        own_state_of_code,
        transports=IN_MEMORY,
    ),
    Property(
        "C3",
        "names of the code are not bound anew",
        ("factory",),
        no_rebinding,
        transports=IN_MEMORY,
    ),
    Property(
        "C4",
        "no user's data is within reach of another",
        ("factory",),
        no_data_in_common,
        transports=IN_MEMORY,
    ),
    Property(
        "C5",
        "what is kept by user is kept apart",
        ("factory",),
        registries_kept_apart,
        transports=IN_MEMORY,
    ),
    Property(
        "C6",
        "no user's instance or socket is in reach",
        ("factory",),
        nobody_in_reach,
        transports=IN_MEMORY,
    ),
)
