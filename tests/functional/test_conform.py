"""`pluribus conform` on small code bases, as users run it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.functional.cli_project import Project
from tests.functional.conform_project import CONTRACT, MANAGER, QUICK, project, verdicts

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


SOME = ("--property", "A1,A2,A7,B1,C1,C9,D1,D14,E3,E8,G1,G3,H5,I1")
"""One of each kind, where it does not matter which."""


def test_a_good_manager_needs_no_configuration_and_passes(tmp_path: Path) -> None:
    done = project(tmp_path, more="").run("conform")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "D1   PASS" in done.stdout
    assert ", FAIL 0, NOT_EXERCISED 0," in done.stdout


def test_a_broken_one_fails_with_a_place_and_a_program(tmp_path: Path) -> None:
    broken = MANAGER.replace("        if websocket in self.active:\n    ", "")

    done = project(tmp_path, manager=broken).run("conform", "--output-format", "json")

    found = verdicts(done)["E3"]
    assert done.returncode == 1
    assert found["outcome"] == "FAIL"
    assert found["anchors"] == [
        {"path": "app/chat.py", "line": 12, "column": 1, "label": "ConnectionManager.disconnect"}
    ]
    assert "manager.disconnect(websocket=alice_socket)" in found["sequence"]


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    broken = MANAGER.replace("send_text(message)", "send_text(message + message)")
    made = project(tmp_path, manager=broken)

    first, second = (made.run("conform", *SOME, "--output-format", "json").stdout for _ in "12")

    assert first == second
    assert str(tmp_path) not in first


def test_another_seed_gives_other_ids_and_the_same_verdicts(tmp_path: Path) -> None:
    broken = MANAGER.replace("        if websocket in self.active:\n    ", "")
    made = project(tmp_path, manager=broken)

    first, second = (
        verdicts(made.run("conform", *SOME, "--output-format", "json", "--seed", seed))
        for seed in ("1", "2")
    )

    assert {k: v["outcome"] for k, v in first.items()} == {
        k: v["outcome"] for k, v in second.items()
    }
    assert first["E3"]["id"] == second["E3"]["id"]
    assert first["E3"]["sequence"] != second["E3"]["sequence"]


def test_json_is_as_its_schema_says(tmp_path: Path) -> None:
    schema = json.loads((REFERENCE / "conformance.schema.json").read_text("utf-8"))

    done = project(tmp_path).run("conform", "--output-format", "json")

    jsonschema.validate(json.loads(done.stdout), schema)


MUTE = MANAGER.replace("            await socket.send_text(message)\n", "            pass\n")


def test_where_nothing_arrives_silence_is_no_pass(tmp_path: Path) -> None:
    done = project(tmp_path, manager=MUTE).run("conform", "--output-format", "json")

    found = {name: each["outcome"] for name, each in verdicts(done).items()}
    assert done.returncode == 1
    assert found["D1"] == "FAIL"
    assert {found[name] for name in ("D5", "E1", "E2", "E3", "E4", "E7")} == {"NOT_EXERCISED"}


def test_what_is_not_exercised_is_no_success_until_it_is_allowed(tmp_path: Path) -> None:
    made = project(tmp_path, manager=MUTE)

    refused = made.run("conform", "--property", "E1,E2")
    made.write("pluribus.toml", CONTRACT + QUICK + 'allow = { E1 = "quiet", E2 = "quiet" }\n')
    allowed = made.run("conform", "--property", "E1,E2")

    assert (refused.returncode, allowed.returncode) == (2, 0)
    assert "allowed: quiet" in allowed.stdout


def test_an_allowance_that_is_not_needed_is_an_error(tmp_path: Path) -> None:
    done = project(tmp_path, more=QUICK + 'allow = { D1 = "once" }\n').run("conform")

    assert done.returncode == 2
    assert "allow.D1: not needed" in done.stdout


def test_what_is_declined_says_why(tmp_path: Path) -> None:
    done = project(tmp_path, more=QUICK + 'declined = { D1 = "best effort" }\n').run("conform")

    assert done.returncode == 0
    assert "DECLINED" in done.stdout
    assert "best effort" in done.stdout


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('allow = { D99 = "x" }\n', "names `D99`, which is no property"),
        ('sharing = "user"\n', "sharing is `user`, and no factory is declared"),
        ('factories = ["app.chat:nothing"]\nsharing = "shared"\n', "has no `nothing`"),
        ('factories = ["app.nowhere:x"]\nsharing = "shared"\n', "no module `app.nowhere`"),
        ("ops.add = { cal = 'x' }\n", "did you mean `call`?"),
        ("ops.add = { args = { websocket = '{sock}' } }\n", "found {sock}"),
        ('declined = { D1 = "x" }\nallow = { D1 = "y" }\n', "must not hold `D1`"),
    ],
)
def test_a_contract_that_cannot_be_driven_is_refused(tmp_path: Path, more: str, said: str) -> None:
    done = project(tmp_path, more=more).run("conform")

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_subject_that_does_not_import_is_told_from_where_it_begins(tmp_path: Path) -> None:
    done = project(tmp_path, manager="import json\n1 / 0\n").run("conform")

    assert done.returncode == 2
    assert "its owner cannot be driven: ZeroDivisionError" in done.stderr
    assert "app/chat.py" in done.stderr
    assert "pluribus/conformance" not in done.stderr


def test_bindings_are_shown(tmp_path: Path) -> None:
    done = project(tmp_path).run("conform", "--bind")

    assert done.returncode == 0
    assert "all share one instance" in done.stdout
    assert "broadcast (all)  broadcast" in done.stdout
    assert '"{websocket}"' in done.stdout


def test_bindings_say_why_there_are_none(tmp_path: Path) -> None:
    made = project(tmp_path)
    made.write(
        "pluribus.toml",
        '[concepts.chat]\nowner = "app.chat:Manager"\nfactories = ["app.chat:made"]\n'
        'conform = { sharing = "shared" }\n',
    )
    made.write(
        "app/chat.py",
        "class Manager: ...\n\n\ndef made():\n    raise RuntimeError('call start() first')\n",
    )

    done = made.run("conform", "--bind", "--concept", "chat")

    assert done.returncode == 2
    assert "no instance: `app.chat:made` raised RuntimeError: call start() first" in done.stderr


def test_what_is_suggested_can_be_put_into_the_contract(tmp_path: Path) -> None:
    made = project(tmp_path, more="")
    before = made.run("conform", *SOME, "--output-format", "json")

    suggested = made.run("conform", "--suggest")
    made.write(
        "pluribus.toml",
        '[concepts.chat]\nowner = "app.chat:ConnectionManager"\n\n' + suggested.stdout,
    )
    after = made.run("conform", *SOME, "--output-format", "json")

    assert suggested.returncode == 0
    assert after.returncode == 0, after.stdout + after.stderr
    changed = {
        name: (each["outcome"], verdicts(after)[name]["outcome"])
        for name, each in verdicts(before).items()
        if each["outcome"] != verdicts(after)[name]["outcome"]
    }
    # What was found is now declared, so that calls by these names are promised.
    assert changed == {"A2": ("DECLINED", "PASS")}


def test_the_kit_notices_what_is_broken_through_the_users_adapter(tmp_path: Path) -> None:
    done = project(tmp_path).run("conform", "--self-test", "--concept", "chat")

    assert done.returncode == 0, done.stdout
    assert "keep: removing a socket does nothing" in done.stdout
    assert (
        "swap: everybody gets the instance that was made first: not possible here" in done.stdout
    )


def test_a_blind_spot_of_the_adapter_is_told(tmp_path: Path) -> None:
    blind = QUICK + 'declined = { E1 = "no", E2 = "no", H5 = "no", E10 = "no" }\n'

    done = project(tmp_path, more=blind).run("conform", "--self-test", "--concept", "chat")

    assert done.returncode == 2
    assert "keep: no property notices it" in done.stdout


def test_without_a_table_nothing_is_driven(tmp_path: Path) -> None:
    made = project(tmp_path)
    made.write("pluribus.toml", '[concepts.chat]\nowner = "app.chat:ConnectionManager"\n')

    refused = made.run("conform")
    named = made.run("conform", "--concept", "chat", "--property", "A1")

    assert (refused.returncode, named.returncode) == (2, 0)
    assert "[concepts.chat.conform]" in refused.stderr


def test_an_unknown_property_or_concept_is_refused_with_the_nearest(tmp_path: Path) -> None:
    made = project(tmp_path)

    concept = made.run("conform", "--concept", "cht")
    prop = made.run("conform", "--property", "D99")

    assert (concept.returncode, prop.returncode) == (2, 2)
    assert "did you mean `chat`?" in concept.stderr
    assert "there is no property `D99`" in prop.stderr


def test_the_example_needs_no_configuration(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "chat"
    shutil.copytree(example, tmp_path / "chat", ignore=shutil.ignore_patterns(".*", "__pycache__"))

    done = Project(tmp_path / "chat").run("conform", "--concept", "websocket-manager")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "B5   PASS" in done.stdout
    assert "D3   PASS" in done.stdout
