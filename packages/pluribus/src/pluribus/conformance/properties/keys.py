"""B5: instances follow keys, whatever else is in a context."""

from __future__ import annotations

from pluribus.conformance.properties.base import Property, decline_when
from pluribus.conformance.properties.factory import called
from pluribus.conformance.stage import Stage


async def injective_key(stage: Stage) -> None:
    """Two contexts get one instance if, and only if, their keys are equal.

    Both are generated, twice `examples` pairs a factory, the same ones for the same seed, and the
    pair that is mixed up is made as small as it gets. First the keys are alike: separators at
    different places, blanks, quotes and braces, other spellings, numbers and `None` as text, very
    long ones. Then fields beside the key, declared or not, hold what names another user, down to a
    whole context as text. Separators and patterns are read off the code of the factory's module.
    Which values are tried follows `values`: random UUIDs where only these are accepted, and
    `values.ignores` says which differences are rightly none. A factory that refuses a context has
    not mixed anything up.
    """
    decline_when(stage.adapter.sharing == "shared", "one instance is shared by all")
    from pluribus.conformance.injectivity import (  # noqa: PLC0415  # Hypothesis takes a moment
        Injectivity,
    )

    for factory in called(stage):
        await Injectivity(stage, factory).judge()


KEYS = (
    Property(
        "B5",
        "instances follow keys, and nothing else",
        ("factory",),
        injective_key,
        takes_long=True,
    ),
)
