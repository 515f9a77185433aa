"""A concept that is reached in every way, and one for any generated tree."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.properties.packages import NAMES, Tree

CONTRACT = """\
[concepts.manager]
owner = "app.manager:Manager"
import-paths = ["app.manager"]
legacy-paths = ["app.old_manager"]
rivals = { names = ["*Manager"] }
factories = ["app.making:get_manager"]
context = { parameter = "context", key = ["user", "thread"] }
"""

METHODS = "".join(f"    def {name}(self): ...\n" for name in ("connect", "send", "drop"))

CONCEPT = {
    "app/__init__.py": "from app.served import Boss as Chief\n",
    "app/manager.py": "class Manager:\n" + METHODS,
    # Each hands the owner on under a name, or in a way, that only the hop before gives away.
    "app/served.py": "from app.manager import Manager as Boss\n",
    "app/everything.py": "from app.served import *\n",
    "app/more.py": "from .everything import *\n",
    "app/alias.py": "import app.manager as elsewhere\nLeader = elsewhere.Manager\n",
    "app/by_module.py": "from app import alias\nHead = alias.Leader\n",
    "app/table.py": "_TABLE = {'Ruler': ('app.by_module', 'Head')}\n\n"
    "def __getattr__(name):\n    import importlib\n    if name in _TABLE:\n"
    "        module, attribute = _TABLE[name]\n"
    "        return getattr(importlib.import_module(module), attribute)\n"
    "    raise AttributeError(name)\n",
    "app/twin.py": "import sys\nimport app.manager as real\nsys.modules[__name__] = real\n",
    "app/making.py": "from app.keys import key_of\nfrom app.manager import Manager\n"
    "from app.parts import part\nfrom app.state import kept, seen\n\n"
    "def get_manager(context):\n    key = key_of(context)\n    seen.append(key)\n    part(key)\n"
    "    kept[key] = Manager()\n    own[part_of(context)] = Manager()\n"
    "    log.append(key)\n    return kept[key]\n\n"
    "def part_of(context):\n    return context.user\n\nown = {}\nlog = []\n",
    "app/keys.py": "def key_of(context):\n    return context.user\n",
    "app/state.py": "kept = {}\nseen = []\n",
    "app/rival.py": "class OtherManager:\n" + METHODS,
    "app/nameless.py": "class Hub:\n" + METHODS,
    "use/__init__.py": "",
    "use/a.py": "from app.more import Boss\nBoss()\n",
    "use/b.py": "from app.table import Ruler\nRuler()\n",
    "use/c.py": "from app.twin import Manager\nManager()\n",
    "use/d.py": "from app import Chief\nChief()\n",
    "use/e.py": "import app.by_module\napp.by_module.Head()\n",
    "use/f.py": "from app.old_manager import Manager\n",
    "use/g.py": "from app.manager import Manager\nfrom app.rival import OtherManager\n",
    "use/h.py": "def late():\n    from app.alias import Leader\n    return Leader()\n",
    # Functions that make the owner and hand it out, in ways that lead to other files.
    "app/parts.py": "from app.manager import Manager\n\n"
    "def part(key):\n    return Manager()\n\ndef other():\n    return Manager()\n",
    "use/k.py": "from app.more import Boss\n\nkept = {}\n\n"
    "def make(key):\n    kept[key] = Boss()\n    return kept[key]\n",
    "use/l.py": "from far.away import changed\nfrom app.table import Ruler\n\n"
    "def make():\n    made = Ruler()\n    made = changed(made)\n    return made\n",
    "use/o.py": "from app.parts import other\n\ndef late():\n    return other()\n",
    "far/__init__.py": "",
    "far/away.py": "def changed(made):\n    return 1\n",
    "use/i.py": "from unittest.mock import patch\npatch('app.old_manager.Manager')\n",
    # Nothing of the concept is in them, and yet they say that what is missing may be elsewhere.
    "wide/__init__.py": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
    "spaced/__init__.py": "__import__('pkg_resources').declare_namespace(__name__)\n",
    "use/j.py": "from wide.elsewhere import Manager\nfrom spaced.elsewhere import Manager\n",
}


def owners(tree: Tree) -> list[str]:
    """Classes of a generated tree, as the contract names them."""
    return [
        f"{module.name}:{match[1]}"
        for module in tree.modules
        for line in module.lines
        if (match := re.match(r"class (\w+):", line))
    ]


def using(tree: Tree) -> Mapping[str, str]:
    """A file for each name of each module, which imports it and calls it."""
    pairs = [(module, name) for module in tree.names for name in NAMES]
    return {
        f"use/u{index}.py": f"from {module} import {name} as found\nfound()\n"
        for index, (module, name) in enumerate(pairs)
    }
