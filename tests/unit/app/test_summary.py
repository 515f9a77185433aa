"""What a report says of each concept: where its owner is, by which paths, what is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.findings import ConceptSummary, OwnerPath
from tests.unit.app.judging import CLEAN, CONTRACT, judged, written


def summary(root: Path, files: dict[str, str]) -> ConceptSummary:
    (concept,) = judged(written(root, {**CLEAN, **files})).concepts
    return concept


def paths(concept: ConceptSummary) -> dict[str, OwnerPath]:
    return {each.path: each for each in concept.paths}


def test_what_the_contract_says_of_a_concept_is_repeated(tmp_path: Path) -> None:
    words = 'summary = "keeps the sockets"\nimpact = "high"\nrisk = "events are lost"\n'

    concept = summary(tmp_path, {"pluribus.toml": CONTRACT + words})

    assert (concept.name, concept.owner) == ("manager", "app.manager:Manager")
    assert (concept.summary, concept.impact, concept.risk) == (
        "keeps the sockets",
        "high",
        "events are lost",
    )


def test_an_owner_has_its_place_and_one_path(tmp_path: Path) -> None:
    concept = summary(tmp_path, {"app/mail.py": "import app.manager\n"})

    (path,) = concept.paths
    assert concept.location is not None
    assert (concept.location.path, concept.location.line) == ("app/manager.py", 1)
    assert concept.location.column == len("class ") + 1
    assert (path.path, path.kind, path.importers) == ("app.manager.Manager", "owner", 0)
    assert path.chain == ("app.manager.Manager",)


def test_a_path_through_several_modules_has_each_hop_in_its_chain(tmp_path: Path) -> None:
    concept = summary(
        tmp_path,
        {
            "app/one.py": "from app.two import Second as First\n\n__all__ = ['First']\n",
            "app/two.py": "from app.manager import Manager as Second\n\n__all__ = ['Second']\n",
        },
    )

    assert paths(concept)["app.one.First"].chain == (
        "app.one.First",
        "app.two.Second",
        "app.manager.Manager",
    )


def test_a_path_is_of_the_kind_that_the_contract_or_the_code_gives_it(tmp_path: Path) -> None:
    contract = CONTRACT + 'import-paths = ["app.manager", "app"]\n'
    concept = summary(
        tmp_path,
        {
            "pluribus.toml": contract,
            "app/__init__.py": "from app.manager import Manager\n",
            "app/legacy.py": "from app.manager import Manager\n",
            "app/facade.py": "from app.manager import Manager\n\n__all__ = ['Manager']\n",
        },
    )

    assert {path: each.kind for path, each in paths(concept).items()} == {
        "app.Manager": "allowed",
        "app.facade.Manager": "re-export",
        "app.legacy.Manager": "legacy",
        "app.mail.Manager": "import",
        "app.manager.Manager": "owner",
    }


def test_a_file_that_imports_by_a_path_twice_is_one_importer(tmp_path: Path) -> None:
    concept = summary(
        tmp_path,
        {
            "app/chat.py": "from app.manager import Manager\n\n"
            "def chat():\n    from app.manager import Manager as Again\n    return Again\n",
        },
    )

    assert paths(concept)["app.manager.Manager"].importers == 2


def test_paths_are_sorted(tmp_path: Path) -> None:
    concept = summary(
        tmp_path, {f"app/{name}.py": CLEAN["app/mail.py"] for name in ("zoo", "ant", "bee")}
    )

    assert list(concept.paths) == sorted(concept.paths)
    assert len(concept.paths) == 5


def test_an_owner_that_is_a_function_has_its_paths_too(tmp_path: Path) -> None:
    concept = summary(
        tmp_path,
        {
            "pluribus.toml": '[concepts.pool]\nowner = "app.pool:connect"\n',
            "app/pool.py": "def connect():\n    return 1\n",
            "app/chat.py": "from app.pool import connect\n\nPOOL = connect()\n",
        },
    )

    assert {each.path: each.kind for each in concept.paths} == {
        "app.chat.connect": "import",
        "app.pool.connect": "owner",
    }


def test_an_owner_that_is_a_module_has_the_names_that_reach_it(tmp_path: Path) -> None:
    concept = summary(
        tmp_path,
        {
            "pluribus.toml": '[concepts.pool]\nowner = "app.pool"\n',
            "app/pool.py": "LIMIT = 1\n",
            "app/chat.py": "from app import pool\n\nLIMIT = pool.LIMIT\n",
        },
    )

    assert concept.location is not None
    assert concept.location.path == "app/pool.py"
    assert {each.path: each.kind for each in concept.paths} == {"app.chat.pool": "import"}


def test_a_legacy_path_at_which_nothing_is_left_is_said(tmp_path: Path) -> None:
    concept = summary(tmp_path, {})

    assert concept.empty == ("legacy path app.legacy",)


@pytest.mark.parametrize(
    "files",
    [
        {"app/legacy.py": ""},
        {"app/chat.py": "from app.legacy import Manager\n"},
        {"app/chat.py": "import app.legacy.inner\n"},
    ],
    ids=["the module is there", "it is imported", "something inside it is imported"],
)
def test_a_legacy_path_at_which_something_is_left_is_not_called_empty(
    tmp_path: Path, files: dict[str, str]
) -> None:
    concept = summary(tmp_path, files)

    assert concept.empty == ()


def test_a_legacy_path_that_is_a_folder_with_modules_is_not_called_empty(tmp_path: Path) -> None:
    concept = summary(tmp_path, {"app/legacy/inner.py": "LIMIT = 1\n"})

    assert concept.empty == ()


def test_a_legacy_path_that_only_a_string_names_is_not_called_empty(tmp_path: Path) -> None:
    text = "from unittest import mock\n\nPATCH = mock.patch('app.legacy.Manager')\n"

    concept = summary(tmp_path, {"tests/test_chat.py": text})

    assert concept.empty == ()


def test_a_pattern_of_rivals_that_matches_no_class_is_said(tmp_path: Path) -> None:
    contract = CONTRACT + 'rivals = { names = ["*Hub", "Man*"] }\n'

    concept = summary(tmp_path, {"pluribus.toml": contract, "app/legacy.py": ""})

    assert concept.empty == ("rivals named *Hub",)


def test_a_pattern_of_rivals_that_matches_a_class_is_not_called_empty(tmp_path: Path) -> None:
    contract = CONTRACT + 'rivals = { names = ["*Hub"] }\n'
    files = {"pluribus.toml": contract, "app/legacy.py": "", "app/hub.py": "class Hub: ...\n"}

    concept = summary(tmp_path, files)

    assert concept.empty == ()
