from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pluribus.contract import (
    CodebaseOptions,
    Concept,
    Context,
    Contract,
    Exemption,
    Interface,
    Phase,
    Rivals,
    as_json,
    concept_schema,
    contract_schema,
    describe,
    load_contract,
    schema_files,
)

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
COMPLETE = tomllib.loads((Path(__file__).parent / "complete.toml").read_text())
CONTRACT = Draft202012Validator(contract_schema())
CONCEPT = Draft202012Validator(concept_schema())

names = st.text(st.sampled_from("abcäжक0_-"), min_size=1, max_size=5).filter(
    lambda text: text[0] != "-"
)
identifiers = st.sampled_from(["a", "Chat", "_b1", "дом", "किताब", "läden", "聊天"])
modules = st.lists(identifiers, min_size=1, max_size=3).map(".".join)
definitions = st.tuples(modules, modules).map(":".join)
references = modules | definitions
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
filled = texts.filter(lambda text: bool(text.strip()))
rules = st.lists(st.sampled_from(["rival", "dual-import", "imports"]), min_size=1).map(tuple)


def tuples_of(items: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(items, min_size=least, max_size=3).map(tuple)


interfaces = st.builds(Interface, methods=tuples_of(identifiers, 1)) | st.builds(
    Interface, protocol=definitions
)
concepts = st.builds(
    Concept,
    name=names,
    owner=references,
    summary=texts,
    import_paths=tuples_of(modules.map("new.".__add__)),
    legacy_paths=tuples_of(modules.map("old.".__add__)),
    rivals=st.builds(Rivals, names=tuples_of(filled), shared_methods=st.integers(1, 9)),
    interface=st.none() | interfaces,
    factories=tuples_of(definitions),
    context=st.none() | st.builds(Context, parameter=identifiers, key=tuples_of(modules, 1)),
    events=tuples_of(filled),
    impact=st.sampled_from(["critical", "high", "medium", "low", ""]),
    risk=texts,
    exempt=st.lists(
        st.builds(Exemption, files=tuples_of(filled, 1), rules=rules, reason=filled), max_size=2
    ).map(tuple),
    moved=st.dictionaries(references, references, max_size=2),
)
contracts = st.builds(
    Contract,
    codebase=st.builds(
        CodebaseOptions,
        roots=st.none() | tuples_of(filled, 1),
        exclude=tuples_of(filled),
        tests=tuples_of(filled),
    ),
    concepts=st.lists(
        concepts, min_size=1, max_size=3, unique_by=lambda concept: concept.name
    ).map(tuple),
    per_file_ignores=st.dictionaries(filled, rules, max_size=2),
    phases=st.builds(
        Phase, name=names, rules=rules, target=st.integers(0, 9), gate=st.booleans()
    ).map(lambda phase: (phase,)),
)


@settings(deadline=None)  # the disk may be slow
@given(contract=contracts)
def test_the_schema_accepts_every_contract_that_the_loader_accepts(
    contract: Contract, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = describe(contract)
    path = tmp_path_factory.mktemp("contract") / "pluribus.toml"
    path.write_text(text, encoding="utf-8", newline="")

    loaded = load_contract(path)

    assert as_json(loaded) == as_json(contract)
    assert list(CONTRACT.iter_errors(tomllib.loads(text))) == []


def test_the_schema_accepts_the_complete_contract_and_its_concept() -> None:
    concept = COMPLETE["concepts"]["websocket-manager"]

    assert CONTRACT.is_valid(COMPLETE)
    assert CONCEPT.is_valid(concept)


@pytest.mark.parametrize(
    "concept",
    [
        {},
        {"onwer": "a"},
        {"owner": ""},
        {"owner": "a-b"},
        {"owner": "a", "impact": "huge"},
        {"owner": "a", "interface": {}},
        {"owner": "a", "interface": {"methods": ["b"], "protocol": "a:B"}},
        {"owner": "a", "interface": None},
        {"owner": "a", "rivals": {"shared-methods": 0}},
        {"owner": "a", "factories": [""]},
        {"owner": "a", "exempt": [{"files": ["b"], "rules": ["rival"], "reason": ""}]},
        {"owner": "a", "moved": {"b c": "d"}},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(concept: dict[str, object]) -> None:
    assert not CONCEPT.is_valid(concept)
    assert not CONTRACT.is_valid({"concepts": {"chat": concept}})


@pytest.mark.parametrize("schema", [contract_schema(), concept_schema()])
def test_a_schema_is_one_and_is_closed_and_explains_every_key(schema: dict[str, object]) -> None:
    Draft202012Validator.check_schema(schema)
    tables = list(tables_of(schema))

    assert all(table["additionalProperties"] is False for table in tables)
    assert all(
        key["title"] == name and str(key["description"]).endswith(".")
        for table in tables
        for name, key in table["properties"].items()  # type: ignore[attr-defined]  # JSON
    )


@pytest.mark.parametrize("schema", [contract_schema(), concept_schema()])
def test_every_default_of_a_schema_is_a_value_that_it_accepts(schema: dict[str, object]) -> None:
    """An editor that fills defaults in must not write a contract that is refused."""
    keys = [
        key
        for table in tables_of(schema)
        for key in table["properties"].values()  # type: ignore[attr-defined]  # JSON
        if "default" in key
    ]

    assert keys
    assert all(
        Draft202012Validator({**key, "$defs": schema["$defs"]}).is_valid(key["default"])
        for key in keys
    )


@pytest.mark.parametrize("name", schema_files())
def test_the_published_schema_is_current(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == schema_files()[name]


def tables_of(schema: dict[str, object]) -> Iterator[dict[str, object]]:
    yield schema
    yield from schema["$defs"].values()  # type: ignore[attr-defined]  # JSON
