"""Who looks like a rival and is none: doubles, twins, families, parts and users of the owner."""

from __future__ import annotations

from pluribus.codebase import Class, Target
from pluribus.rules.implementations._role import methods_of, name_words
from pluribus.rules.implementations.facade import forwarded_methods
from pluribus.rules.subject import Subject

_DOUBLES = {"mock", "fake", "stub", "dummy", "spy", "noop", "null", "mocked", "testing"}
_TWINS = {"async", "sync", "aio", "asyncio", "trio", "threaded", "blocking", "asynchronous"}
# Bases that say nothing of the role.
_PLAIN_BASES = {"object", "Generic", "Protocol", "ABC", "Enum", "BaseModel", "NamedTuple", "type"}


def not_a_rival(subject: Subject, each: Class) -> str | None:
    """Why a class is no rival of the owner, whatever it has in common; None when nothing speaks."""
    owner = subject.owner_class
    assert owner is not None, "only classes have rivals of this kind"
    if each.definition.handle == owner.definition.handle:
        return "it is the owner"
    if each.definition.site.is_test or set(name_words(each.definition.name)) & _DOUBLES:
        return "a test double"
    if is_abstract(subject, each):
        return "an interface"
    if _is_kin(subject, owner, each):
        return "of the owner's family"
    if is_twin(subject, owner, each):
        return "a sync or async twin"
    if forwarded_methods(subject, each) is not None:
        return "a facade"
    if _is_part(owner, each):
        return "a part that the owner is made of"
    return None


def is_abstract(subject: Subject, each: Class) -> bool:
    """A protocol, or a class that leaves all its methods to others."""
    direct = {base.written.rpartition(".")[2] for base in each.definition.bases}
    if "Protocol" in direct:
        return True
    bodies = list(methods_of(subject, each).values())
    leaves_open = [
        method
        for method in bodies
        if method.body == "stub" or any("abstractmethod" in name for name in method.decorators)
    ]
    return bool(bodies) and len(leaves_open) == len(bodies)


def _is_kin(subject: Subject, owner: Class, each: Class) -> bool:
    """One inherits from the other, or both from a base that is more than the concept's protocol."""
    handles = {owner.definition.handle, each.definition.handle}
    if any(target.handle in handles for target in (*owner.ancestors, *each.ancestors)):
        return True
    protocol = subject.protocol.path if subject.protocol else None
    families = _bases(owner) & _bases(each)
    return any(name != protocol for name in families)


def _bases(each: Class) -> set[str]:
    return {_base_name(target) for target in each.ancestors} - _PLAIN_BASES


def _base_name(target: Target) -> str:
    if target.handle is not None:
        return target.name
    return target.name.rpartition(".")[2]


def is_twin(subject: Subject, owner: Class, each: Class) -> bool:
    """The same names but for `async`, and the same methods, on the other side of `await`."""
    mine, theirs = owner.definition, each.definition
    plain = [
        [word for word in name_words(name) if word not in _TWINS]
        for name in (mine.name, theirs.name)
    ]
    if plain[0] != plain[1]:
        return False
    marks = [
        {*name_words(part.name), *part.site.module.replace("_", ".").split(".")} & _TWINS
        for part in (mine, theirs)
    ]
    if marks[0] == marks[1]:
        return False
    ours, others = methods_of(subject, owner), methods_of(subject, each)
    shared = set(ours) & set(others)
    differs = any(ours[name].is_async != others[name].is_async for name in shared)
    return differs or 2 * len(shared) >= max(len(ours), len(others))


def plugged_in(subject: Subject, candidates: list[Class]) -> set[int]:
    """Handles of classes of one name, one a neighbouring folder, that all offer the very same.

    Two such classes may be rivals; three or more that never drifted apart are a family of
    plug-ins.
    """
    owner = subject.owner_class
    if owner is None:
        return set()
    family = {
        each.definition.handle
        for each in (owner, *candidates)
        if _slot(each) == _slot(owner) and _offer(subject, each) == _offer(subject, owner)
    }
    return family if len(family) >= 3 else set()


def _slot(each: Class) -> tuple[str, str, str]:
    """The class's name, its file's, and the folder above its folder."""
    folder, _, file = each.definition.site.place.path.rpartition("/")
    return each.definition.name, file, folder.rpartition("/")[0]


def _offer(subject: Subject, each: Class) -> set[tuple[str, tuple[str, ...]]]:
    methods = methods_of(subject, each).items()
    return {(name, tuple(p.name for p in method.parameters)) for name, method in methods}


def _is_part(owner: Class, each: Class) -> bool:
    handle = each.definition.handle
    return any(store.target.handle == handle for store in owner.stores)
