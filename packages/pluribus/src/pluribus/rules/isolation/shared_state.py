"""See `shared_state.md` beside this file: what the rule catches, why, and how to fix it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pluribus.codebase import Change, Class, Definition
from pluribus.findings import Confidence, Evidence, Severity
from pluribus.rules.base import Violation, quoted, rule
from pluribus.rules.keeping import (
    changes_of,
    is_keyed_by_whole_context,
    is_of_owner,
    makers_of,
    methods_above,
    parameters_of,
)
from pluribus.rules.subject import Subject

_TAKING = {"clear", "difference_update", "discard", "pop", "popitem", "popleft", "remove"}
# What these methods are given is a class that is being made, or a class attribute's own.
_OF_CLASSES = {"__init_subclass__", "__set_name__", "__class_getitem__", "__prepare__"}
_PLAIN_BASES = {"object", "ABC", "Generic", "Protocol"}
_HARMLESS = {"dataclass", "final", "runtime_checkable"}
_EMPTY = {"[]", "{}", "set()", "dict()", "list()"}
_CACHES = {"cache", "lru_cache"}


@rule(
    name="shared-state",
    family="isolation",
    summary="the owner or a factory changes what all instances share",
    severity=Severity.ERROR,
)
def shared_state(subject: Subject) -> Iterator[Violation]:
    yield from _changed(subject)
    yield from _defaults(subject)
    yield from _cached(subject)


def _changed(subject: Subject) -> Iterator[Violation]:
    by_target: dict[str, list[Change]] = defaultdict(list)
    for each in changes_of(subject):
        if each.site.scope.rpartition(".")[2] not in _OF_CLASSES and _shares(subject, each):
            by_target[each.target].append(each)
    for target, changes in sorted(by_target.items()):
        adding = [each for each in changes if _adds(each)]
        if not adding:
            continue
        first = adding[0]
        users = sorted({each.site.scope for each in changes})
        what = "class attribute" if first.kind == "class" else "variable"
        through_self = any(each.through == "self" for each in adding)
        yield Violation(
            site=first.place or first.site,
            message=f"{what} `{target}` is one for all instances, and {quoted(users)} "
            f"{'changes' if len(users) == 1 else 'change'} it",
            hint="make it an attribute of the instance, in `__init__`"
            if first.kind == "class"
            else "keep it in the instance, or key it by the whole context",
            confidence=Confidence.CERTAIN if through_self else Confidence.LIKELY,
            related=tuple(each.site.place.location(_done(each)) for each in changes),
            evidence=(Evidence("changes", ", ".join(sorted({_done(each) for each in changes}))),),
            key=(target,),
        )


def _shares(subject: Subject, each: Change) -> bool:
    """Whether a change is of what belongs to no one user."""
    if each.how == "rebound":
        # Where nobody asked for a context, one object for all may be what is meant.
        return subject.concept.context is not None and is_of_owner(subject, each.value)
    if each.declared != "container":
        return False
    roots = {chain.partition(".")[0] for chain in each.key if "." in chain}
    if "self" in roots or is_keyed_by_whole_context(subject, each):
        return False
    if each.through == "self":
        return not copies_attributes(subject.codebase.class_of(each.holder))
    keys = {chain.partition(".")[0] for chain in each.key}
    return each.how != "item" or not keys & parameters_of(subject, each)


def _adds(each: Change) -> bool:
    return each.how != "deleted" and each.method not in _TAKING


def _done(each: Change) -> str:
    if each.how == "call":
        return f"`{each.name}.{each.method}(...)`"
    return {
        "item": f"`{each.name}[...] = ...`",
        "added": f"`{each.name}.add(...)`",
        "deleted": f"`del {each.name}[...]`",
        "augmented": f"`{each.name} += ...`",
    }.get(each.how, f"`{each.name} = ...`")


def copies_attributes(holder: Class | None) -> bool:
    """Whether a base or a decorator that was not read may give each instance its own."""
    if holder is None:
        return False
    unread = {
        target.name.rpartition(".")[2] for target in holder.ancestors if target.handle is None
    }
    decorators = {_last(name) for name in holder.definition.decorators}
    return bool(unread - _PLAIN_BASES or decorators - _HARMLESS)


def _defaults(subject: Subject) -> Iterator[Violation]:
    functions = {each.handle: each for each in (*makers_of(subject), *methods_above(subject))}
    suspects = {
        handle: each
        for handle, each in functions.items()
        if any(_is_mutable(parameter.default) for parameter in each.parameters)
    }
    for flow in subject.codebase.flows(suspects) if suspects else ():
        found = suspects[flow.handle]
        for parameter in found.parameters:
            if parameter.name in flow.kept and _is_mutable(parameter.default):
                yield Violation(
                    site=found.site,
                    message=f"the default of `{parameter.name}` in `{found.path}` is one object "
                    "for all calls, and it is changed or kept",
                    hint="take None as the default, and make a new one in the function",
                    evidence=(Evidence("default", parameter.default),),
                    key=(found.path, parameter.name),
                )


def _is_mutable(default: str) -> bool:
    return default in _EMPTY or default[:1] in ("[", "{")


def _cached(subject: Subject) -> Iterator[Violation]:
    context = subject.concept.context
    for each in makers_of(subject):
        names = [parameter.name for parameter in each.parameters]
        if context is None or context.parameter in names or not _caches(each):
            continue
        yield Violation(
            site=each.site,
            message=f"factory `{each.path}` is cached: "
            + ("all callers get one object" if not names else "equal arguments get one object"),
            hint=f"take `{context.parameter}` and keep one object for each, or cache nothing",
            confidence=Confidence.LIKELY if names else Confidence.CERTAIN,
            key=(each.path, "cached"),
        )
    for each in methods_above(subject):
        if _caches(each) and {_last(name) for name in each.decorators} <= _CACHES:
            yield Violation(
                site=each.site,
                message=f"the results of `{each.path}` are kept in one cache for all instances",
                hint="keep them in the instance: its class's cache also keeps the instance alive",
                severity=Severity.WARNING,
                confidence=Confidence.LIKELY,
                key=(each.path, "cached"),
            )


def _caches(each: Definition) -> bool:
    return any(_last(name) in _CACHES for name in each.decorators)


def _last(decorator: str) -> str:
    return decorator.removesuffix("()").rpartition(".")[2]
