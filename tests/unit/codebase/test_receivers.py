"""Objects are followed to their class, and not for ever."""

from __future__ import annotations

from pathlib import Path

from pluribus.codebase import Codebase, Focus
from tests.unit.codebase.trees import written

OWNER = "class Manager:\n    def push(self, event): ...\n"


def calls(root: Path, files: dict[str, str]) -> list[tuple[str, bool, bool]]:
    """Each call on a manager: as it is written, and whether it is certain and exact."""
    codebase = Codebase(written(root, {"app/manager.py": OWNER, **files}))
    codebase.focus(Focus())
    owner = codebase.handle("app.manager", "Manager")
    assert owner is not None
    found = codebase.method_calls([owner])
    return [(each.callee, each.is_certain, each.is_exact) for each in found]


def test_what_is_made_is_exact_and_what_is_annotated_may_be_of_a_class_below(
    tmp_path: Path,
) -> None:
    chat = (
        "from app.manager import Manager\n"
        "made = Manager()\n"
        "made.push(1)\n"
        "def tell(given: Manager):\n"
        "    given.push(1)\n"
    )

    assert calls(tmp_path, {"app/chat.py": chat}) == [
        ("made.push", True, True),
        ("given.push", True, False),
    ]


def test_functions_that_return_each_other_in_many_ways_are_given_up(tmp_path: Path) -> None:
    """With twelve steps of eight ways each, all of them would take years."""
    ways = ""
    for number in range(30):
        ways += f"def f{number}(flag):\n"
        for way in range(8):
            ways += f"    if flag == {way}:\n"
            ways += f"        return f{(number + way) % 30}(flag)\n"
    chat = f"from app.manager import Manager\n{ways}f0(1).push(1)\nManager().push(1)\n"

    assert calls(tmp_path, {"app/chat.py": chat}) == [("Manager().push", True, True)]


def test_names_that_stand_for_each_other_in_a_circle_end(tmp_path: Path) -> None:
    one = "from app.two import thing\nthing.push(1)\nthing = thing\n"
    two = "from app.one import thing\nthing = thing or thing\n"
    kept = (
        "from app.manager import Manager\n"
        "class Chat:\n"
        "    def __init__(self):\n"
        "        self.one = self.two\n"
        "        self.two = self.one\n"
        "        self.one.push(1)\n"
        "        self.three = Manager() or self.three\n"
        "        self.three.push(1)\n"
    )

    found = calls(tmp_path, {"app/one.py": one, "app/two.py": two, "app/kept.py": kept})

    assert [callee for callee, _, _ in found] == ["self.three.push"]
