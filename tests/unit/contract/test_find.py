from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pluribus.contract import find_contract
from pluribus.errors import ContractError, UsageError

Write = Callable[[str, str], Path]


@pytest.mark.parametrize("name", ["pluribus.toml", ".pluribus.toml"])
def test_a_contract_is_found_in_the_root_itself(name: str, write: Write) -> None:
    path = write(name, "")

    assert find_contract(path.parent) == path.resolve()


def test_the_nearest_contract_above_wins(write: Write) -> None:
    write("pluribus.toml", "")
    nearest = write("services/pluribus.toml", "")
    root = write("services/chat/app.py", "").parent

    assert find_contract(root) == nearest.resolve()


def test_a_file_given_as_root_is_looked_for_in_its_folder(write: Write) -> None:
    path = write("pluribus.toml", "")
    source = write("app.py", "")

    assert find_contract(source) == path.resolve()


def test_a_pyproject_with_the_table_holds_a_contract(write: Write) -> None:
    path = write("pyproject.toml", "[tool.pluribus]\n")

    assert find_contract(path.parent) == path.resolve()


@pytest.mark.parametrize("text", ["", "[tool.ruff]\n", "tool = 3\n"])
def test_a_pyproject_without_the_table_does_not_stop_the_search(text: str, write: Write) -> None:
    above = write("pluribus.toml", "")
    pyproject = write("services/pyproject.toml", text)

    assert find_contract(pyproject.parent) == above.resolve()


def test_a_pyproject_without_the_table_may_stand_beside_a_contract(write: Write) -> None:
    path = write("pluribus.toml", "")
    write("pyproject.toml", "[tool.ruff]\n")

    assert find_contract(path.parent) == path.resolve()


@pytest.mark.parametrize(
    "names",
    [
        ("pluribus.toml", ".pluribus.toml"),
        ("pluribus.toml", "pyproject.toml"),
        (".pluribus.toml", "pyproject.toml"),
    ],
)
def test_two_contracts_in_one_folder_are_an_error_that_names_both(
    names: tuple[str, str], tmp_path: Path, write: Write
) -> None:
    for name in names:
        write(name, "[tool.pluribus]\n")

    with pytest.raises(ContractError) as error:
        find_contract(tmp_path)

    assert all(f"{Path(tmp_path.resolve(), name)}`" in error.value.message for name in names)
    assert error.value.hint == "keep one of them"


def test_without_a_contract_the_hint_shows_one_to_write(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as error:
        find_contract(tmp_path)

    assert error.value.message == f"no contract at or above `{tmp_path}`"
    assert error.value.hint is not None
    assert '[concepts.chat]\nowner = "shop.chat:ChatManager"' in error.value.hint


def test_a_root_that_does_not_exist_is_not_searched_from_above(write: Write) -> None:
    path = write("pluribus.toml", "")

    with pytest.raises(UsageError, match=r"`.*missing` does not exist"):
        find_contract(path.parent / "missing")


def test_a_pyproject_that_cannot_be_read_is_an_error_and_not_passed_over(write: Write) -> None:
    write("pluribus.toml", "")
    pyproject = write("services/pyproject.toml", "[tool.pluribus\n")

    with pytest.raises(ContractError, match=r"services/pyproject\.toml:1:15: is not TOML"):
        find_contract(pyproject.parent)


def test_a_dangling_link_is_found_so_that_reading_it_can_fail(tmp_path: Path) -> None:
    link = tmp_path / "pluribus.toml"
    link.symlink_to("elsewhere.toml")

    assert find_contract(tmp_path) == tmp_path.resolve() / "pluribus.toml"
