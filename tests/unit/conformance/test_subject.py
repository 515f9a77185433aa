"""Which code is the subject's, and which that of libraries."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from pluribus.conformance.subject import belongs_to


@pytest.mark.parametrize(
    ("file", "is_own"),
    [
        ("/srv/app/hub.py", True),
        ("/srv/app/.venv/lib/python3.11/site-packages/hub.py", False),
        ("/usr/lib/python3/dist-packages/hub.py", False),
        (f"{Path(sys.base_prefix)}-of-mine/hub.py", True),
    ],
)
def test_what_is_installed_in_any_environment_is_a_library(
    file: str, is_own: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Environments may lie under each other, so it is not only the folders of this one."""
    module = ModuleType("hub_of_this_test")
    module.__file__ = file
    monkeypatch.setitem(sys.modules, module.__name__, module)

    assert belongs_to(["elsewhere"])(module.__name__) is is_own


def test_a_package_that_the_contract_names_is_the_subjects_wherever_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = ModuleType("hub_of_this_test")
    module.__file__ = "/opt/lib/site-packages/hub_of_this_test.py"
    monkeypatch.setitem(sys.modules, module.__name__, module)

    assert belongs_to(["hub_of_this_test"])(module.__name__)
