from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pluribus.contract import (
    DEFAULT_PHASES,
    TEST_GLOBS,
    CodebaseOptions,
    Concept,
    Context,
    Contract,
    Exemption,
    Interface,
    Phase,
    Rivals,
    find_contract,
    load_contract,
)
from pluribus.errors import ContractError

Write = Callable[[str, str], Path]

COMPLETE = Path(__file__).parent / "complete.toml"
CHAT = '[concepts.chat]\nowner = "shop.chat:Chat"\n'


def test_every_key_of_a_complete_contract_is_read() -> None:
    contract = load_contract(COMPLETE)

    assert contract == Contract(
        codebase=CodebaseOptions(roots=(".",), exclude=("**/archived/**",), tests=("tests/**",)),
        concepts=(
            Concept(
                name="websocket-manager",
                owner="shop.realtime.manager:WebSocketManager",
                summary="keeps each user's sockets and delivers agent events to them",
                import_paths=("shop.realtime.manager",),
                legacy_paths=("shop.ws.manager", "shop.ws.factory"),
                rivals=Rivals(names=("*WebSocket*Manager*",), shared_methods=2),
                interface=Interface(
                    methods=(
                        "add_connection",
                        "remove_connection",
                        "emit_agent_event",
                        "send_message",
                    )
                ),
                factories=("shop.realtime.manager:get_websocket_manager",),
                context=Context(parameter="user_context", key=("user_id", "thread_id")),
                events=(
                    "agent_started",
                    "agent_thinking",
                    "tool_executing",
                    "tool_completed",
                    "agent_completed",
                ),
                impact="critical",
                risk="one user's events reach another",
                exempt=(
                    Exemption(
                        files=("tests/compat/**",),
                        rules=("legacy-import",),
                        reason="tests of the alias itself",
                    ),
                ),
                moved={"shop.ws.manager:Manager": "shop.realtime.manager:WebSocketManager"},
            ),
        ),
        per_file_ignores={"scripts/**": ("legacy-string",)},
        phases=DEFAULT_PHASES,
        path=COMPLETE,
        directory=COMPLETE.parent,
    )


def test_an_owner_is_all_that_a_contract_needs(write: Write) -> None:
    path = write("pluribus.toml", CHAT)

    contract = load_contract(path)

    assert contract == Contract(
        codebase=CodebaseOptions(roots=None, exclude=(), tests=TEST_GLOBS),
        concepts=(Concept(name="chat", owner="shop.chat:Chat"),),
        per_file_ignores={},
        phases=DEFAULT_PHASES,
        path=path,
        directory=path.parent,
    )


def test_empty_legacy_paths_and_rivals_are_fine(write: Write) -> None:
    path = write("pluribus.toml", CHAT + "legacy-paths = []\nrivals = { names = [] }\n")

    (concept,) = load_contract(path).concepts

    assert (concept.legacy_paths, concept.rivals) == ((), Rivals())


def test_phases_that_are_declared_replace_the_default_in_their_order(write: Write) -> None:
    phases = (
        '[phases.second]\nrules = ["rival"]\ntarget = 3\n[phases.first]\nrules = ["imports"]\n'
    )
    path = write("pluribus.toml", CHAT + phases)

    contract = load_contract(path)

    assert contract.phases == (
        Phase(name="second", rules=("rival",), target=3),
        Phase(name="first", rules=("imports",), target=0),
    )


def test_a_pyproject_holds_the_same_keys_under_tool_pluribus(write: Write) -> None:
    path = write("pyproject.toml", '[tool.pluribus.concepts.chat]\nowner = "shop.chat:Chat"\n')

    (concept,) = load_contract(path).concepts

    assert concept == Concept(name="chat", owner="shop.chat:Chat")


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(write: Write) -> None:
    plain = load_contract(write("pluribus.toml", CHAT))

    marked = load_contract(write("pluribus.toml", "\ufeff" + CHAT.replace("\n", "\r\n")))

    assert marked == plain


def test_a_concept_may_stand_in_a_file_of_its_own(write: Write) -> None:
    path = write("pluribus.toml", CHAT)
    write("contracts/sessions.toml", 'owner = "shop.sessions"\n')
    write("contracts/auth.toml", 'owner = "shop.auth:Auth"\nrivals = { shared-methods = 3 }\n')

    contract = load_contract(path)

    assert contract.concepts == (
        Concept(name="chat", owner="shop.chat:Chat"),
        Concept(name="auth", owner="shop.auth:Auth", rivals=Rivals(shared_methods=3)),
        Concept(name="sessions", owner="shop.sessions"),
    )


@pytest.mark.parametrize(
    ("name", "text"), [("pluribus.toml", ""), ("pyproject.toml", "[tool.pluribus]")]
)
def test_all_concepts_may_stand_in_files_of_their_own(name: str, text: str, write: Write) -> None:
    path = write(name, text)
    write("contracts/chat.toml", 'owner = "shop.chat:Chat"\n')

    contract = load_contract(path)

    assert [concept.name for concept in contract.concepts] == ["chat"]


def test_other_files_beside_the_concepts_are_left_alone(write: Write) -> None:
    path = write("pluribus.toml", CHAT)
    write("contracts/README.md", "# who owns what")
    write("contracts/.chat.toml.swp.toml", "\0")

    contract = load_contract(path)

    assert [concept.name for concept in contract.concepts] == ["chat"]


def test_a_concept_declared_twice_is_an_error_that_names_both_files(write: Write) -> None:
    path = write("pluribus.toml", CHAT)
    write("contracts/chat.toml", 'owner = "shop.chat:Chat"\n')

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert error.value.message == (
        "contracts/chat.toml: declares `chat`, which pluribus.toml declares too, "
        "as `concepts.chat`"
    )
    assert error.value.hint == "keep one of them"


def test_a_file_that_no_concept_can_be_called_by_is_an_error(write: Write) -> None:
    path = write("pluribus.toml", "")
    write("contracts/chat room.toml", 'owner = "shop.chat:Chat"\n')

    with pytest.raises(ContractError, match=r"chat room\.toml: the file's name, .* must be"):
        load_contract(path)


@pytest.mark.parametrize(
    ("name", "text", "header"),
    [
        ("pluribus.toml", "", "[concepts.chat]"),
        ("pluribus.toml", "[concepts]", "[concepts.chat]"),
        ("pyproject.toml", "[tool.pluribus]", "[tool.pluribus.concepts.chat]"),
    ],
)
def test_no_concept_is_nothing_to_check_and_the_hint_declares_one(
    name: str, text: str, header: str, write: Write
) -> None:
    path = write(name, text)

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert error.value.message.startswith(f"{name}: there is nothing to check")
    assert error.value.hint is not None
    assert header in error.value.hint


def test_a_pyproject_without_the_table_is_no_contract(write: Write) -> None:
    path = write("pyproject.toml", "[tool.ruff]\n")

    with pytest.raises(ContractError, match=r"pyproject.toml: has no table `\[tool.pluribus\]`"):
        load_contract(path)


def test_mistakes_of_all_files_are_told_at_once(write: Write) -> None:
    path = write("pluribus.toml", CHAT + "impact = 3\n[phase]\n")
    write("contracts/auth.toml", 'onwer = "shop.auth:Auth"\n')

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert error.value.message.split("\n") == [
        "pluribus.toml: phase is not a known key",
        (
            "pluribus.toml: concepts.chat.impact must be one of "
            '"critical", "high", "low", "medium", found `3`'
        ),
        "contracts/auth.toml: onwer is not a known key",
    ]
    assert error.value.hint == "phase: did you mean `phases`?\nonwer: did you mean `owner`?"


def test_a_file_that_is_not_toml_is_placed_by_line_and_column(write: Write) -> None:
    path = write("pluribus.toml", CHAT + "events = [\n")

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert error.value.message == "pluribus.toml:4:1: is not TOML: Invalid value"


def test_a_mistake_within_a_line_is_placed_too(write: Write) -> None:
    path = write("pluribus.toml", CHAT)
    write("contracts/auth.toml", "\nowner : 3\n")

    with pytest.raises(ContractError, match=r"^contracts/auth\.toml:2:7: is not TOML: Expected"):
        load_contract(path)


@pytest.mark.parametrize("text", [CHAT + "a=" + "[" * 10_000, CHAT + "a=" + "9" * 5_000])
def test_what_the_toml_reader_cannot_hold_is_an_error_of_the_contract(
    text: str, write: Write
) -> None:
    path = write("pluribus.toml", text)

    with pytest.raises(ContractError, match=r"^pluribus\.toml: cannot be read as TOML"):
        load_contract(path)


def test_a_file_that_is_not_utf_8_is_named_with_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "pluribus.toml"
    path.write_bytes(b"# caf\xe9\n")

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert error.value.message == "pluribus.toml: is not UTF-8: byte 5 is 0xe9"


def test_a_folder_in_place_of_a_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "pluribus.toml"
    path.mkdir()

    with pytest.raises(ContractError, match=r"^pluribus\.toml: is a folder, not a file$"):
        load_contract(path)


def test_a_folder_in_place_of_a_concept_is_an_error(tmp_path: Path, write: Write) -> None:
    path = write("pluribus.toml", CHAT)
    (tmp_path / "contracts" / "auth.toml").mkdir(parents=True)

    with pytest.raises(ContractError, match=r"^contracts/auth\.toml: is a folder, not a file$"):
        load_contract(path)


def test_a_file_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="cannot be read: No such file or directory"):
        load_contract(tmp_path / "pluribus.toml")


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "pluribus.toml"
    path.symlink_to(path)

    with pytest.raises(ContractError, match=r"^pluribus\.toml: cannot be read: Too many levels"):
        load_contract(path)


@pytest.mark.parametrize("name", ["pluribus.toml", "pyproject.toml", "contracts/chat.toml"])
def test_a_pipe_is_refused_because_reading_it_would_never_end(tmp_path: Path, name: str) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / ".pluribus.toml").write_text('[concepts.one]\nowner = "a:b"\n', encoding="utf-8")
    os.mkfifo(tmp_path / name)

    with pytest.raises(ContractError, match="it is a pipe"):
        load_contract(find_contract(tmp_path))
