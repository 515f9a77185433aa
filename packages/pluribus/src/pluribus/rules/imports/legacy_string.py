"""See `legacy_string.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pluribus.codebase import String
from pluribus.findings import Confidence, Evidence, Severity
from pluribus.rules.base import Violation, rule
from pluribus.rules.subject import Subject, is_inside

# Calls that import or patch what a string names: the end of the callee, and the arguments that
# may hold the name, by position or keyword.
_BY_NAME: dict[str, tuple[set[int], set[str]]] = {
    "patch": ({0}, {"target"}),
    "patch.dict": ({0}, {"in_dict"}),
    "patch.multiple": ({0}, {"target"}),
    "patch.object": ({0}, {"target"}),
    "monkeypatch.setattr": ({0}, {"target"}),
    "monkeypatch.delattr": ({0}, {"target"}),
    "monkeypatch.setitem": ({1}, {"name"}),
    "monkeypatch.delitem": ({1}, {"name"}),
    "import_module": ({0}, {"name"}),
    "__import__": ({0}, {"name"}),
    "resolve_name": ({0}, {"name"}),
    "find_spec": ({0}, {"name"}),
    "run_module": ({0}, {"mod_name"}),
    "import_string": ({0}, {"dotted_path", "import_name"}),
    "import_object": ({0}, {"name"}),
    "importorskip": ({0}, {"modname"}),
    "locate": ({0}, {"path"}),
}
_BY_NAME_TOO = ("exec", "eval", "reload", "exec_module", "sys.modules")
# Functions of one's own that say in their names that they import what they are told.
_IMPORTS = re.compile(r"_*(try_)?(import|load|resolve)(_|$)")
# What a string is told, and goes no further.
_KEEPS = re.compile(r"(append|add|insert|assert\w*)$", re.IGNORECASE)
_MONKEYPATCHES = ("monkeypatch", "monkeysession", "mp")
# Names of loggers look like modules and are none.
_LOGGERS = (
    "getLogger",
    "get_logger",
    "set_level",
    "at_level",
    "assertLogs",
    "assertNoLogs",
    "bind",
)


@rule(
    name="legacy-string",
    family="imports",
    summary="a string names a path that the contract declares legacy",
    severity=Severity.WARNING,
    needs_owner=False,
)
def legacy_string(subject: Subject) -> Iterator[Violation]:
    legacy = subject.concept.legacy_paths
    for string in subject.legacy_strings:
        path = max((p for p in legacy if is_inside(_dotted(string.text), p)), key=len)
        if names_a_logger(string) or is_inside(string.site.module, path):
            continue
        if string.position == "comparison" and string.callee.endswith(("__module__", "__name__")):
            continue
        imports_it = imports_by_name(string)
        if not imports_it and ("." not in string.text or _is_text_of_a_test(string)):
            continue
        where = _where(string)
        yield Violation(
            site=string.site,
            message=f"a string names the legacy path `{path}`{where}: `{string.text}`",
            hint="name what the code under test uses now, so that the patch still meets it"
            if "patch" in string.callee
            else f"name it by `{subject.concept.allowed_paths[0]}`",
            severity=Severity.WARNING if imports_it else Severity.NOTE,
            confidence=Confidence.CERTAIN if imports_it else Confidence.POSSIBLE,
            evidence=(Evidence("call", string.callee_path),) if imports_it else (),
            key=(string.site.place.path, string.site.scope, string.callee, string.text),
        )


def _where(string: String) -> str:
    match string.position:
        case _ if not string.callee:
            return ""
        case "subscript":
            return f" in `{string.callee}[...]`"
        case "comparison":
            return f", compared with `{string.callee}`"
        case _:
            return f" in `{string.callee}(...)`"


def _dotted(text: str) -> str:
    return text.partition(":")[0]


def last_parts(callee: str, count: int) -> str:
    """The end of a dotted callee: so many names."""
    return ".".join(callee.replace("()", "").split(".")[-count:])


def names_a_logger(string: String) -> bool:
    return last_parts(string.callee_path, 1) in _LOGGERS or string.keyword in (
        "logger",
        "logger_name",
    )


def _is_text_of_a_test(string: String) -> bool:
    """Whether a test only compares and reports it: no one reads a test as settings, and nothing
    in the class or function imports by name."""
    if not string.site.is_test or not string.used_around:
        return False
    is_kept = not string.callee or _KEEPS.match(last_parts(string.callee, 1)) is not None
    return is_kept and not any(_may_import(used) for used in string.used_around)


def _may_import(used: str) -> bool:
    if used.startswith(_BY_NAME_TOO) or last_parts(used, 1) in (*_BY_NAME, *_BY_NAME_TOO):
        return True
    return last_parts(used, 2) in _BY_NAME or _IMPORTS.match(last_parts(used, 1)) is not None


def imports_by_name(string: String) -> bool:
    """Whether the call around a string imports or patches what it names."""
    callee = string.callee_path
    if _is_modules(callee):
        return string.position in ("subscript", "argument", "comparison")
    if last_parts(callee, 2) == "patch.dict":
        # `patch.dict(sys.modules, {"a.b": ...})`, or the dict itself by name.
        return string.position == "key" or (string.position, string.index) == ("argument", 0)
    receiver, _, method = last_parts(callee, 2).partition(".")
    known = f"monkeypatch.{method}" if receiver in _MONKEYPATCHES else f"{receiver}.{method}"
    for spelled in (known, last_parts(callee, 1)):
        if spelled in _BY_NAME:
            positions, keywords = _BY_NAME[spelled]
            if string.position == "argument":
                return string.index in positions
            return string.position == "keyword" and string.keyword in keywords
    return False


def _is_modules(callee: str) -> bool:
    return callee in (
        "sys.modules",
        "sys.modules.get",
        "sys.modules.pop",
        "sys.modules.setdefault",
    )
