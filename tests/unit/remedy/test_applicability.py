from __future__ import annotations

from pluribus.remedy import applicability
from pluribus.remedy.applicability import BY_RULE
from pluribus.rules import ALL


def test_every_rule_that_can_be_mended_exists() -> None:
    assert BY_RULE.keys() <= {rule.name for rule in ALL}


def test_a_rule_that_nobody_has_taught_to_mend_is_a_persons_work() -> None:
    assert applicability("rival") == "person"
    assert applicability("legacy-import") == "safe"
    assert applicability("facade") == "unsafe"
