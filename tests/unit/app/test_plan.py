from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from pluribus.adapters.editing import read_editable
from pluribus.app.fixing import FixOptions, fix
from pluribus.app.options import Base, CheckOptions
from pluribus.app.plan import CodeOwners, PlanOptions, plan
from pluribus.errors import UsageError
from pluribus.findings.plan import Plan, PlannedMove, Step
from tests.unit.app.judging import CLEAN, CONTRACT, IGNORE, LEGACY, REASON, written

NOBODY = CodeOwners()


def asked(root: Path, **more: CodeOwners) -> PlanOptions:
    read = partial(read_editable, root)
    return PlanOptions(gate=lambda phase: f"gate of {phase}", read=read, **more)


BASELINE = (
    '{"baseline":1,"fingerprint":1}\n'
    '{"rule":"legacy-import","concept":"manager","path":"app/chat.py","key":["x"],"count":7,'
    '"reason":"old"}\n'
    '{"rule":"facade","concept":"manager","path":"app/legacy.py","key":["y"],"count":2,'
    '"reason":"old"}\n'
)


def planned(
    root: Path, files: Mapping[str, str], owners: CodeOwners = NOBODY, **options: object
) -> Plan:
    check = CheckOptions(**options)  # type: ignore[arg-type] # as given
    return plan(written(root, files), check, asked(root, owners=owners))


def step(plan: Plan, kind: str) -> Step:
    (found,) = [each for each in plan.steps if each.kind == kind]
    return found


def test_importers_move_before_what_they_import_goes(tmp_path: Path) -> None:
    found = planned(tmp_path, LEGACY)

    moving, going = step(found, "import"), step(found, "remove")
    assert moving.files == ("app/chat.py", "tests/test_chat.py")
    assert moving.moves == (PlannedMove("app.legacy:Manager", "app.manager:Manager"),)
    assert going.removes == ("app.legacy",)
    assert going.after == (moving.number,)
    assert (moving.work.safe, moving.work.person) == (2, 0)


def test_what_is_called_mechanical_is_what_a_fix_mends(tmp_path: Path) -> None:
    found = planned(tmp_path, LEGACY)

    mended = fix(tmp_path, FixOptions(check=CheckOptions()), read=partial(read_editable, tmp_path))
    assert sum(each.work.safe for each in found.phases) == len(mended.before) - len(mended.after)
    assert sum(each.now for each in found.phases) == len(mended.before) > len(mended.after)


def test_nothing_found_is_a_plan_without_steps(tmp_path: Path) -> None:
    found = planned(tmp_path, CLEAN)

    assert found.steps == ()
    assert {each.state for each in found.phases} == {"done"}


def test_without_a_baseline_the_start_is_now_and_the_plan_says_so(tmp_path: Path) -> None:
    found = planned(tmp_path, LEGACY)

    assert found.start.source == "now"
    assert [each.start for each in found.phases] == [each.now for each in found.phases]


def test_the_start_is_what_the_baseline_accepts_by_phase(tmp_path: Path) -> None:
    found = planned(tmp_path, {**LEGACY, ".pluribus/baseline.jsonl": BASELINE})

    assert (found.start.source, found.start.path) == ("baseline", ".pluribus/baseline.jsonl")
    starts = {each.name: (each.start, each.now) for each in found.phases}
    assert starts["imports"] == (7, 3)
    assert starts["implementations"] == (2, 1)


def test_the_start_may_be_what_the_baseline_accepted_at_a_revision(tmp_path: Path) -> None:
    base = Base("v1", lambda _: BASELINE.encode())

    found = planned(tmp_path, LEGACY, base=base)

    assert (found.start.ref, found.phases[0].start) == ("v1", 7)


def test_a_revision_without_a_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"there was no baseline `\.pluribus/baseline\.jsonl` at `v1`"
    ):
        planned(tmp_path, LEGACY, base=Base("v1", lambda _: None))


def test_phases_are_those_of_the_contract_with_their_targets(tmp_path: Path) -> None:
    phases = (
        "[phases]\n"
        'ways = { rules = ["facade", "fragmented-path"], target = 2 }\n'
        'rest = { rules = ["imports"], target = 1 }\n'
        'last = { rules = ["interfaces"] }\n'
    )
    found = planned(tmp_path, {**LEGACY, "pluribus.toml": CONTRACT + phases})

    shown = [(each.name, each.now, each.target, each.state) for each in found.phases]
    assert shown == [("ways", 2, 2, "done"), ("rest", 2, 1, "open"), ("last", 0, 0, "done")]
    assert [each.gate for each in found.phases][:2] == ["gate of ways", "gate of rest"]
    assert "legacy-import" in found.phases[1].rules
    assert "facade" not in found.phases[1].rules


def test_the_order_holds_although_the_phases_stand_in_another(tmp_path: Path) -> None:
    phases = (
        "[phases]\n"
        'first = { rules = ["facade", "fragmented-path"] }\n'
        'then = { rules = ["legacy-import"] }\n'
    )
    found = planned(tmp_path, {**LEGACY, "pluribus.toml": CONTRACT + phases})

    assert [(each.kind, each.phase) for each in found.steps] == [
        ("import", "then"),
        ("remove", "first"),
    ]


def test_a_phase_waits_for_one_that_has_a_gate(tmp_path: Path) -> None:
    def states(gate: str) -> list[str]:
        phases = f'[phases]\na = {{ rules = ["imports"], gate = {gate} }}\n'
        phases += 'b = { rules = ["implementations"] }\n'
        found = planned(tmp_path / gate, {**LEGACY, "pluribus.toml": CONTRACT + phases})
        return [each.state for each in found.phases]

    assert states("true") == ["open", "waiting"]
    assert states("false") == ["open", "open"]


def test_findings_of_no_phase_come_last(tmp_path: Path) -> None:
    phases = '[phases]\na = { rules = ["implementations"] }\n'

    found = planned(tmp_path, {**LEGACY, "pluribus.toml": CONTRACT + phases})

    assert [(each.name, each.now, each.gate) for each in found.phases] == [
        ("a", 1, "gate of a"),
        ("", 3, ""),
    ]


def test_steps_have_the_owners_of_their_files_and_are_apart_by_them(tmp_path: Path) -> None:
    owners = CodeOwners(
        path="CODEOWNERS", of=lambda path: ("@qa",) if path.startswith("tests/") else ("@app",)
    )

    found = planned(tmp_path, LEGACY, owners)

    moving = [(each.files, each.owners) for each in found.steps if each.kind == "import"]
    assert moving == [(("app/chat.py",), ("@app",)), (("tests/test_chat.py",), ("@qa",))]


def test_what_a_comment_lets_be_imported_is_not_removed(tmp_path: Path) -> None:
    chat = f"from app.legacy import Manager  {IGNORE} {REASON}\n\nCHAT = Manager()\n"

    found = planned(tmp_path, {**LEGACY, "app/chat.py": chat})

    assert step(found, "import").files == ("tests/test_chat.py",)
    assert not any(each.kind == "remove" for each in found.steps)
    assert found.left == (
        "`app.legacy` stays: the contract or a comment lets `app/chat.py` import it",
    )


def test_of_two_imports_that_are_alike_a_comment_lets_one_stay(tmp_path: Path) -> None:
    chat = (
        "def use():\n"
        f"    from app.legacy import Manager  {IGNORE} {REASON}\n"
        "    from app.legacy import Manager\n"
        "    return Manager\n"
    )

    found = planned(tmp_path, {**LEGACY, "app/chat.py": chat})

    assert not any(each.kind == "remove" for each in found.steps)
    assert "`app.legacy` stays" in found.left[0]
    assert step(found, "import").files == ("app/chat.py", "tests/test_chat.py")


NESTED = {
    **CLEAN,
    "pluribus.toml": CONTRACT.replace('"app.legacy"', '"app.legacy", "app.legacy.old"'),
    "app/legacy/__init__.py": "",
    "app/legacy/new.py": "from app.manager import Manager as Manager\n",
    "app/legacy/old.py": "from app.manager import Manager as Manager\n",
    "app/chat.py": "from app.legacy.old import Manager\n\nCHAT = Manager()\n",
}


def test_a_package_goes_after_all_that_imports_something_in_it(tmp_path: Path) -> None:
    found = planned(tmp_path, NESTED)

    moving = step(found, "import")
    going = {each.removes: each for each in found.steps if each.kind == "remove"}
    assert going[("app.legacy", "app.legacy.new")].after == (moving.number,)
    assert going[("app.legacy.old",)].after == (moving.number,)
    assert all("stays" not in each.what for each in going.values())


def test_a_package_stays_as_far_as_something_in_it_does(tmp_path: Path) -> None:
    chat = f"from app.legacy.old import Manager  {IGNORE} {REASON}\n\nCHAT = Manager()\n"

    found = planned(tmp_path, {**NESTED, "app/chat.py": chat})

    going = step(found, "remove")
    assert going.removes == ("app.legacy", "app.legacy.new")
    assert "as a package it stays, because `app.legacy.old` is in it" in going.what


def test_what_has_no_home_is_given_one_first_and_by_a_person(tmp_path: Path) -> None:
    files = {
        **LEGACY,
        "app/legacy.py": "from app.manager import Manager as Manager\n\ndef tool(): return 1\n",
        "app/chat.py": "from app.legacy import tool\n\nCHAT = tool()\n",
    }

    found = planned(tmp_path, files)

    offer = step(found, "offer")
    moving = next(each for each in found.steps if "app/chat.py" in each.files)
    assert offer.moves == (PlannedMove("app.legacy:tool", ""),)
    assert moving.after == (offer.number,)
    assert (moving.work.safe, moving.work.person) == (0, 1)
    assert moving.notes == ("some of what is taken has no home yet",)


def test_moved_says_where_to(tmp_path: Path) -> None:
    moved = 'moved = { "app.legacy:tool" = "app.tools:tool" }\n'
    files = {
        **LEGACY,
        "pluribus.toml": CONTRACT + moved,
        "app/legacy.py": "def tool(): return 1\n",
        "app/tools.py": "def tool(): return 1\n",
        "app/chat.py": "from app.legacy import tool\n\nCHAT = tool()\n",
        "tests/test_chat.py": "",
    }

    found = planned(tmp_path, files)

    assert step(found, "import").moves == (PlannedMove("app.legacy:tool", "app.tools:tool"),)
    assert not any(each.kind == "offer" for each in found.steps)


def test_files_that_take_from_each_other_change_together(tmp_path: Path) -> None:
    files = {
        **LEGACY,
        "app/chat.py": "from app.legacy import Manager as Manager\n"
        "def use():\n    from app.push import Manager as Other\n    return Other\n",
        "app/push.py": "from app.chat import Manager as Manager\n",
    }

    found = planned(tmp_path, files)

    (moving,) = [each for each in found.steps if "app/push.py" in each.files][:1]
    assert {"app/chat.py", "app/push.py"} <= set(moving.files)


def test_comments_that_are_wrong_are_told_of(tmp_path: Path) -> None:
    files = {**LEGACY, "app/mail.py": f"X = 1  {IGNORE} nothing to silence\n"}

    found = planned(tmp_path, files)

    assert found.left == (
        "1 comment that silences nothing fails every gate: mend it first, beginning at "
        "app/mail.py:1",
    )
