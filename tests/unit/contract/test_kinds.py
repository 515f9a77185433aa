from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pluribus.contract import load_contract
from pluribus.errors import ContractError

Write = Callable[[str, str], Path]


@pytest.mark.parametrize(
    "owner",
    ["shop", "shop.chat", "shop.chat:Chat", "shop:Chat.Inner", "_a.__b__:_C9", "läden.чат:聊天"],
)
def test_an_owner_is_a_module_or_a_name_in_one_in_any_script(owner: str, write: Write) -> None:
    path = write("pluribus.toml", f'[concepts.chat]\nowner = "{owner}"\n')

    (concept,) = load_contract(path).concepts

    assert concept.owner == owner


def test_vowel_signs_are_letters_of_a_name_as_they_are_to_python(write: Write) -> None:
    """`\\w` of regular expressions leaves them out, so Hindi names would be refused."""
    path = write("pluribus.toml", '[concepts.chat]\nowner = "दुकान.बात:किताब"\n')

    (concept,) = load_contract(path).concepts

    assert concept.owner_qualname == "किताब"


@pytest.mark.parametrize(
    "owner",
    [
        ".chat",
        "shop.",
        "shop..chat",
        "shop:",
        ":Chat",
        "shop:Chat:Inner",
        "shop chat",
        "9shop",
        "shop-chat",
        "shop/chat.py",
        "shop.chat:Chat()",
        "shop.*",
        "shop→chat",
    ],
)
def test_what_is_no_dotted_name_is_refused(owner: str, write: Write) -> None:
    path = write("pluribus.toml", f'[concepts.chat]\nowner = "{owner}"\n')

    with pytest.raises(ContractError, match="owner must be a definition such as"):
        load_contract(path)


def test_a_name_that_python_spells_otherwise_is_refused_with_its_spelling(write: Write) -> None:
    """Python reads names in NFKC: a decomposed letter would never be found in source."""
    path = write("pluribus.toml", '[concepts.chat]\nowner = "la\u0308den"\n')

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert error.value.hint == 'write "l\u00e4den", as Python itself spells it'


@pytest.mark.parametrize("name", ["chat", "websocket-manager", "web_socket2", "3d", "чат"])
def test_a_concept_is_named_in_letters_digits_hyphens_and_underscores(
    name: str, write: Write
) -> None:
    path = write("pluribus.toml", f'[concepts."{name}"]\nowner = "shop"\n')

    (concept,) = load_contract(path).concepts

    assert concept.name == name


@pytest.mark.parametrize("name", ["", " ", "a b", "a.b", "-a", "a/b", "a\\n"])
def test_other_names_of_concepts_are_refused(name: str, write: Write) -> None:
    path = write("pluribus.toml", f'[concepts."{name}"]\nowner = "shop"\n')

    with pytest.raises(ContractError, match="must have as its key a name of letters"):
        load_contract(path)
