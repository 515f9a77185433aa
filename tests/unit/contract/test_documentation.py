"""The reference page is held to the loader: its examples load, its errors are the real ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pluribus.app.selection import check_rule_names
from pluribus.contract import load_contract
from pluribus.contract.conform import Conform, Operation, Operations, Resume, RunGrammar, Values
from pluribus.contract.model import (
    CodebaseOptions,
    ConceptKeys,
    Context,
    Document,
    Exemption,
    Interface,
    PhaseKeys,
    Rivals,
)
from pluribus.errors import ContractError

Write = Callable[[str, str], Path]

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "contract.md").read_text("utf-8")
HOW_TO = (Path(__file__).parents[3] / "docs" / "how-to" / "drive-your-manager.md").read_text(
    "utf-8"
)
EXAMPLES = re.findall(r"(?ms)(?:^`([\w./-]+)`:\n\n?)?^```toml\n(.*?)^```", PAGE + HOW_TO)
ERRORS = re.findall(r"(?ms)^```toml refused\n(.*?)^```\n\n```text\n(.*?)^```", PAGE)


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_an_example_of_the_page_loads_and_names_rules_that_exist(
    name: str, text: str, write: Write
) -> None:
    own_file = name.startswith("contracts/")
    path = write(
        "pluribus.toml" if own_file else name or "pluribus.toml", "" if own_file else text
    )
    # Some examples show other tables than a concept's, and a contract needs one.
    write(name if own_file else "contracts/any.toml", text if own_file else 'owner = "any"\n')

    contract = load_contract(path)
    check_rule_names(contract)

    assert contract.path == path


@pytest.mark.parametrize(("text", "printed"), ERRORS)
def test_an_error_of_the_page_is_the_one_that_is_raised(
    text: str, printed: str, write: Write
) -> None:
    path = write("pluribus.toml", text)

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert printed == f"error: {error.value.message}\n\nhint: {error.value.hint}\n"


@pytest.mark.parametrize(
    "table",
    [
        CodebaseOptions,
        ConceptKeys,
        Context,
        Document,
        Exemption,
        Interface,
        PhaseKeys,
        Rivals,
        Conform,
        Operation,
        Operations,
        Resume,
        RunGrammar,
        Values,
    ],
)
def test_every_key_has_its_place_on_the_page(table: type[msgspec.Struct]) -> None:
    keys = [field.encode_name for field in msgspec.structs.fields(table)]

    assert [key for key in keys if f"`{key}`" not in PAGE] == []


def test_the_page_has_examples_and_an_error() -> None:
    assert len(EXAMPLES) > 5
    assert ERRORS
