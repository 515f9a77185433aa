"""The kinds of strings that a contract holds: what each accepts, and how an error calls it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True)
class Kind:
    """What a string must be."""

    expected: str
    """Ends the sentence "must be ...", with an example."""
    accepts: Callable[[str], bool]


def _is_identifier(text: str) -> bool:
    # Python reads names in NFKC, so a name in another form would never be found in source.
    return text.isidentifier() and unicodedata.is_normalized("NFKC", text)


def _is_path(text: str) -> bool:
    return all(map(_is_identifier, text.split(".")))


def _is_definition(text: str) -> bool:
    module, colon, qualname = text.partition(":")
    return bool(colon) and _is_path(module) and _is_path(qualname)


def _is_reference(text: str) -> bool:
    return _is_path(text) or _is_definition(text)


def _is_filled(text: str) -> bool:
    return bool(text.strip())


def _meta(expected: str, accepts: Callable[[str], bool], pattern: str) -> Meta:
    """`pattern` is for editors that read the JSON schema: it accepts all that `accepts` does.

    It is a regular expression for Python and for JavaScript, whose `\\w` knows only ASCII.
    """
    return Meta(pattern=pattern, extra={"kind": Kind(expected, accepts)})


_LETTER = r"[^\s!-/:-@\[-^`{-~]"
_IDENTIFIER = rf"(?!\d){_LETTER}+"
_PATH = rf"{_IDENTIFIER}(\.{_IDENTIFIER})*"
_NAME = rf"{_LETTER}({_LETTER}|-)*"
_RULE = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
_FILLED = r"\S"

Identifier = Annotated[
    str, _meta("a Python name such as `send_message`", _is_identifier, f"^{_IDENTIFIER}$")
]
ModulePath = Annotated[
    str, _meta("a dotted path such as `package.module`", _is_path, f"^{_PATH}$")
]
Definition = Annotated[
    str,
    _meta("a definition such as `package.module:Name`", _is_definition, f"^{_PATH}:{_PATH}$"),
]
Reference = Annotated[
    str,
    _meta(
        "a definition such as `package.module:Name`, or a module such as `package.module`",
        _is_reference,
        f"^{_PATH}(:{_PATH})?$",
    ),
]
Name = Annotated[
    str,
    _meta(
        "a name of letters, digits, `-` and `_`, such as `websocket-manager`",
        lambda text: re.fullmatch(_NAME, text) is not None,
        f"^{_NAME}$",
    ),
]
RuleName = Annotated[
    str,
    _meta(
        "the name of a rule or of a family of rules, such as `dual-import`",
        lambda text: re.fullmatch(_RULE, text) is not None,
        f"^{_RULE}$",
    ),
]
Glob = Annotated[str, _meta("a glob such as `tests/**`", _is_filled, _FILLED)]
NamePattern = Annotated[str, _meta("a pattern such as `*Manager*`", _is_filled, _FILLED)]
Folder = Annotated[str, _meta("a folder such as `src`, or `.`", _is_filled, _FILLED)]
Event = Annotated[str, _meta("an event's name such as `agent_started`", _is_filled, _FILLED)]
Field = Annotated[str, _meta("a field such as `data.step`", _is_filled, _FILLED)]
Reason = Annotated[str, _meta("a reason in words", _is_filled, _FILLED)]
