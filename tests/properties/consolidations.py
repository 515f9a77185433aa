"""Small applications that were consolidated half-way: one owner, old paths to it, and users of
both that say what they see.

Each user module has a `LOG` of what it saw at import, and a `run()` that says what it sees then;
each test module says what its patches meet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

OWNER = """\
class Manager:
    @staticmethod
    def kind(): return "owner"
class Event: ...
def make(): return "made"
def make_all(): return make() + "!"
LIMIT = 7
"""
_TAKES = "from app.core.owner import Manager, Event, make, LIMIT\nfrom app.aside import aside\n"
SHIMS = {
    "plain": _TAKES,
    "relative": "from .core.owner import Manager, Event, make, LIMIT\nfrom .aside import aside\n",
    "star": "from app.core.owner import *\nfrom app.aside import aside\n",
    "listed": '__all__ = ["Manager", "Event", "make", "LIMIT"]\n'
    "from app.core.owner import Manager, Event, make, LIMIT\nfrom app.aside import aside\n",
    "alias": "from app.core import owner\nfrom app import aside as _aside\n"
    "Manager = owner.Manager\nEvent = owner.Event\nmake = owner.make\nLIMIT = owner.LIMIT\n"
    "aside = _aside.aside\n",
    "using": f"{_TAKES}def twice(): return make() * 2\n",
    "own": f"{_TAKES}LIMIT = 8\n",
    "guarded": "from app.aside import aside\nfrom app.core.owner import Manager, Event, LIMIT\n"
    "try:\n    from app.core.owner import make\nexcept ImportError:\n    make = None\n",
    "replaced": "import sys\nfrom app.core import owner\nfrom app.aside import aside as _aside\n"
    "owner.aside = _aside\nsys.modules[__name__] = owner\n",
    "lazy": "def __getattr__(name):\n    if name in ('Manager', 'Event', 'make', 'LIMIT'):\n"
    "        from app.core import owner\n        return getattr(owner, name)\n"
    "    if name == 'aside':\n        from app.aside import aside\n        return aside\n"
    "    raise AttributeError(name)\n",
}
REGISTRY = """\
LOG = []
def run(): return list(LOG)
def reg(thing):
    LOG.append(thing)
    return thing
def get_logger(name): return reg(name)
class Base:
    def __init_subclass__(cls): reg(cls)
class Meta(type):
    def __init__(cls, *_): reg(cls)
"""
EFFECTS = (
    "registry.reg(1)",
    "_x = registry.reg(2)",
    "@registry.reg\ndef handler(): ...",
    "class Sub(registry.Base): ...",
    "class Sub(metaclass=registry.Meta): ...",
    "class Holder:\n    x = registry.reg(3)",
    "def f(x=registry.reg(4)): ...",
    "_x = [registry.reg(n) for n in (5, 6)]",
    "registry.LOG[:0] = [7]",
    "registry.LOG += [8]",
    "import app.plug",
    "logger = registry.get_logger(__name__)",
    "for _n in ('LIMIT',):\n    globals()[_n] = 9",
    "import dataclasses\n@dataclasses.dataclass\nclass Plain:\n    x: int = 1",
    "class Plain(Exception): ...",
    "import logging\nlogger = logging.getLogger(__name__)\nlogger.debug('old')",
)
"""What an old module may do beside handing on; the last three are nothing that can be seen."""
STARTS = (
    "from app.core import owner\ndef go(): owner.{n} = 'set'",
    "import app.core.owner\ndef go(): app.core.owner.{n} = 'set'",
    "from app import old\ndef go(): old.{n} = 'set'",
    "import app.old as o\ndef go(): o.{n} = 'set'",
    "import app.old\ndef go(): vars(app.old).update({n}='set')",
    "import importlib\ndef go(): importlib.import_module('app.old').{n} = 'set'",
    "import app\ndef go(): return app.old.{n}",
    "def go(): ...",
)
"""Code that binds a name of a module anew, or counts on others to have imported it."""
NAMES = ("Manager", "Event", "make", "LIMIT", "aside")
FORMS = (
    "from app.old import {n}\nseen({n})",
    "from app.old import {n} as other\nseen(other)",
    "from app.old import {n}, {m}\nseen({n}); seen({m})",
    "from app.old import {n} as one, {m} as two  # both\nseen(one); seen(two)",
    "from app.old import (\n    {n},  # the first\n    {m},\n)\nseen({n}, {m})",
    "from app.old import ({n},\n    {m} as two)\nseen({n}, two)",
    "from app.old import {n}, \\\n    {m} as two\nseen({n}, two)",
    "from .old import {n}\nseen({n})",
    "from . import old\nseen(old.{n}, old.{m})",
    "from app import old\nseen(old.{n})",
    "from app import old as o, aside as a\nseen(o.{n}, a.aside)",
    "import app.old\nseen(app.old.{n}, app.old.{m})",
    "import app.old\nimport app.aside\nseen(app.old.{n}, app.aside.aside)",
    "import app.old\nseen(app.old.{n}, app.core)",
    "import app.old as o\nseen(o.{n}); seen(f'{{o.{m} is None}}')",
    "import app.old as o, app.aside as a\nseen(o.{n}, a.aside)",
    "import app.old as o\nseen(getattr(o, '{n}'))",
    "from app.core.owner import {n}\nfrom app.old import {n}\nseen({n})",
    "from app.core.owner import Manager\nfrom app.old import {n}, Manager\nseen({n}, Manager)",
    "from app.old import *\nseen({n}) if '{n}' in globals() else None",
    "try:\n    from app.old import {n}\nexcept ImportError:\n    {n} = None\nseen({n})",
    "import importlib\nseen(importlib.import_module('app.old').{n})",
    "import importlib\nseen(getattr(importlib.import_module('app.old'), '{n}'))",
    "import importlib\nseen(importlib.import_module('.old', 'app').{n})",
    "import importlib\nseen(importlib.import_module('.old', __package__).{n})",
    "x = 1; from app.old import {n}; seen({n})",
    "if True: from app.old import {n}; seen({n})",
    "class Holder:\n    from app.old import {n}\nseen(Holder.{n})",
    "import logging\nlogging.getLogger('app.old.{n}')\nfrom app.old import {n}\nseen({n})",
    "from app import old\nseen(f'{{old.{n}=}}'[:4])",
    "import sys\nfrom app import old\nseen(sys.modules[__name__].old.{n})",
    "from app import old\nclass Holder:\n    old = old\nseen(Holder.old.{n})",
    "import app\nfrom app.old import {n}\nseen(app.old.{m})",
    "from app import start\nstart.go()\nfrom app.old import {n}\nseen({n})",
    "from app import start\nimport app.old\nstart.go()\nseen(app.old.{n})",
)
LATE = (
    "from app.old import {n}\n    return [{n}]",
    "from app.old import {n} as other, {m}\n    return [other, {m}]",
    "from .old import {n}\n    return [{n}]",
    "from app import old\n    return [old.{n}]",
    "import app.old\n    return [app.old.{n}]",
    "import app.old as o\n    return [o.{n}, o.{m}]",
    "from app.core.owner import {n}\n    return [{n}]",
    "from app import start\n    start.go()\n    from app.old import {n}\n    return [{n}]",
)
PATCHES = (
    "with mock.patch('app.old.{n}', new='patched'):",
    'with mock.patch("app.old.{n}", "patched"):',
    "with mock.patch.object(old, '{n}', 'patched'):",
    "with mock.patch('app.core.owner.{n}', new='patched'):",
    "with mock.patch('app.old.Manager.kind', new='patched'):",
    "with mock.patch(target='app.old.{n}', new='patched'):",
    "with mock.patch.multiple('app.old', {n}='patched'):",
    "with mock.patch.multiple(old, {n}='patched'):",
    "target = 'app.old.{n}'\n    with mock.patch(target, 'patched'):",
    "target, *_ = ('app.old.{n}',)\n    with mock.patch(target, 'patched'):",
    "target = 'app.old'\n    with mock.patch(f'{{target}}.{n}', 'patched'):",
    "with mock.patch.object(importlib.import_module('app.old'), '{n}', 'patched'):",
    "name = '{n}'\n    with mock.patch.object(old, name, 'patched'):",
    "with mock.patch.dict(old.__dict__, {{'{n}': 'patched'}}):",
    "with mock.patch.dict('app.old.__dict__', {{'{n}': 'patched'}}):",
    "name = 'app.old'; fake = type('Fake', (), {{'{n}': 'patched'}})\n"
    "    with mock.patch.dict(sys.modules, {{name: fake}}):",
    "old.{n} = 'patched'\n    if True:",
    "module = old\n    module.{n} = 'patched'\n    if True:",
    "import app.old\n    app.old.{n} = 'patched'\n    if True:",
    "import app\n    app.old.{n} = 'patched'\n    if True:",
    "importlib.import_module('app.old').{n} = 'patched'\n    if True:",
    "sys.modules['app.old'].{n} = 'patched'\n    if True:",
    "vars(old).update({n}='patched')\n    if True:",
    "owner.{n} = 'patched'\n    if True:",
    "with mock.patch('{user}.old.{n}', 'patched'):",
    "with mock.patch('{user}.app.old.{n}', 'patched'):",
    "with mock.patch.object(user.old, '{n}', 'patched'):",
    "with mock.patch.dict(user.__dict__, {{'old': type('Fake', (), {{'{n}': 'patched'}})}}):",
    "with mock.patch.object(importlib.import_module('{user}').old, '{n}', 'patched'):",
)
HEADER = "LOG = []\ndef seen(*them): LOG.extend(them)\n"
ENCODINGS: Mapping[str, Callable[[str], bytes]] = {
    "plain": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "latin": lambda text: ("# -*- coding: latin-1 -*-\n# caf\xe9\n" + text).encode("latin-1"),
}
CONTRACT = """\
[concepts.manager]
owner = "app.core.owner:Manager"
legacy-paths = ["app.old"]
"""


@dataclass(frozen=True)
class Application:
    """Files by path, and its modules that are run."""

    files: dict[str, bytes]
    users: tuple[str, ...]
    tests: tuple[str, ...]


@st.composite
def applications(draw: st.DrawFn) -> Application:
    shim = draw(st.sampled_from(sorted(SHIMS)))
    does = draw(st.one_of(st.just(""), st.sampled_from(EFFECTS)))
    old = f"{SHIMS[shim]}from app import registry\n{does}\n" if does else SHIMS[shim]
    start = draw(st.sampled_from(STARTS)).format(n=draw(st.sampled_from(NAMES)))
    package = draw(st.sampled_from((b"", b"", b"# All of it\nfrom app.old import Manager\n")))
    files = {
        "pluribus.toml": CONTRACT.encode(),
        "app/__init__.py": package,
        "app/registry.py": REGISTRY.encode(),
        "app/plug.py": b"from app import registry\nregistry.reg(10)\n",
        "app/start.py": f"{start}\n".encode(),
        "app/core/__init__.py": b"",
        "app/core/owner.py": OWNER.encode(),
        "app/aside.py": b"def aside(): return 'aside'\n",
        "app/old.py": old.encode(),
        "tests/__init__.py": b"",
    }
    name = st.sampled_from(NAMES)
    users = []
    for number in range(draw(st.integers(1, 3))):
        text = HEADER
        for form in draw(st.lists(st.sampled_from(FORMS), min_size=1, max_size=2)):
            text += form.format(n=draw(name), m=draw(name)) + "\n"
        text += (
            f"def run():\n    {draw(st.sampled_from(LATE)).format(n=draw(name), m=draw(name))}\n"
        )
        encode = ENCODINGS[draw(st.sampled_from(sorted(ENCODINGS)))]
        files[f"app/user{number}.py"] = encode(text)
        users.append(f"app.user{number}")
    tests = []
    for number in range(draw(st.integers(0, 2))):
        user = draw(st.sampled_from(users))
        patch = draw(st.sampled_from(PATCHES)).format(n=draw(name), user=user)
        needs_old = re.search(r"(?<![.'\w])old\b", patch) is not None
        head = "import importlib\nimport sys\nfrom unittest import mock\n"
        head += "from app import old\n" if needs_old else ""
        own = (
            draw(st.sampled_from(LATE)).format(n=draw(name), m=draw(name)).replace(".old", ".old")
        )
        own = own.replace("from .old", "from app.old")
        files[f"tests/test_{number}.py"] = (
            f"{head}import {user} as user\nfrom app.core import owner\n"
            f"def own():\n    {own}\n"
            f"def run():\n    {patch}\n        return [*user.run(), *own(), owner.make_all()]\n"
        ).encode()
        tests.append(f"tests.test_{number}")
    # Last of all, what the old module has told it.
    return Application(files, (*users, "app.registry"), tuple(tests))
