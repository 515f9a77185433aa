"""Setting aside what cannot matter changes no finding."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import assume, given, note, reject
from hypothesis import strategies as st

from pluribus.app.check import CheckOptions, check
from pluribus.errors import OwnerNotFoundError
from pluribus.findings import Finding, Report
from tests.properties.concept import CONCEPT, CONTRACT, owners, using
from tests.properties.packages import Tree, trees
from tests.properties.profiles import examples
from tests.properties.resolved import write

# More than a tree may have to be read whole.
FILLERS = 1_600


def fillers() -> Mapping[str, str]:
    return {
        f"filler/part{index % 40}/file{index}.py": f"import os\n\n\nf{index} = os.sep\n"
        for index in range(FILLERS)
    }


def judged(root: Path, *, reads_all: bool) -> Report:
    return check(root, CheckOptions(reads_all=reads_all))


def found(report: Report) -> list[Finding]:
    """All but the hints: they name what is most like a thing, among what was read."""
    bare = [msgspec.structs.replace(each, hint="") for each in report.findings]
    return sorted(bare, key=lambda each: (each.location, each.rule, each.message))


def set_aside(report: Report) -> int:
    return report.completeness.files.set_aside


def found_either_way(root: Path) -> list[Finding]:
    """What is found with the sieve, which must be what is found without it."""
    sieved = judged(root, reads_all=False)
    whole = judged(root, reads_all=True)

    assert set_aside(sieved) > FILLERS / 2
    assert found(sieved) == found(whole)
    return found(whole)


def test_what_is_found_in_a_large_tree_does_not_depend_on_the_sieve(tmp_path: Path) -> None:
    write(tmp_path, {**CONCEPT, **fillers(), "pluribus.toml": CONTRACT})

    sieved = judged(tmp_path, reads_all=False)
    whole = judged(tmp_path, reads_all=True)

    assert set_aside(sieved) > FILLERS / 2
    assert set_aside(whole) == 0
    assert found(sieved) == found(whole)
    assert sieved.concepts == whole.concepts
    places = {each.location.path for each in whole.findings}
    assert places >= {"app/table.py", "app/more.py", "app/twin.py", "use/f.py", "use/i.py"}
    makers = {each.location.path for each in whole.findings if each.rule == "rival-factory"}
    assert makers == {"app/parts.py", "use/h.py", "use/k.py", "use/l.py"}


def test_a_small_tree_gives_the_same_findings_inside_a_large_one(tmp_path: Path) -> None:
    contract = CONTRACT
    write(tmp_path / "small", {**CONCEPT, "pluribus.toml": contract})
    write(tmp_path / "large", {**CONCEPT, **fillers(), "pluribus.toml": contract})

    assert found(judged(tmp_path / "large", reads_all=False)) == found(
        judged(tmp_path / "small", reads_all=False)
    )


def test_roots_that_imports_give_away_do_not_depend_on_the_sieve(tmp_path: Path) -> None:
    """A script of the report's code base had another name when a file that names no concept, and
    gives the root away, was set aside."""
    hidden = {
        "tools/review/__init__.py": "",
        "tools/review/core.py": "LIMIT = 1\n",
        "tools/other.py": "from review.core import LIMIT\n",
        "tools/run.py": "from app.owner import Owner as Runner\n",
    }
    concept = {"app/__init__.py": "", "app/owner.py": "class Owner: ...\n"}
    contract = '[concepts.one]\nowner = "app.owner:Owner"\nlegacy-paths = ["app.old"]\n'
    write(tmp_path, {**hidden, **concept, **fillers(), "pluribus.toml": contract})

    sieved = judged(tmp_path, reads_all=False)
    whole = judged(tmp_path, reads_all=True)

    assert set_aside(sieved) > FILLERS / 2
    assert sieved.completeness.roots == whole.completeness.roots
    assert [root.path for root in sieved.completeness.roots] == [".", "tools"]
    assert found(sieved) == found(whole)
    assert sieved.concepts == whole.concepts


def test_constants_that_are_sent_do_not_depend_on_the_sieve(tmp_path: Path) -> None:
    """Neither the module that holds them nor the one that hands them on spells the concept."""
    sent = {
        "app/__init__.py": "",
        "app/owner.py": "class Owner:\n    def send(self, event): ...\n",
        "app/words.py": "class Words:\n    GONE = 'gone'\n    STARTED = 'started'\n",
        "app/handed.py": "from app.words import Words\n",
        "app/use.py": "from app.handed import Words\nfrom app.owner import Owner\n"
        "Owner().send('started')\nOwner().send(Words.GONE)\n",
    }
    contract = '[concepts.one]\nowner = "app.owner:Owner"\nevents = ["started"]\n'
    write(tmp_path, {**sent, **fillers(), "pluribus.toml": contract})

    findings = found_either_way(tmp_path)

    assert [each.rule for each in findings] == ["unknown-event"]


def test_words_that_are_written_down_again_do_not_depend_on_the_sieve(tmp_path: Path) -> None:
    words = {
        "app/__init__.py": "",
        "app/owner.py": "LOCKS = ['one_lock', 'two_locks', 'no_lock']\n\n\nclass Owner: ...\n",
        "far/one.py": "KNOWN = ['agent.started', 'agent.called', 'agent.done']\n",
        "far/two.py": "KNOWN = ('agent.called', 'agent.started', 'agent.done', 'more')\n",
        "far/three.py": "KNOWN = ('agent.called', 'agent.started')\n",
        "far/four.py": "KNOWN = {'no_lock', 'one_lock', 'two_locks'}\n",
    }
    contract = (
        '[concepts.one]\nowner = "app.owner:Owner"\n'
        'events = ["agent.started", "agent.called", "agent.done"]\n'
    )
    write(tmp_path, {**words, **fillers(), "pluribus.toml": contract})

    findings = found_either_way(tmp_path)

    scattered = [each for each in findings if each.rule == "scattered-constant"]
    assert [each.location.path for each in scattered] == [
        "far/four.py",
        "far/one.py",
        "far/two.py",
    ]


def test_functions_that_make_a_rival_do_not_depend_on_the_sieve(tmp_path: Path) -> None:
    """Only by the name of the class is a file looked for, and not by that of its module."""
    methods = "".join(
        f"    def {name}_socket(self, socket, user):\n        print(user)\n"
        for name in ("add", "remove", "find")
    )
    makers = {
        "app/__init__.py": "",
        "app/owner.py": f"class SocketOwner:\n{methods}\ndef get_owner(): return SocketOwner()\n",
        "app/rival.py": f"class SocketRival:\n{methods}\ndef rival():\n    return SocketRival()\n",
        "app/hub.py": "from app.rival import SocketRival, SocketRival as Hub\n",
        "far/one.py": "from app.hub import SocketRival\n\ndef one():\n    return SocketRival()\n",
        "far/two.py": "from app.hub import Hub\n\ndef two():\n    return Hub()\n",
        "far/three.py": "import app.rival\n\ndef three():\n    return app.rival.SocketRival()\n",
        "far/four.py": "from app.hub import Hub as SocketRival\n\n"
        "def four():\n    return SocketRival()\n",
        "far/five.py": "from app.rival import SocketRival\nimport app.hub as hub\n\n"
        "def five():\n    print(SocketRival)\n    return hub.Hub()\n",
    }
    contract = (
        '[concepts.one]\nowner = "app.owner:SocketOwner"\n'
        'factories = ["app.owner:get_owner"]\nrivals = { names = ["*Rival"] }\n'
    )
    write(tmp_path, {**makers, **fillers(), "pluribus.toml": contract})

    findings = found_either_way(tmp_path)

    rivals = [each.location.path for each in findings if each.rule == "rival-factory"]
    assert rivals == ["app/rival.py", "far/one.py"]


def test_events_that_are_named_anywhere_do_not_depend_on_the_sieve(tmp_path: Path) -> None:
    words = {
        "app/__init__.py": "",
        "app/owner.py": "class Owner: ...\n",
        "far/one.py": "from enum import Enum, auto\n\n\nclass Kind(Enum):\n    A_SEEN = auto()\n",
        "far/two.py": "def name(what):\n    return f'{what}_heard_now'\n",
        "far/three.py": "TOLD = 'event: c_told'\n",
        "far/four.py": '"""Of d_gone nothing is known."""  # d_gone\n',
    }
    contract = (
        '[concepts.one]\nowner = "app.owner:Owner"\n'
        'events = ["a_seen", "b_heard_now", "c_told", "d_gone"]\n'
    )
    write(tmp_path, {**words, **fillers(), "pluribus.toml": contract})

    findings = found_either_way(tmp_path)

    assert [each.key for each in findings] == [("d_gone",)]


COPIED = """\
    def register_customer(self, customer, address):
        if customer.identifier in self.customers_by_identifier:
            raise DuplicateCustomerError(customer.identifier)
        verified = self.address_verifier.verify_address(address)
        customer.assign_address(verified, confirmed_by=self.operator_name)
        self.customers_by_identifier[customer.identifier] = customer
        self.journal.append_registration(customer, happened_at=self.clock.utcnow())
        for subscriber in self.registration_subscribers():
            subscriber.customer_registered(customer)
        if verified.needs_confirmation():
            self.mailer.send_confirmation(customer, template_name="first")
        return verified
"""


def test_copies_do_not_depend_on_the_sieve(tmp_path: Path) -> None:
    """None of them spells the owner, its module, or the method that it copies."""
    copied = {
        "app/__init__.py": "",
        "app/owner.py": f"class Owner:\n{COPIED}",
        "far/exact.py": "class Far:\n" + COPIED.replace("register_customer", "enter"),
        "far/renamed.py": "class Far:\n"
        + COPIED.replace("register_customer", "enter").replace("verified", "found"),
        "far/near.py": "class Far:\n"
        + COPIED.replace("register_customer", "enter").replace("clock.utcnow()", "now"),
        "far/other.py": "class Far:\n"
        + COPIED.replace("register_customer", "enter")
        .replace("subscriber", "listener")
        .replace("verifie", "checke")
        .replace("identifier", "number"),
    }
    contract = '[concepts.one]\nowner = "app.owner:Owner"\n'
    write(tmp_path, {**copied, **fillers(), "pluribus.toml": contract})

    findings = found_either_way(tmp_path)

    clones = [each.location.path for each in findings if each.rule == "clone"]
    assert clones == ["far/exact.py", "far/near.py", "far/renamed.py"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    write(folder, fillers())
    return folder


@given(tree=trees(), data=st.data())
@examples(30)
def test_what_is_found_of_any_tree_does_not_depend_on_the_sieve(
    tree: Tree, data: st.DataObject, large: Path
) -> None:
    assume(owners(tree))
    owner = data.draw(st.sampled_from(owners(tree)))
    with cleared(large, ("p", "use", "t.py")):
        write(large, {**tree.files, **using(tree)})
        write(large, {"pluribus.toml": f'[concepts.one]\nowner = "{owner}"\n'})
        try:
            sieved = judged(large, reads_all=False)
        except OwnerNotFoundError:
            reject()  # Something deletes or replaces it.
        whole = judged(large, reads_all=True)

    for path, text in sorted(tree.files.items()):
        note(f"--- {path}\n{text}")
    assert set_aside(sieved) >= FILLERS
    assert found(sieved) == found(whole)


@contextlib.contextmanager
def cleared(root: Path, names: Sequence[str]) -> Iterator[None]:
    """Removes these files and folders afterwards."""
    try:
        yield
    finally:
        for path in (root / name for name in names):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def real_trees() -> list[Path]:
    folder = os.environ.get("PLURIBUS_REAL")
    return sorted(path.parent for path in Path(folder).glob("*/pluribus.toml")) if folder else []


CONTRACTS = Path(__file__).parents[1] / "real" / "contracts"


def real_contracts() -> list[Path]:
    folder = os.environ.get("PLURIBUS_REAL")
    found = sorted(CONTRACTS.glob("*.toml"))
    return [path for path in found if folder and (Path(folder) / path.stem).is_dir()]


@pytest.mark.real
@pytest.mark.skipif(
    "PLURIBUS_REAL" not in os.environ, reason="PLURIBUS_REAL names no folder of code bases"
)
@pytest.mark.parametrize("contract", real_contracts(), ids=lambda path: path.stem)
def test_what_is_found_in_a_real_tree_does_not_depend_on_the_sieve(contract: Path) -> None:
    root = Path(os.environ["PLURIBUS_REAL"]) / contract.stem

    sieved = check(root, CheckOptions(contract=contract))
    whole = check(root, CheckOptions(contract=contract, reads_all=True))

    assert found(sieved) == found(whole)
    assert sieved.concepts == whole.concepts


def test_functions_of_an_owner_that_is_a_module_do_not_depend_on_the_sieve(
    tmp_path: Path,
) -> None:
    """They were looked for in the files that were read anyhow: a self-test missed what it had
    planted."""
    encode = "def encode_frame(data):\n    return [data]\n"
    functions = encode + encode.replace("encode", "decode")
    modules = {
        "app/__init__.py": "",
        "app/frames.py": functions,
        "app/use.py": "from app.frames import encode_frame\n",
        "far/again.py": functions,
        "far/one.py": encode,
    }
    contract = '[concepts.one]\nowner = "app.frames"\n'
    write(tmp_path, {**modules, **fillers(), "pluribus.toml": contract})

    findings = found_either_way(tmp_path)

    rivals = [each.location.path for each in findings if each.rule == "rival"]
    assert rivals == ["far/again.py"]


def test_what_takes_the_name_of_the_owner_does_not_depend_on_the_sieve(tmp_path: Path) -> None:
    """The file that defines it spells nothing of the concept; only what imports it does."""
    modules = {
        "app/__init__.py": "",
        "app/owner.py": "class Owner: ...\n",
        "far/__init__.py": "",
        "far/other.py": "class Different: ...\n",
        "far/one.py": "from far.other import Different as Owner\n",
        "far/two.py": "from far.other import Different\n\nOwner = Different\n",
    }
    contract = '[concepts.one]\nowner = "app.owner:Owner"\n'
    write(tmp_path, {**modules, **fillers(), "pluribus.toml": contract})

    findings = found_either_way(tmp_path)

    names = [each.location.path for each in findings if each.rule == "homonym"]
    assert names == ["far/one.py", "far/two.py"]
