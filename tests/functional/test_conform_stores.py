"""`stores` of a contract, on small code bases that are driven by the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.functional.cli_project import Project
from tests.functional.conform_project import verdicts
from tests.functional.test_tutorial import File, steps

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "drive-your-manager.md"


def example(root: Path) -> Project:
    made = Project(root)
    _, _, section = HOW_TO.read_text("utf-8").partition("## 6. ")
    text, _, _ = section.partition("## 7. ")
    for step in steps(text):
        assert isinstance(step, File)
        made.write(step.path, step.text)
    return made


def changed(project: Project, path: str, old: str, new: str) -> None:
    text = (project.root / path).read_text("utf-8")
    assert old in text
    project.write(path, text.replace(old, new))


def judged(project: Project, *arguments: str) -> Any:
    return project.run("conform", *arguments, "--output-format", "json")


def test_the_example_of_the_page_is_judged_and_passes(tmp_path: Path) -> None:
    asked = ("A7", "B6", "C4", "C7", "C8", "C11", "D1", "E3", "G7", "H7", "I5")

    done = judged(example(tmp_path), "--property", ",".join(asked))

    found = verdicts(done)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [found[name]["outcome"] for name in asked] == ["PASS"] * len(asked)
    assert (
        "a store in memory, made of fakeredis, stood in for what `redis` connects to"
        in done.stdout
    )


def test_without_shared_keys_it_is_said_who_reads_whose_data(tmp_path: Path) -> None:
    made = example(tmp_path)
    changed(made, "pluribus.toml", 'shared-keys = ["online"]\n', "")

    done = judged(made, "--property", "C11,G7")

    found = verdicts(done)
    assert done.returncode == 1
    assert found["G7"]["outcome"] == "PASS"
    assert (
        found["C11"]["claim"]
        == "`connect` of one user reads another's data from the store: `online`"
    )
    assert "manager = hub_of(" in found["C11"]["sequence"]


def test_a_pattern_that_allowed_nothing_is_an_error(tmp_path: Path) -> None:
    made = example(tmp_path)
    changed(made, "pluribus.toml", '["online"]', '["online", "presence:*"]')

    done = made.run("conform", "--property", "C11")

    assert done.returncode == 2
    assert "shared-keys: presence:* is not needed, take it out of the contract" in done.stdout


def test_a_key_of_stores_alone_and_another_store_are_mistakes_of_the_contract(
    tmp_path: Path,
) -> None:
    made = example(tmp_path)
    changed(made, "pluribus.toml", 'stores = ["redis"]', 'stores = ["mongo"]')
    other = judged(made, "--property", "C11")
    changed(made, "pluribus.toml", 'stores = ["mongo"]\n', "")
    alone = judged(made, "--property", "C11")

    assert (other.returncode, alone.returncode) == (2, 2)
    assert "mongo" in other.stderr
    assert "shared-keys must be declared with stores, not without" in alone.stderr


def test_a_client_that_is_made_and_used_when_it_is_imported_is_no_obstacle(tmp_path: Path) -> None:
    made = example(tmp_path)
    changed(
        made,
        "app/hub.py",
        "HUBS = {}\n",
        "HUBS = {}\n\nimport redis as sync\n\nsync.Redis().set('started', '1')\n",
    )

    done = judged(made, "--property", "C11,D1")

    assert done.returncode == 0, done.stdout


def test_it_is_noticed_through_the_contract_that_users_are_swapped(tmp_path: Path) -> None:
    made = example(tmp_path)

    done = made.run("conform", "--self-test", "--concept", "hub", "--property", "B3,D1,D2,E1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "sound: what is broken was noticed by some property" in done.stdout
