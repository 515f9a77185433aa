from __future__ import annotations

import pytest

from pluribus.contract import DEFAULT_PHASES, Concept


@pytest.mark.parametrize(
    ("owner", "module", "qualname"),
    [
        ("shop.chat:Chat", "shop.chat", "Chat"),
        ("shop.chat:Chat.Inner", "shop.chat", "Chat.Inner"),
        ("shop.chat", "shop.chat", None),
    ],
)
def test_an_owner_splits_into_its_module_and_its_name_there(
    owner: str, module: str, qualname: str | None
) -> None:
    concept = Concept(name="chat", owner=owner)

    assert (concept.owner_module, concept.owner_qualname) == (module, qualname)


def test_the_owners_module_is_allowed_when_no_path_is_declared() -> None:
    concept = Concept(name="chat", owner="shop.chat:Chat")

    assert concept.allowed_paths == ("shop.chat",)


def test_declared_paths_are_the_allowed_ones() -> None:
    concept = Concept(name="chat", owner="shop._chat:Chat", import_paths=("shop", "shop.api"))

    assert concept.allowed_paths == ("shop", "shop.api")


def test_the_owners_module_may_be_legacy_when_other_paths_are_allowed() -> None:
    concept = Concept(
        name="chat", owner="shop._chat:Chat", import_paths=("shop",), legacy_paths=("shop._chat",)
    )

    assert concept.allowed_paths == ("shop",)


def test_the_default_phases_are_the_families_of_rules_in_the_order_of_work() -> None:
    phases = {phase.name: (phase.rules, phase.target) for phase in DEFAULT_PHASES}

    assert list(phases.items()) == [
        ("imports", (("imports",), 0)),
        ("implementations", (("implementations",), 0)),
        ("interfaces", (("interfaces",), 0)),
        ("isolation", (("isolation",), 0)),
        ("delivery", (("delivery",), 0)),
    ]
