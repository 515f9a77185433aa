"""Packages whose modules lead back to themselves, and what else is legal and odd."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_REPLACED: Final = "import sys\nimport app.{0}\nsys.modules[__name__] = app.{0}\n"
_GETATTR: Final = "import app.{0}\ndef __getattr__(name):\n    return getattr(app.{0}, name)\n"
_ALL: Final = "from app import {0}\n__all__ = ['{0}']\n__all__ += {0}.__all__\n"

CIRCLES: Final[Mapping[str, Mapping[str, str]]] = {
    "two star imports": {
        "a.py": "from b import *\n",
        "b.py": "from a import *\n",
        "c.py": "from a import Manager, nothing\n",
    },
    "a module that imports itself": {
        "app/s.py": "import app.s\nfrom app.s import *\nfrom app.s import x\nfrom . import s\n"
    },
    "a package inside itself": {
        "a/__init__.py": "",
        "a/a/__init__.py": "from a import a\n",
        "a/a/a/__init__.py": "from a.a import a\nfrom a.a.a import a\n",
    },
    "a package that imports all from itself": {
        "app/__init__.py": "from app import *\nfrom . import *\nfrom app import everything\n"
    },
    "modules called as those of the standard library": {
        "json.py": "from json import *\n",
        "os/__init__.py": "from os import path\n",
        "typing.py": "import typing\nfrom app.manager import Manager\n",
    },
    "an __all__ that is computed": {
        "app/s.py": "from app.manager import *\n__all__ = [n for n in dir() if n]\n",
        "app/t.py": "from app.s import *\nManager()\n",
    },
    "aliases of each other": {
        "app/s.py": "from app.t import Y\nX = Y\n",
        "app/t.py": "from app.s import X\nY = X\n",
        "app/u.py": "from app.s import X\nX()\nManager = Manager\nA = B\nB = A\n",
    },
    "classes that inherit from each other": {
        "app/s.py": "from app.t import B\nclass A(B): ...\n",
        "app/t.py": "from app.s import A\nclass B(A): ...\nclass C(C): ...\n",
    },
    "an owner that inherits from its heir": {
        "app/manager.py": "from app.s import Heir\nclass Manager(Heir):\n    send = 1\n",
        "app/s.py": "from app.manager import Manager\nclass Heir(Manager): ...\n",
    },
    "modules that replace each other": {
        "app/s.py": _REPLACED.format("t"),
        "app/t.py": _REPLACED.format("s"),
        "app/u.py": "from app.s import Manager\n",
    },
    "modules that ask each other": {
        "app/s.py": _GETATTR.format("t"),
        "app/t.py": _GETATTR.format("s"),
        "app/u.py": "from app.s import Manager\n",
    },
    "an __all__ that adds itself": {
        "app/s.py": _ALL.format("s"),
        "app/t.py": "from app.s import *\n",
    },
    "a module that is a file and a package": {"app/s.py": "", "app/s/__init__.py": ""},
    "imports from above the root": {
        "app/s.py": f"from {'.' * 50} import x\nfrom ....a import y\n"
    },
}

USED: Final = {
    "app/u.py": "from app.s import Manager\nfrom app.t import nothing\nfrom app.s import *\n"
}
_REPLACED_BY_NAME: Final = "import sys\nfrom app.{0} import {1}\nsys.modules[__name__] = {1}\n"
_GETATTR_OF_NAME: Final = (
    "from app.{0} import {1}\ndef __getattr__(n):\n    return getattr({1}, n)\n"
)
_ALL_OF_STAR: Final = "from app.{0} import *\n__all__ = []\n__all__ += {1}.__all__\n"

KNOTS: Final[Mapping[str, Mapping[str, str]]] = {
    "each adds the exports of the other": {
        "app/s.py": _ALL.format("t"),
        "app/t.py": _ALL.format("s"),
    },
    "each adds the exports of what the other brings": {
        "app/s.py": _ALL_OF_STAR.format("t", "m"),
        "app/t.py": _ALL_OF_STAR.format("s", "m"),
    },
    "each is replaced by a name of the other": {
        "app/s.py": _REPLACED_BY_NAME.format("t", "q"),
        "app/t.py": _REPLACED_BY_NAME.format("s", "p"),
    },
    "each is replaced by the same name of the other": {
        "app/s.py": _REPLACED_BY_NAME.format("t", "q"),
        "app/t.py": _REPLACED_BY_NAME.format("s", "q"),
    },
    "each is replaced by a submodule of the other": {
        "app/s.py": _REPLACED_BY_NAME.format("t.x", "q"),
        "app/t.py": _REPLACED_BY_NAME.format("s.x", "p"),
    },
    "each asks a name of the other": {
        "app/s.py": _GETATTR_OF_NAME.format("t", "q"),
        "app/t.py": _GETATTR_OF_NAME.format("s", "p"),
    },
}
"""What each module says of itself is what the other says of it."""


def stars(count: int) -> dict[str, str]:
    """Modules of which each imports all from every other."""
    modules = {
        f"app/s{here}.py": "".join(
            f"from app.s{there} import *\n" for there in range(count) if there != here
        )
        for here in range(count)
    }
    return {**modules, "app/u.py": "from app.s0 import Manager, nothing\n"}
