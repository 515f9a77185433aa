"""What is no part of the product."""

from __future__ import annotations

import pytest

from pluribus.discovery.exclusions import are_across_a_wire, is_backup, is_beside


@pytest.mark.parametrize(
    "path",
    [
        "backups/app/manager.py",
        "backup/manager.py",
        "app/old/manager.py",
        "app/manager_backup.py",
        "app/manager.bak.py",
        "app/manager_old.py",
        "backup_20250910/app/manager.py",
        "app/manager_backup_20250910.py",
    ],
)
def test_what_says_that_it_is_kept_is_a_backup(path: str) -> None:
    assert is_backup(path)


@pytest.mark.parametrize(
    "path",
    ["app/backup/manager.py", "app/threshold.py", "app/old_way.py", "app/archive.py", "a/bold.py"],
)
def test_what_makes_backups_is_none(path: str) -> None:
    assert not is_backup(path)


def test_folders_of_scripts_are_beside_the_product_only_at_the_top() -> None:
    assert is_beside("scripts/run.py")
    assert not is_beside("app/tools/run.py")
    assert is_beside("app/_vendor/run.py")
    assert is_beside("app/api_pb2.py")


def test_a_client_and_a_controller_are_across_a_wire() -> None:
    assert are_across_a_wire("TaskClient", "TaskController")
    assert not are_across_a_wire("TaskClient", "UnifiedTaskClient")
    assert not are_across_a_wire("TaskManager", "TaskController")
