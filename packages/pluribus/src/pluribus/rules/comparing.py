"""Definitions that ought to take the same: the owner's, its protocol's, and its rivals'."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from pluribus.codebase import Class, Definition
from pluribus.findings import Confidence, Severity
from pluribus.rules.binding import Signature
from pluribus.rules.rivalry import rival_functions, rival_modules
from pluribus.rules.role import interface_of, methods_of
from pluribus.rules.subject import Subject

# What leaves a signature as it is written.
_HARMLESS: Final = frozenset(
    """abstractmethod asynccontextmanager cache cached classmethod contextmanager deprecated final
    lru_cache no_type_check override staticmethod typechecked""".split()
)


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A function, and the model after which it ought to be made."""

    model: Definition
    copy: Definition
    is_method: bool
    may_take_more: bool = False
    """Whether the copy is right as long as it takes all that the model takes."""
    severity: Severity = Severity.WARNING
    confidence: Confidence = Confidence.CERTAIN


def compared(subject: Subject) -> Iterator[Pair]:
    """Every pair of a concept whose two signatures can be read: the owner after its protocol, and
    rivals after the owner."""
    for pair in (*_of_protocol(subject), *_of_rivals(subject), *_of_functions(subject)):
        if is_plain(pair.model) and is_plain(pair.copy):
            yield pair


def _of_protocol(subject: Subject) -> Iterator[Pair]:
    protocol = subject.codebase.class_of(subject.protocol.handle) if subject.protocol else None
    if protocol is None or subject.owner_class is None:
        return
    own = methods_of(subject, subject.owner_class)
    for name, asked in methods_of(subject, protocol).items():
        if name in own and own[name].handle != asked.handle:
            yield Pair(
                model=asked,
                copy=own[name],
                is_method=True,
                may_take_more=True,
                severity=Severity.ERROR,
            )


def _of_rivals(subject: Subject) -> Iterator[Pair]:
    asked = interface_of(subject)
    for rival in subject.rivals:
        theirs = methods_of(subject, rival.found)
        for name, owned in asked.items():
            if owned is not None and name in theirs:
                yield Pair(
                    model=owned,
                    copy=theirs[name],
                    is_method=True,
                    confidence=rival.confidence,
                )


def _of_functions(subject: Subject) -> Iterator[Pair]:
    by_module = rival_modules(subject).values()
    for each in (*rival_functions(subject), *(pair for pairs in by_module for pair in pairs)):
        yield Pair(
            model=each.owned,
            copy=each.again,
            is_method=False,
            confidence=Confidence.LIKELY,
        )


def is_plain(definition: Definition) -> bool:
    """Whether a function takes what its source says, whatever decorates it."""
    names = (each.replace("()", "").rpartition(".")[2] for each in definition.decorators)
    return definition.kind == "function" and all(name in _HARMLESS for name in names)


def signature_of(definition: Definition, *, on_object: bool) -> Signature:
    """What a call must hand over; `on_object` for a call as a method of an object."""
    is_static = any(each.rpartition(".")[2] == "staticmethod" for each in definition.decorators)
    return Signature(
        name=definition.qualname,
        parameters=definition.parameters,
        bound=1 if on_object and not is_static else 0,
    )


def lacking(subject: Subject, each: Class) -> list[str]:
    """Methods of the interface that a class neither has nor inherits, in the order of the
    contract."""
    has = set(methods_of(subject, each))
    for part in (each, *_above(subject, each)):
        # An alias, or what a call such as `partialmethod` makes.
        has.update(part.attributes)
    return [name for name in interface_of(subject) if name not in has]


def may_have_more(subject: Subject, each: Class) -> bool:
    """Whether a class may have methods that its source does not show."""
    plain = {"object", "ABC", "abc.ABC", "Generic", "Protocol", "typing.Protocol"}
    serves = any(
        method.name in ("__getattr__", "__getattribute__")
        for above in (each, *_above(subject, each))
        for method in above.methods
    )
    return serves or any(
        target.handle is None and target.name not in plain for target in each.ancestors
    )


def _above(subject: Subject, each: Class) -> Iterator[Class]:
    for target in each.ancestors:
        if target.handle is not None and (found := subject.codebase.class_of(target.handle)):
            yield found
