from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pluribus.contract import load_contract
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

CHAT = '[concepts.chat]\nowner = "shop.chat:Chat"\n'
COMPLETE = (Path(__file__).parent / "complete.toml").read_text()
KEYS = {
    field.encode_name
    for table in (
        Document,
        CodebaseOptions,
        ConceptKeys,
        Context,
        Exemption,
        Interface,
        PhaseKeys,
        Rivals,
    )
    for field in msgspec.structs.fields(table)
}
WRITTEN_KEYS = [
    match.span(1)
    for match in re.finditer(r"(?:^\[|^|[{ ])([a-z-]+)(?= = |\]|\.)", COMPLETE, re.MULTILINE)
    if match[1] in KEYS
]
LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789_-")


@st.composite
def typos(draw: st.DrawFn, word: str) -> str:
    """One slip of the fingers: a letter left out, added, changed, or two exchanged."""
    place = draw(st.integers(0, len(word) - 1))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return draw(
        st.one_of(
            st.just(before + after),
            LETTERS.map(lambda other: before + other + letter + after),
            LETTERS.map(lambda other: before + other + after),
            st.just(before + after[:1] + letter + after[1:]),
        )
    )


def refused(path: Path) -> ContractError:
    with pytest.raises(ContractError) as error:
        load_contract(path)
    return error.value


def test_the_complete_contract_writes_every_key_but_the_other_form_of_an_interface() -> None:
    """And but the table of `pluribus conform`, which `test_conform.py` is about."""
    written = {COMPLETE[start:end] for start, end in WRITTEN_KEYS}

    assert KEYS - written == {"protocol", "conform"}


@settings(deadline=None)  # the disk may be slow
@given(data=st.data())
def test_one_typing_error_in_a_key_suggests_the_key(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    start, end = data.draw(st.sampled_from(WRITTEN_KEYS))
    key = COMPLETE[start:end]
    typo = data.draw(typos(key))
    assume(typo not in {key, ""})
    path = tmp_path_factory.mktemp("typo") / "pluribus.toml"
    path.write_text(COMPLETE[:start] + typo + COMPLETE[end:])

    error = refused(path)

    assert re.fullmatch(rf"pluribus\.toml: (\S+\.)?{typo} is not a known key", error.message)
    assert error.hint == f"did you mean `{key}`?"


@pytest.mark.parametrize(
    ("lines", "message", "hint"),
    [
        (
            "rivals = { shared_methods = 2 }",
            "concepts.chat.rivals.shared_methods is not a known key",
            "did you mean `shared-methods`?",
        ),
        (
            'legacy = ["shop.old"]',
            "concepts.chat.legacy is not a known key",
            "did you mean `legacy-paths`?",
        ),
        (
            "context = { xyz = 1, key = ['user'], parameter = 'who' }",
            "concepts.chat.context.xyz is not a known key",
            "the known keys here are `parameter`, `key`",
        ),
        (
            "rivals = { shared-methods = 0 }",
            "concepts.chat.rivals.shared-methods must be a whole number, at least 1, found `0`",
            None,
        ),
        (
            "rivals = { shared-methods = true }",
            "concepts.chat.rivals.shared-methods must be a whole number, at least 1, found `true`",
            None,
        ),
        (
            "rivals = 1979-05-27",
            "concepts.chat.rivals must be a table, found the time `1979-05-27`",
            None,
        ),
        (
            "rivals = { names = [''] }",
            (
                "concepts.chat.rivals.names[0] must be a pattern such as `*Manager*`, "
                "found an empty string"
            ),
            None,
        ),
        (
            "legacy-paths = 'shop.old'",
            'concepts.chat.legacy-paths must be an array, found "shop.old"',
            'write `["shop.old"]`',
        ),
        (
            "factories = ['']",
            (
                "concepts.chat.factories[0] must be a definition such as `package.module:Name`, "
                "found an empty string"
            ),
            None,
        ),
        (
            "factories = ['shop.chat']",
            (
                "concepts.chat.factories[0] must be a definition such as `package.module:Name`, "
                'found "shop.chat"'
            ),
            None,
        ),
        (
            "import-paths = [' shop.chat']",
            (
                "concepts.chat.import-paths[0] must be a dotted path such as `package.module`, "
                'found " shop.chat"'
            ),
            'write "shop.chat", as Python itself spells it',
        ),
        (
            "import-paths = ['shop.old']\nlegacy-paths = ['shop.old']",
            "concepts.chat.legacy-paths must not hold `shop.old`, which import-paths allows",
            None,
        ),
        (
            "import-paths = ['shop.api.chat']\nlegacy-paths = ['shop.api']",
            (
                "concepts.chat.legacy-paths must not hold `shop.api`, because the owner is to be "
                "imported through `shop.api.chat`"
            ),
            None,
        ),
        (
            "legacy-paths = ['shop.chat']",
            (
                "concepts.chat.legacy-paths must not hold `shop.chat`, because the owner is to be "
                "imported through `shop.chat`"
            ),
            None,
        ),
        (
            "interface = {}",
            (
                "concepts.chat.interface must have exactly one of `methods` and `protocol`, "
                "found neither"
            ),
            None,
        ),
        (
            "interface = { methods = ['send'], protocol = 'shop.chat:Sends' }",
            (
                "concepts.chat.interface must have exactly one of `methods` and `protocol`, "
                "found both"
            ),
            None,
        ),
        (
            "interface = { methods = [] }",
            (
                "concepts.chat.interface.methods must be an array that is not empty, "
                "found an empty array"
            ),
            None,
        ),
        (
            "context = { parameter = 'who' }",
            "concepts.chat.context.key is missing",
            "it is an array",
        ),
        (
            "impact = 'Critical'",
            (
                'concepts.chat.impact must be one of "critical", "high", "low", "medium", '
                'found "Critical"'
            ),
            'did you mean "critical"?',
        ),
        (
            "exempt = [{ files = ['a'], rules = ['rival'], reason = ' ' }]",
            'concepts.chat.exempt[0].reason must be a reason in words, found " "',
            None,
        ),
        (
            "exempt = [{ files = ['a'], rules = [], reason = 'old' }]",
            (
                "concepts.chat.exempt[0].rules must be an array that is not empty, "
                "found an empty array"
            ),
            None,
        ),
        (
            "moved = { 'shop chat' = 'shop.chat' }",
            (
                'concepts.chat.moved."shop chat" must have as its key a definition such as '
                "`package.module:Name`, or a module such as `package.module`, "
                'found "shop chat"'
            ),
            None,
        ),
        (
            "summary = ['a']",
            "concepts.chat.summary must be a string, found an array",
            None,
        ),
        (
            "[codebase]\nroots = []",
            "codebase.roots must be an array that is not empty, found an empty array",
            None,
        ),
        (
            "[codebase]\nroots = ['']",
            "codebase.roots[0] must be a folder such as `src`, or `.`, found an empty string",
            None,
        ),
        (
            "[codebase]\nexclude = ['']",
            "codebase.exclude[0] must be a glob such as `tests/**`, found an empty string",
            None,
        ),
        (
            "[per-file-ignores]\n'' = ['rival']",
            (
                'per-file-ignores."" must have as its key a glob such as `tests/**`, '
                "found an empty string"
            ),
            None,
        ),
        (
            "[per-file-ignores]\n'a.py' = ['C1']",
            (
                'per-file-ignores."a.py"[0] must be the name of a rule or of a family of rules, '
                'such as `dual-import`, found "C1"'
            ),
            None,
        ),
        (
            "[phases]",
            "phases must be a table that is not empty, found an empty table",
            None,
        ),
        (
            "[phases]\na = { rules = ['rival'] }\nb = { rules = ['clone', 'rival'] }",
            "phases must hold `rival` once, found it in `a` and in `b`",
            None,
        ),
        (
            "[phases]\na = { rules = ['rival'], gate = 'yes' }",
            'phases.a.gate must be `true` or `false`, found "yes"',
            None,
        ),
    ],
)
def test_a_mistake_is_told_by_key_path_and_by_what_was_expected_and_found(
    lines: str, message: str, hint: str | None, write: Write
) -> None:
    path = write("pluribus.toml", CHAT + lines + "\n")

    error = refused(path)

    assert (error.message, error.hint) == (f"pluribus.toml: {message}", hint)


def test_an_owner_left_out_is_told_with_its_form(write: Write) -> None:
    path = write("pluribus.toml", "[concepts.chat]\n")

    error = refused(path)

    assert error.message == "pluribus.toml: concepts.chat.owner is missing"
    assert error.hint is not None
    assert error.hint.startswith("it is a definition such as `package.module:Name`")


def test_an_empty_owner_is_refused(write: Write) -> None:
    path = write("pluribus.toml", '[concepts.chat]\nowner = ""\n')

    error = refused(path)

    assert error.message.startswith("pluribus.toml: concepts.chat.owner must be a definition")


def test_in_a_pyproject_the_key_path_starts_at_the_tool(write: Write) -> None:
    path = write("pyproject.toml", "[tool.pluribus]\nconcept = 3\n")

    error = refused(path)

    assert error.message == "pyproject.toml: tool.pluribus.concept is not a known key"


def test_a_table_of_pyproject_that_is_no_table_is_refused(write: Write) -> None:
    path = write("pyproject.toml", "[tool]\npluribus = true\n")

    error = refused(path)

    assert error.message == "pyproject.toml: tool.pluribus must be a table, found `true`"


def test_a_tie_of_two_keys_suggests_both(write: Write) -> None:
    path = write("pluribus.toml", CHAT + "exempt = [{ riles = ['a'], reason = 'old' }]\n")

    error = refused(path)

    assert error.message == "pluribus.toml: concepts.chat.exempt[0].riles is not a known key"
    assert error.hint == "did you mean `files` or `rules`?"
