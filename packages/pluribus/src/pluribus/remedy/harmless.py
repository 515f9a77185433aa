"""What a module may do when it is imported, and nobody can tell whether it did."""

from __future__ import annotations

import builtins
import re
import sys
from typing import Final

from pluribus.codebase import Act

# Everything in these that is called by a plain name makes a value, and keeps it to itself.
_MAKERS: Final = frozenset(
    """abc array ast base64 cmath collections collections.abc contextlib contextvars copy
    dataclasses datetime decimal enum fractions functools hashlib inspect itertools json math
    numbers operator pathlib platform queue re secrets statistics string struct textwrap
    threading time types typing typing_extensions unittest.mock uuid weakref zoneinfo attr
    attrs""".split()
)
_NOT_SO: Final = (
    "reduce",
    "register",
    "setprofile",
    "settrace",
    "patch",
    "dump",
    "finalize",
)
_CALLS: Final = frozenset(
    """logging.getLogger logging.NullHandler os.getenv os.environ.get os.getcwd os.getpid os.fspath
    importlib.util.find_spec asyncio.Lock asyncio.Event asyncio.Queue asyncio.Semaphore
    pydantic.Field pydantic.ConfigDict pydantic.field_validator pydantic.model_validator
    sys.getdefaultencoding sys.modules.get""".split()
)
_BUILTINS: Final = frozenset(
    """abs all any bool bytearray bytes callable chr classmethod complex dict dir divmod enumerate
    float format frozenset getattr globals hasattr hash id int isinstance issubclass iter len list
    locals max min next object ord pow property range repr reversed round set slice sorted
    staticmethod str sum super tuple type vars zip""".split()
)
_BASES: Final = (
    "pydantic.BaseModel",
    "pydantic.generics.GenericModel",
    "attr.",
    "typing_extensions.",
)
_METACLASSES: Final = ("abc.ABCMeta", "enum.EnumMeta", "enum.EnumType", "builtins.type")
_PATHS: Final = re.compile(
    r"os\.path\.\w+|pathlib\.Path\(\)(\.(resolve|absolute|joinpath|parent|exists|is_file|is_dir"
    r"|with_name|with_suffix|read_text|relative_to|as_posix)(\(\))?|\.parents\[\])*"
)
_LOGS: Final = re.compile(
    r"logging\.(getLogger\(\)\.)?(debug|info|warning|error|exception|critical|log|isEnabledFor)"
)
# A method of a value that the module has made, or of a text of it.
_OWN: Final = re.compile(
    r"=\w+\.\w+|=str(\.\w+(\(\))?)*|builtins\.(dict|list|set|str|tuple|bytearray)\(\)\.\w+"
)
# Methods of texts and of what is looked through: whatever has them, they change nothing.
_LOOKS: Final = re.compile(
    r".*\.(lower|upper|title|strip|lstrip|rstrip|split|rsplit|splitlines|partition|rpartition"
    r"|startswith|endswith|format|join|replace|encode|decode|items|keys|values)"
)
_FORMS: Final = (_PATHS, _LOGS, _OWN, _LOOKS)
_DEPRECATIONS: Final = re.compile(r"(^|[,.])(Pending)?(Deprecation|Future)Warning(,|$)")


def is_harmless(act: Act) -> bool:
    """Whether an act is known to do nothing that can be seen, whatever the code base holds."""
    path = act.path
    match act.kind:
        case "call":
            return _is_pure(path, act.given)
        case "decorator":
            if path.startswith((":", "=", "?")):
                return path.endswith((".setter", ".getter", ".deleter"))
            return _is_pure(path, "")
        case "base":
            return _is_known_base(path)
        case "keyword":
            # Whether keywords mean anything is up to the bases.
            return act.given != "metaclass" or path in _METACLASSES
        case "set":
            return re.fullmatch(r"[=:]\w+", path) is not None
        case "item":
            is_itself = path == "sys.modules" and act.given == "__name__"
            return is_itself or re.fullmatch(r"=\w+", path) is not None
        case "change":
            return re.fullmatch(r"=\w+", path) is not None
        case "enter":
            return path.startswith("threading.")
        case _:
            return False


def _is_pure(path: str, given: str) -> bool:
    if path in _CALLS or any(each.fullmatch(path) for each in _FORMS):
        return True
    root, _, name = path.partition(".")
    if root == "builtins":
        if name == "type":
            return given.count(",") < 2  # with three arguments it makes a class
        return name in _BUILTINS or _is_exception(name)
    if path == "warnings.warn":
        return _DEPRECATIONS.search(given) is not None
    if path == "sys.modules.setdefault":
        return given.startswith("__name__,")
    module, _, name = path.rpartition(".")
    # Of a class in such a module, too: `datetime.datetime.now`.
    is_made = module in _MAKERS or module.rpartition(".")[0] in _MAKERS
    return is_made and name.isidentifier() and name not in _NOT_SO


def _is_exception(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def _is_known_base(path: str) -> bool:
    root, _, name = path.partition(".")
    if root == "builtins":
        return isinstance(getattr(builtins, name, None), type)
    return root in sys.stdlib_module_names or path.startswith(_BASES)
