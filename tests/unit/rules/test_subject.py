"""A concept found in its code base: what goes to it, and by which path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pluribus.app.focusing import focus_of
from pluribus.app.subjects import subject_of
from pluribus.codebase import Codebase
from pluribus.contract import Concept, Interface
from pluribus.rules import Subject
from pluribus.rules.subject import is_inside

OWNER = "app.realtime.manager:Manager"
FILES = {
    "app/__init__.py": "",
    "app/realtime/__init__.py": "",
    "app/realtime/manager.py": (
        "class Manager:\n    def send(self): ...\n    def close(self): ...\n"
        "    def _own(self): ...\n"
    ),
}


def subject(root: Path, files: Mapping[str, str], concept: Concept | None = None) -> Subject:
    for name, text in {**FILES, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    concept = concept or Concept(name="manager", owner=OWNER)
    codebase = Codebase(root)
    codebase.focus(focus_of([concept]), reads_all=True)
    return subject_of(concept, codebase)


def lines(found: Subject) -> list[tuple[str, int]]:
    return [(each.site.place.path, each.site.place.line) for each in found.imports]


@pytest.mark.parametrize(
    "statement",
    [
        "from app.realtime.manager import Manager\n",
        "from app.realtime.manager import Manager as Hub\n",
        "import app.realtime.manager\n",
        "import app.realtime.manager as hub\n",
        "from app.realtime import manager\n",
        "from app.realtime.manager import *\n",
        "def late():\n    from app.realtime.manager import Manager\n",
        "from .realtime.manager import Manager\n",
    ],
)
def test_an_import_of_the_owner_or_its_module_goes_to_the_concept(
    tmp_path: Path, statement: str
) -> None:
    found = subject(tmp_path, {"app/chat.py": statement})

    (use,) = found.imports
    assert use.site.place.path == "app/chat.py"
    assert found.path_of(use) == "app.realtime.manager"
    assert found.legacy_path_of(use) is None


@pytest.mark.parametrize(
    "statement",
    [
        "import os\n",
        "from app import realtime\n",
        "import app.realtime\n",
        "from app.realtime.manager_limits import LIMIT\n",
        "from elsewhere.realtime.manager import Manager\n",
        "MANAGER = 'app.realtime.manager'\n",
    ],
)
def test_an_import_of_something_else_does_not(tmp_path: Path, statement: str) -> None:
    files = {"app/realtime/manager_limits.py": "LIMIT = 1\n", "app/chat.py": statement}

    found = subject(tmp_path, files)

    assert found.imports == []


def test_an_import_that_reaches_the_owner_through_another_module_goes_to_the_concept(
    tmp_path: Path,
) -> None:
    files = {
        "app/shim.py": "from app.realtime.manager import Manager as Hub\n",
        "app/chat.py": "from app.shim import Hub\n",
    }

    found = subject(tmp_path, files)

    assert lines(found) == [("app/chat.py", 1), ("app/shim.py", 1)]
    assert [found.path_of(each) for each in found.imports] == ["app.shim", "app.realtime.manager"]
    assert all(found.reaches_owner(each) for each in found.imports)


def test_a_star_that_brings_the_owner_goes_to_the_concept(tmp_path: Path) -> None:
    files = {
        "app/shim.py": "from app.realtime.manager import Manager\n",
        "app/chat.py": "from app.shim import *\n",
    }

    found = subject(tmp_path, files)

    assert lines(found) == [("app/chat.py", 1), ("app/shim.py", 1)]


def test_a_star_that_does_not_bring_the_owner_does_not(tmp_path: Path) -> None:
    files = {
        "app/shim.py": "from app.realtime.manager import Manager\n\n__all__ = ['A']\nA = 1\n",
        "app/chat.py": "from app.shim import *\n",
    }

    found = subject(tmp_path, files)

    assert lines(found) == [("app/shim.py", 1)]


LEGACY = Concept(name="manager", owner=OWNER, legacy_paths=("app.ws", "app.ws.old"))


def test_the_longest_legacy_path_is_the_one_that_is_named(tmp_path: Path) -> None:
    files = {
        "app/ws/__init__.py": "",
        "app/ws/old.py": "LIMIT = 1\n",
        "app/chat.py": (
            "from app.ws.old import LIMIT\nimport app.ws.other\nfrom app.ws import old\n"
        ),
    }

    found = subject(tmp_path, files, LEGACY)

    assert [found.legacy_path_of(each) for each in found.imports] == [
        "app.ws.old",
        "app.ws",
        "app.ws.old",
    ]


def test_a_module_that_begins_like_a_legacy_path_is_another(tmp_path: Path) -> None:
    files = {"app/wsgi.py": "LIMIT = 1\n", "app/chat.py": "from app.wsgi import LIMIT\n"}

    found = subject(tmp_path, files, LEGACY)

    assert found.imports == []


def test_a_module_that_is_gone_is_a_legacy_path_all_the_same(tmp_path: Path) -> None:
    found = subject(tmp_path, {"app/chat.py": "from app.ws.gone import Manager\n"}, LEGACY)

    assert [found.legacy_path_of(each) for each in found.imports] == ["app.ws"]


def test_the_modules_of_a_concept_are_the_longest_first(tmp_path: Path) -> None:
    found = subject(tmp_path, {}, LEGACY)

    assert found.declared_modules == ("app.realtime.manager", "app.ws.old", "app.ws")
    assert found.allowed == {"app.realtime.manager"}


def test_the_owners_module_is_allowed_beside_the_paths_that_are_declared(tmp_path: Path) -> None:
    concept = Concept(name="manager", owner=OWNER, import_paths=("app.realtime",))

    found = subject(tmp_path, {}, concept)

    assert found.allowed == {"app.realtime", "app.realtime.manager"}


def test_importers_are_counted_by_file_and_path(tmp_path: Path) -> None:
    use = "from app.realtime.manager import Manager\n"
    files = {
        "app/one.py": use + use,
        "app/two.py": use,
        "app/shim.py": "from app.realtime.manager import Manager as Hub\n",
        "app/three.py": "from app.shim import Hub\n",
    }

    found = subject(tmp_path, files)

    assert found.importers == {
        "app.realtime.manager.Manager": {"app/one.py", "app/two.py", "app/shim.py"},
        "app.shim.Hub": {"app/three.py"},
    }


def test_names_that_reach_the_owner_are_offers_and_its_definition_is_none(tmp_path: Path) -> None:
    files = {
        "app/shim.py": "from app.realtime.manager import Manager\n\nHub = Manager\nLIMIT = 1\n"
    }

    found = subject(tmp_path, files)

    assert [each.path for each in found.offers] == ["app.shim.Manager", "app.shim.Hub"]


def test_what_only_type_checkers_see_is_no_offer(tmp_path: Path) -> None:
    text = (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    from app.realtime.manager import Manager\n"
    )

    found = subject(tmp_path, {"app/shim.py": text})

    assert found.offers == []


def test_the_public_methods_of_the_owner_nominate_rivals(tmp_path: Path) -> None:
    found = subject(tmp_path, {})

    assert found.nominating == ("close", "send")


def test_declared_methods_nominate_rivals_instead(tmp_path: Path) -> None:
    concept = Concept(name="manager", owner=OWNER, interface=Interface(methods=("emit", "add")))

    found = subject(tmp_path, {}, concept)

    assert found.nominating == ("emit", "add")


def test_the_methods_of_a_declared_protocol_nominate_rivals_instead(tmp_path: Path) -> None:
    concept = Concept(name="m", owner=OWNER, interface=Interface(protocol="app.base:Sender"))
    files = {"app/base.py": "class Sender:\n    def emit(self): ...\n    def _own(self): ...\n"}

    found = subject(tmp_path, files, concept)

    assert found.nominating == ("emit",)


@pytest.mark.parametrize("owner", ["app.realtime.limits:LIMIT", "app.realtime.limits"])
def test_an_owner_without_methods_nominates_none(tmp_path: Path, owner: str) -> None:
    concept = Concept(name="limits", owner=owner)

    found = subject(tmp_path, {"app/realtime/limits.py": "LIMIT = 1\n"}, concept)

    assert found.nominating == ()
    assert found.owner_class is None


def test_an_owner_goes_by_the_names_that_allowed_modules_give_it(tmp_path: Path) -> None:
    concept = Concept(
        name="manager", owner=OWNER, import_paths=("app.realtime",), legacy_paths=("app.old",)
    )
    files = {
        "app/realtime/__init__.py": "from app.realtime.manager import Manager as Hub\n",
        "app/old.py": "from app.realtime.manager import Manager as Old\n",
        "app/shim.py": "from app.realtime.manager import Manager as Shim\n",
    }

    found = subject(tmp_path, files, concept)

    assert found.public_names == ("Hub", "Manager")


def test_a_private_owner_goes_by_the_names_of_its_old_paths(tmp_path: Path) -> None:
    concept = Concept(name="m", owner="app.core:_Manager", legacy_paths=("app.old",))
    files = {
        "app/core.py": "class _Manager: ...\n",
        "app/old.py": "from app.core import _Manager as Manager\n",
    }

    found = subject(tmp_path, files, concept)

    assert found.public_names == ("Manager", "_Manager")


def test_a_module_that_puts_the_owners_in_its_own_place_is_one_object_with_it(
    tmp_path: Path,
) -> None:
    files = {
        "app/old.py": "import sys\n\nfrom app.realtime import manager\n\n"
        "sys.modules[__name__] = manager\n",
        "app/copy.py": "from app.realtime import manager\n",
    }

    found = subject(tmp_path, files)

    assert found.is_one_object_with_owner("app.old")
    assert not found.is_one_object_with_owner("app.copy")


@pytest.mark.parametrize(
    ("path", "module", "answer"),
    [
        ("app.ws", "app.ws", True),
        ("app.ws.old", "app.ws", True),
        ("app.wsgi", "app.ws", False),
        ("app", "app.ws", False),
    ],
)
def test_a_path_is_inside_a_module_at_a_dot(path: str, module: str, answer: bool) -> None:
    assert is_inside(path, module) is answer
