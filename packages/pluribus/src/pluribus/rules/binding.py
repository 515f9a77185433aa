"""Whether a call binds to a signature, and if not, why: in Python's own words."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pluribus.codebase import Parameter


class Arguments(msgspec.Struct, frozen=True, kw_only=True):
    """What a call hands over, as far as source tells."""

    positional: int
    """How many stand before any keyword, `*iterable` apart."""
    keywords: tuple[str, ...] = ()
    has_star: bool = False
    """Whether some `*iterable` hands over more positional ones."""
    has_double_star: bool = False
    """Whether some `**mapping` hands over more keywords."""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What a function takes."""

    name: str
    """As Python says it: `Class.method`."""
    parameters: tuple[Parameter, ...]
    bound: int = 0
    """How many of the first parameters are filled before the call: 1 for a method of an object."""

    @property
    def positional(self) -> list[Parameter]:
        return [p for p in self.parameters if p.kind in ("positional-only", "positional")]

    @property
    def keyword_only(self) -> list[Parameter]:
        return [p for p in self.parameters if p.kind == "keyword-only"]

    def takes_any(self, kind: str) -> bool:
        return any(each.kind == kind for each in self.parameters)

    def __str__(self) -> str:
        """As it would be written, without annotations."""
        return f"{self.name}({', '.join(_spelled(self.parameters))})"


def why_not_bound(arguments: Arguments, signature: Signature) -> str | None:
    """Say why a call raises `TypeError` before the function runs; None when it may not.

    The words are those of CPython 3.11, which checks in this order: keywords, too many positional
    arguments, missing positional ones, missing keyword-only ones. What a `*` or `**` of the call
    may hand over counts as given.
    """
    return (
        _wrong_keyword(arguments, signature)
        or _too_many(arguments, signature)
        or _missing(arguments, signature)
    )


def _wrong_keyword(arguments: Arguments, signature: Signature) -> str | None:
    by_keyword = {p.name for p in signature.parameters if p.kind in ("positional", "keyword-only")}
    given = signature.bound + arguments.positional
    filled = {each.name for each in signature.positional[:given]}
    hidden = [each.name for each in signature.positional if each.kind == "positional-only"]
    for name in arguments.keywords:
        if name in by_keyword:
            if name in filled:
                return f"{signature.name}() got multiple values for argument '{name}'"
        elif not signature.takes_any("var-keyword"):
            if passed := [each for each in hidden if each in arguments.keywords]:
                return (
                    f"{signature.name}() got some positional-only arguments passed as keyword "
                    f"arguments: '{', '.join(passed)}'"
                )
            return f"{signature.name}() got an unexpected keyword argument '{name}'"
    return None


def _too_many(arguments: Arguments, signature: Signature) -> str | None:
    takes = signature.positional
    given = signature.bound + arguments.positional
    if given <= len(takes) or signature.takes_any("var-positional"):
        return None
    least = len([each for each in takes if not each.default])
    many = f"from {least} to {len(takes)}" if least < len(takes) else str(len(takes))
    plural = "s" if least < len(takes) or len(takes) != 1 else ""
    only = [each.name for each in signature.keyword_only if each.name in arguments.keywords]
    if only:
        argument = f"positional argument{'s' if given != 1 else ''}"
        more = f"{len(only)} keyword-only argument{'s' if len(only) != 1 else ''}"
        return (
            f"{signature.name}() takes {many} positional argument{plural} but {given} {argument} "
            f"(and {more}) were given"
        )
    verb = "was" if given == 1 else "were"
    return f"{signature.name}() takes {many} positional argument{plural} but {given} {verb} given"


def _missing(arguments: Arguments, signature: Signature) -> str | None:
    if arguments.has_double_star:
        return None
    given = signature.bound + arguments.positional
    if not arguments.has_star:
        missing = [
            each.name
            for each in signature.positional[given:]
            if not each.default
            and not (each.kind == "positional" and each.name in arguments.keywords)
        ]
        if missing:
            return _missing_text(signature.name, "positional", missing)
    missing = [
        each.name
        for each in signature.keyword_only
        if not each.default and each.name not in arguments.keywords
    ]
    return _missing_text(signature.name, "keyword-only", missing) if missing else None


def _missing_text(name: str, kind: str, missing: Sequence[str]) -> str:
    quoted = [f"'{each}'" for each in missing]
    match quoted:
        case [one]:
            listed = one
        case [one, two]:
            listed = f"{one} and {two}"
        case _:
            listed = f"{', '.join(quoted[:-1])}, and {quoted[-1]}"
    plural = "s" if len(missing) != 1 else ""
    return f"{name}() missing {len(missing)} required {kind} argument{plural}: {listed}"


def _spelled(parameters: Sequence[Parameter]) -> list[str]:
    parts: list[str] = []
    has_star = False
    for index, each in enumerate(parameters):
        previous = parameters[index - 1] if index else None
        if previous and previous.kind == "positional-only" and each.kind != "positional-only":
            parts.append("/")
        if each.kind == "keyword-only" and not has_star:
            parts.append("*")
            has_star = True
        has_star |= each.kind == "var-positional"
        stars = {"var-positional": "*", "var-keyword": "**"}.get(each.kind, "")
        parts.append(f"{stars}{each.name}{'=' + each.default if each.default else ''}")
    if parameters and parameters[-1].kind == "positional-only":
        parts.append("/")
    return parts
