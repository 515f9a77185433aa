"""What an old module does when it is imported, and whether an edit would lose that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.remedy.mending import mended, reasons, text_of

USER = "from app.old import Manager\n"
TAKES = "from app.manager import Manager\nfrom app.registry import Base, Meta, R, reg, watch\n"
REGISTRY = """\
R = []


def reg(thing, *_):
    R.append(thing)
    return thing


get_logger = reg


class loggers:
    @classmethod
    def get_logger(cls, name):
        R.append(name)


class watch:
    def __call__(self, thing):
        return reg(thing)


class Base:
    def __init_subclass__(cls):
        reg(cls)


class Meta(type):
    def __init__(cls, *_):
        reg(cls)
"""
HEARD = {
    "a call": ("reg(Manager)", "calls `reg(...)` (line 3)"),
    "a call whose result is kept": ("_x = reg(Manager)", "calls `reg(...)` (line 3)"),
    "a decorator": ("@reg\ndef f(): ...", "decorates something with `reg` (line 3)"),
    "a decorator that is called": (
        "@watch()\ndef f(): ...",
        "decorates something with `watch` (line 3)",
    ),
    "a base that is told": ("class H(Base): ...", "derives a class from `Base` (line 3)"),
    "a metaclass": (
        "class H(metaclass=Meta): ...",
        "hands `Meta` to the making of a class (line 3)",
    ),
    "a call in the body of a class": ("class H:\n    x = reg(1)", "calls `reg(...)` (line 4)"),
    "a default": ("def f(x=reg(1)): ...", "calls `reg(...)` (line 3)"),
    "a default of a lambda": ("f = lambda x=reg(1): x", "calls `reg(...)` (line 3)"),
    "an annotation": ("def f(x: reg(1)): ...", "calls `reg(...)` (line 3)"),
    "a comprehension": ("x = [reg(each) for each in (1, 2)]", "calls `reg(...)` (line 3)"),
    "a dictionary": ("x = {'a': reg(1)}", "calls `reg(...)` (line 3)"),
    "an f-string": ("x = f'{reg(1)}'", "calls `reg(...)` (line 3)"),
    "an assertion": ("assert reg(1)", "calls `reg(...)` (line 3)"),
    "a condition": ("if reg(1): ...", "calls `reg(...)` (line 3)"),
    "a handler": (
        "try:\n    raise ValueError\nexcept ValueError:\n    reg(1)",
        "calls `reg(...)` (line 6)",
    ),
    "a call by another name": ("r = reg\nr(1)", "calls `r(...)` (line 4)"),
    "a slice": ("R[:0] = [1]", "sets `R[...]` (line 3)"),
    "an environment": ("import os\nos.environ['A'] = 'b'", "sets `os.environ['A']` (line 4)"),
    "an attribute": ("Manager.limit = 2", "sets `Manager.limit` (line 3)"),
    "an attribute in a loop": ("for Manager.limit in [1]: ...", "sets `Manager.limit` (line 3)"),
    "a list that grows": ("R += [1]", "changes `R` (line 3)"),
    "an item that goes": ("del R[0]", "sets `R[...]` (line 3)"),
    "a context": ("with reg(1): ...", "calls `reg(...)` (line 3)"),
    "a logger that is none": (
        "def get_logger(name): R.append(name)\nlogger = get_logger(__name__)",
        "calls `get_logger(...)` (line 4)",
    ),
    "a logger by another name": (
        "from app.registry import get_logger\nlogger = get_logger(__name__)",
        "calls `get_logger(...)` (line 4)",
    ),
    "a logger of a class": (
        "from app.registry import loggers\nlogger = loggers.get_logger(__name__)",
        "calls `loggers.get_logger(...)` (line 4)",
    ),
    "a warning that is none": (
        "class warnings:\n    warn = R.append\nwarnings.warn('x', DeprecationWarning)",
        "calls `warnings.warn(...)` (line 5)",
    ),
    "a warning that people see": (
        "import warnings\nwarnings.warn('x')",
        "calls `warnings.warn(...)` (line 4)",
    ),
    "an object that tells": (
        "class Own:\n    def __init__(self): R.append(self)\nx = Own()",
        "calls `Own(...)` (line 5)",
    ),
    "a function of its own": (
        "def set_up():\n    R.append(1)\nset_up()",
        "calls `set_up(...)` (line 5)",
    ),
}


@pytest.mark.parametrize("name", HEARD)
def test_what_an_import_does_is_not_lost_unseen(name: str, tmp_path: Path) -> None:
    code, reason = HEARD[name]
    files = {
        "app/user.py": USER,
        "app/registry.py": REGISTRY,
        "app/old.py": f"{TAKES}{code}\n",
    }

    outcome = mended(tmp_path, files)

    assert text_of(outcome, "app/user.py") is None
    said = reasons(outcome, "app/user.py")
    assert said == {f"unsafe: importing `app.old` {reason}, which would not happen here"}


def test_names_that_are_put_together_may_be_bound_anew(tmp_path: Path) -> None:
    old = "import app.aside as o\nfrom app.manager import Manager\n"
    old += "for n in dir(o):\n    globals()[n] = getattr(o, n)\n"

    outcome = mended(tmp_path, {"app/user.py": USER, "app/old.py": old})

    assert reasons(outcome, "app/user.py") == {
        "unsafe: `app.old` binds names that are put together while it runs"
    }


SILENT = {
    "nothing": "",
    "definitions": "class H:\n    x = 1\n    def f(self): return reg(1)\ndef g(): return reg(2)",
    "known decorators": (
        "import dataclasses, functools\nfrom dataclasses import dataclass\n"
        "@dataclass(frozen=True)\nclass H:\n    x: int = dataclasses.field(default=1)\n"
        "    @property\n    def y(self): return 1\n    @y.setter\n    def y(self, v): ...\n"
        "    @staticmethod\n    def z(): ...\n    @functools.lru_cache(maxsize=1)\n"
        "    def w(self): ..."
    ),
    "known bases": (
        "import enum, abc\nfrom typing import Generic, NamedTuple, Protocol, TypeVar\n"
        "T = TypeVar('T')\nclass A(enum.Enum):\n    x = enum.auto()\nclass B(abc.ABC): ...\n"
        "class C(Protocol): ...\nclass D(NamedTuple):\n    x: int\nclass E(Generic[T]): ...\n"
        "class F(metaclass=abc.ABCMeta): ...\nclass G(ValueError): ...\nclass H(G): ..."
    ),
    "a base of the code base that nobody hears of": "class H(Manager): ...",
    "values": "import re\nx = re.compile('x')\ny = {}\ny['a'] = 1\nz = []\nz.append(2)\nz += [3]",
    "logging": (
        "import logging, warnings\nlogger = logging.getLogger(__name__)\nlogger.info('old')\n"
        "warnings.warn('old', DeprecationWarning, stacklevel=2)"
    ),
    "logging of its own": (
        "import logging\ndef get_logger(name):\n    return logging.getLogger('app.' + name)\n"
        "logger = get_logger(__name__)\nlogger.warning('old')"
    ),
    "a function that only looks": (
        "import sys\ndef check():\n    found = []\n    for name in sys.modules:\n"
        "        if 'app' in name.lower():\n            found.append(name)\n"
        "    return len(found)\nx = check()"
    ),
    "an object that nobody hears of": (
        "class Own:\n    def __init__(self): self.known = []\nx = Own()\ny = Manager()"
    ),
    "what only a script does": "if __name__ == '__main__':\n    reg(1)",
    "what only a type checker sees": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    reg(1)"
    ),
    "annotations that wait": "",
}


@pytest.mark.parametrize("name", SILENT)
def test_what_nobody_can_see_is_no_doubt(name: str, tmp_path: Path) -> None:
    code = f"{TAKES}{SILENT[name]}\n"
    if name == "annotations that wait":
        code = f"from __future__ import annotations\n{TAKES}def f(x: reg(1)) -> reg(2): ...\n"
    files = {"app/user.py": USER, "app/registry.py": REGISTRY, "app/old.py": code}

    outcome = mended(tmp_path, files)

    assert text_of(outcome, "app/user.py") == "from app.manager import Manager\n", reasons(
        outcome, "app/user.py"
    )


def test_what_is_imported_through_the_old_module_alone_is_heard(tmp_path: Path) -> None:
    files = {
        "app/user.py": USER,
        "app/registry.py": REGISTRY,
        "app/plug.py": "from app.registry import reg\nreg(1)\n",
        "app/old.py": "from app.manager import Manager\nimport app.plug\n",
    }

    outcome = mended(tmp_path, files)

    assert reasons(outcome, "app/user.py") == {
        "unsafe: importing `app.old` imports `app.plug`, which calls `reg(...)` (line 2), which"
        " would not happen here"
    }


def test_what_is_imported_all_the_same_is_not_lost(tmp_path: Path) -> None:
    plug = "from app.registry import reg\nreg(1)\n"
    files = {
        "app/registry.py": REGISTRY,
        "app/plug.py": plug,
        "app/old.py": "from app.manager import Manager\nimport app.plug\n",
        "app/user.py": f"import app.aside\n{USER}",
        "app/aside.py": "from . import plug\ndef aside(): ...\n",
    }

    outcome = mended(tmp_path, files)

    assert text_of(outcome, "app/user.py") == "import app.aside\nfrom app.manager import Manager\n"


def test_what_only_imports_that_are_mended_too_would_run_is_lost(tmp_path: Path) -> None:
    files = {
        "app/registry.py": REGISTRY,
        "app/old.py": "from app.manager import Manager\nfrom app.registry import reg\nreg(1)\n",
        "app/user.py": f"import app.other\n{USER}",
        "app/other.py": USER,
    }

    outcome = mended(tmp_path, files)

    assert outcome.files == {}


def test_a_package_that_is_not_run_any_more_is_heard(tmp_path: Path) -> None:
    contract = (
        '[concepts.manager]\nowner = "app.manager:Manager"\nlegacy-paths = ["app.was.old"]\n'
    )
    files = {
        "app/registry.py": REGISTRY,
        "app/was/__init__.py": "from app.registry import R\nR.append(1)\n",
        "app/was/old.py": "from app.manager import Manager\n",
        "app/user.py": "from app.was.old import Manager\n",
    }

    outcome = mended(tmp_path, files, contract=contract)

    assert reasons(outcome, "app/user.py") == {
        "unsafe: importing `app.was.old` imports `app.was`, which calls `R.append(...)` (line 2),"
        " which would not happen here"
    }


def test_what_only_a_type_checker_imports_runs_nothing(tmp_path: Path) -> None:
    files = {
        "app/registry.py": REGISTRY,
        "app/old.py": "from app.manager import Manager\nfrom app.registry import reg\nreg(1)\n",
        "app/user.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        "    from app.old import Manager\n",
    }

    outcome = mended(tmp_path, files)

    assert text_of(outcome, "app/user.py") is not None
