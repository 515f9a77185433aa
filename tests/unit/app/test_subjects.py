"""What a contract names is found in the code base, or the check stops and says what is near."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.errors import ContractError, OwnerNotFoundError, OwnerNotReadError
from tests.unit.app.judging import CLEAN, judged, places, written


def contract(owner: str, rest: str = "") -> dict[str, str]:
    return {"pluribus.toml": f'[concepts.manager]\nowner = "{owner}"\n{rest}'}


def refusal(root: Path) -> OwnerNotFoundError:
    with pytest.raises(OwnerNotFoundError) as caught:
        judged(root)
    return caught.value


@pytest.mark.parametrize(
    "owner",
    ["app.manager:Managr", "app.manger:Manager", "app.manger:Managr", "ap.manager:Manager"],
    ids=["typo in the name", "typo in the module", "typo in both", "typo in the package"],
)
def test_an_owner_that_is_not_defined_is_an_error_that_names_the_nearest(
    tmp_path: Path, owner: str
) -> None:
    error = refusal(written(tmp_path, {**CLEAN, **contract(owner)}))

    assert error.message == f"concept `manager`: owner `{owner}` is not defined in the code base"
    assert error.concept == "manager"
    assert error.owner == owner
    assert error.nearest[0] == "app.manager:Manager"
    assert error.hint is not None
    assert "did you mean `app.manager:Manager`" in error.hint


def test_an_owner_unlike_anything_in_the_code_base_is_an_error_without_a_guess(
    tmp_path: Path,
) -> None:
    error = refusal(written(tmp_path, {**CLEAN, **contract("elsewhere:Quetzalcoatl")}))

    assert error.nearest == ()
    assert error.hint is not None
    assert "package.module:Qualname" in error.hint


def test_the_definition_in_the_module_most_like_the_one_asked_for_is_named_first(
    tmp_path: Path,
) -> None:
    files = {**CLEAN, **contract("app.billing.manger:Manager")}
    files["app/billing/__init__.py"] = ""
    files["app/billing/manager.py"] = "class Manager: ...\n"

    error = refusal(written(tmp_path, files))

    assert error.nearest == ("app.billing.manager:Manager", "app.manager:Manager")


def test_a_module_that_does_not_exist_is_an_error_that_names_the_nearest_module(
    tmp_path: Path,
) -> None:
    error = refusal(written(tmp_path, {**CLEAN, **contract("app.manger")}))

    assert error.nearest == ("app.manager",)


def test_a_name_of_the_standard_library_is_no_owner(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, {**CLEAN, **contract("collections:OrderedDict")}))

    assert "`collections:OrderedDict` is not defined" in error.message


@pytest.mark.parametrize(
    ("rest", "role", "asked", "nearest"),
    [
        ('factories = ["app.manager:get_manger"]', "factory", "get_manger", "get_manager"),
        ('interface = { protocol = "app.manager:Sendr" }', "protocol", "Sendr", "Sender"),
    ],
    ids=["factory", "protocol"],
)
def test_a_factory_or_protocol_that_is_not_defined_is_an_error_that_names_the_nearest(
    tmp_path: Path, rest: str, role: str, asked: str, nearest: str
) -> None:
    source = "class Manager: ...\nclass Sender: ...\ndef get_manager(): ...\n"
    files = {**CLEAN, **contract("app.manager:Manager", rest), "app/manager.py": source}

    error = refusal(written(tmp_path, files))

    assert f"{role} `app.manager:{asked}` is not defined" in error.message
    assert error.nearest == (f"app.manager:{nearest}",)


def test_a_factory_and_a_protocol_that_are_defined_are_no_error(tmp_path: Path) -> None:
    rest = 'factories = ["app.make:make"]\ninterface = { protocol = "app.make:Sender" }\n'
    source = (
        "from app.manager import Manager\n\nclass Sender:\n    def send(self): ...\n\n"
        "def make():\n    return Manager()\n"
    )
    files = {**CLEAN, **contract("app.manager:Manager", rest), "app/make.py": source}
    files["app/mail.py"] = "from app.make import make\n\nMAIL = make()\n"

    report = judged(written(tmp_path, files), "imports")

    assert places(report.findings) == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("def connect():\n    return 1\n", "connect"),
        ("LIMITS = (1, 2)\n", "LIMITS"),
        ("class Outer:\n    class Inner: ...\n", "Outer.Inner"),
        ("class Outer:\n    def send(self): ...\n", "Outer.send"),
    ],
    ids=["function", "constant", "class in a class", "method"],
)
def test_any_definition_can_be_an_owner(tmp_path: Path, source: str, name: str) -> None:
    files = {**CLEAN, **contract(f"app.pool:{name}"), "app/pool.py": source}

    report = judged(written(tmp_path, files))

    location = report.concepts[0].location
    assert location is not None
    assert location.path == "app/pool.py"
    assert location.line == (2 if "." in name else 1)


def test_a_whole_module_can_be_an_owner(tmp_path: Path) -> None:
    files = {**CLEAN, **contract("app.manager", 'legacy-paths = ["app.old"]')}
    files["app/chat.py"] = "import app.old\n"
    files["app/old.py"] = ""

    report = judged(written(tmp_path, files), "legacy-import")

    assert places(report.findings) == [("legacy-import", "app/chat.py", 1)]
    assert report.concepts[0].owner == "app.manager"


def test_a_whole_package_can_be_an_owner(tmp_path: Path) -> None:
    report = judged(written(tmp_path, {**CLEAN, **contract("app")}))

    assert report.concepts[0].owner == "app"


def test_a_package_without_an_init_file_can_be_an_owner(tmp_path: Path) -> None:
    files = {**CLEAN, **contract("shop.orders"), "shop/orders/place.py": "def place(): ...\n"}

    report = judged(written(tmp_path, files))

    assert report.concepts[0].owner == "shop.orders"


def test_an_owner_declared_by_a_path_that_reexports_it_is_the_definition(tmp_path: Path) -> None:
    files = {**CLEAN, **contract("app:Manager", 'legacy-paths = ["app.legacy"]')}
    files["app/__init__.py"] = "from app.manager import Manager\n\n__all__ = ['Manager']\n"
    files["app/legacy.py"] = "from app.manager import Manager\n"
    files["app/chat.py"] = "from app.legacy import Manager\n\nCHAT = Manager()\n"

    report = judged(written(tmp_path, files), "legacy-import")

    location = report.concepts[0].location
    assert location is not None
    assert location.path == "app/manager.py"
    assert places(report.findings) == [("legacy-import", "app/chat.py", 1)]


def test_an_owner_that_a_legacy_shim_takes_from_outside_the_code_base_is_not_defined_in_it(
    tmp_path: Path,
) -> None:
    files = {**CLEAN, **contract("app.manager:Manager")}
    files["app/manager.py"] = "from installed import Manager\n"

    error = refusal(written(tmp_path, files))

    assert "`app.manager:Manager` is not defined" in error.message


def test_an_owner_that_stands_in_for_an_installed_one_is_defined(tmp_path: Path) -> None:
    files = {**CLEAN, **contract("app.manager:Manager")}
    files["app/manager.py"] = (
        "try:\n    from installed import Manager\n"
        "except ImportError:\n    class Manager:\n        def send(self): ...\n"
    )

    report = judged(written(tmp_path, files))

    location = report.concepts[0].location
    assert location is not None
    assert (location.path, location.line) == ("app/manager.py", 4)


UNREAD = {
    "not parsed": ("app.manager:Manager", {"app/manager.py": "X" + "(" * 3_000}, "was not parsed"),
    "read in part": (
        "app.manager:Manager",
        {"app/manager.py": "def f(:\n"},
        "was read in part: line 1: ",
    ),
    "a re-export of it": (
        "app:Manager",
        {"app/__init__.py": "from app.manager import Manager\n", "app/manager.py": "def f(:\n"},
        "was read in part: line 1: ",
    ),
    "a whole module": ("app.manager", {"app/manager.py": "(" * 3_000}, "was not parsed"),
    "left out": (
        "app.manager:Manager",
        {
            "pluribus.toml": CLEAN["pluribus.toml"] + '[codebase]\nexclude = ["app/manager.py"]\n',
        },
        "was left out: excluded by the contract",
    ),
}


@pytest.mark.parametrize("name", UNREAD)
def test_an_owner_in_a_file_that_was_not_read_whole_is_not_called_undefined(
    tmp_path: Path, name: str
) -> None:
    owner, files, reason = UNREAD[name]
    written(tmp_path, {**CLEAN, **contract(owner), **files})

    with pytest.raises(OwnerNotReadError) as caught:
        judged(tmp_path)

    assert (caught.value.owner, caught.value.path) == (owner, "app/manager.py")
    assert caught.value.reason.startswith(reason)
    assert f"cannot be looked for: `app/manager.py` {reason}" in caught.value.message


def test_an_owner_that_is_a_link_is_not_called_undefined(tmp_path: Path) -> None:
    written(tmp_path, {**CLEAN, "elsewhere.py": "class Manager: ...\n"})
    (tmp_path / "app/manager.py").unlink()
    (tmp_path / "app/manager.py").symlink_to(tmp_path / "elsewhere.py")

    with pytest.raises(OwnerNotReadError) as caught:
        judged(tmp_path)

    assert caught.value.reason == "was left out: a symbolic link"


def test_a_file_that_was_not_read_whole_is_no_excuse_for_what_another_does_not_define(
    tmp_path: Path,
) -> None:
    files = {**CLEAN, **contract("app.manager:Managr"), "app/broken.py": "def f(:\n"}

    error = refusal(written(tmp_path, files))

    assert error.nearest == ("app.manager:Manager",)


def test_the_first_concept_that_is_not_found_stops_the_check_although_others_are_fine(
    tmp_path: Path,
) -> None:
    more = '[concepts.pool]\nowner = "app.pool:Pool"\n'
    files = {**CLEAN, **contract("app.manager:Manager", more)}

    error = refusal(written(tmp_path, files))

    assert error.concept == "pool"
    assert isinstance(error, ContractError)
