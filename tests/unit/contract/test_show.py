from __future__ import annotations

import json
from pathlib import Path

from pluribus.contract import Concept, Contract, Interface, as_json, describe

MINIMAL = Contract(
    concepts=(
        Concept(
            name="chat",
            owner="shop.chat:Chat",
            interface=Interface(protocol="shop.chat:Sends"),
            moved={"shop.old:Old": "shop.chat:Chat"},
        ),
    ),
    per_file_ignores={"a b.py": ("rival",)},
    path=Path("/somewhere/pluribus.toml"),
    directory=Path("/somewhere"),
)


def test_a_contract_is_described_with_its_defaults_marked() -> None:
    text = describe(MINIMAL)

    assert text.startswith(
        """\
# read from pluribus.toml

[codebase]
# roots: not given, so found by looking at the code base
exclude = []  # default
tests = ["tests/**", "**/tests/**", "test/**", "**/test_*.py", "**/*_test.py", "**/conftest.py"]\
  # default

[concepts.chat]
owner = "shop.chat:Chat"
summary = ""  # default
import-paths = ["shop.chat"]  # default
legacy-paths = []  # default
factories = []  # default
# context: not declared
events = []  # default
impact = ""  # default
risk = ""  # default
exempt = []  # default
moved = { "shop.old:Old" = "shop.chat:Chat" }
# conform: not declared

[concepts.chat.rivals]
names = []  # default
shared-methods = 2  # default

[concepts.chat.interface]
# methods: not declared
protocol = "shop.chat:Sends"

[per-file-ignores]
"a b.py" = ["rival"]

[phases.imports]  # default
rules = ["imports"]
"""
    )


def test_a_contract_as_json_holds_the_defaults_and_no_path_of_the_machine() -> None:
    contract = json.loads(as_json(MINIMAL))

    assert list(contract) == ["codebase", "concepts", "per-file-ignores", "phases"]
    assert contract["concepts"]["chat"]["import-paths"] == ["shop.chat"]
    assert contract["concepts"]["chat"]["interface"] == {"protocol": "shop.chat:Sends"}
    assert contract["phases"]["imports"] == {"rules": ["imports"], "target": 0, "gate": True}
    assert b"somewhere" not in as_json(MINIMAL)


def test_a_contract_made_in_memory_says_so() -> None:
    text = describe(Contract(concepts=MINIMAL.concepts))

    assert text.startswith("# read from memory\n")
