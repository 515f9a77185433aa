"""Who looks like a rival and is none: doubles, twins, families, parts and users of the owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pluribus.codebase import Base, Class, Definition, Target
from pluribus.rules.role import methods_of, name_words

if TYPE_CHECKING:
    from pluribus.rules.subject import Subject

DOUBLES = {"mock", "fake", "stub", "dummy", "spy", "noop", "null", "mocked", "test", "testing"}
_TWINS = {"async", "sync", "aio", "asyncio", "trio", "threaded", "blocking", "asynchronous"}
_TWINS |= {"client", "server"}
_MANY = 5
"""Of fewer methods one that is not left open makes a class of its own."""
# Bases that say nothing of the role.
_PLAIN_BASES = {"object", "Generic", "Protocol", "ABC", "Enum", "BaseModel", "NamedTuple", "type"}


def not_a_rival(subject: Subject, each: Class) -> str | None:
    """Why a class is no rival, whatever it has in common with the owner; None if it may be."""
    owner = subject.owner_class
    assert owner is not None, "only classes have rivals of this kind"
    if each.definition.handle == owner.definition.handle:
        return "it is the owner"
    if is_double(each.definition):
        return "a test double"
    if is_abstract(subject, each) or name_words(each.definition.name)[-1:] == ["mixin"]:
        return "an interface"
    if serves_another(subject, each):
        return "made for another interface"
    if has_family(subject, owner, each):
        return "of the owner's family"
    if any(
        is_twin(subject, ours, theirs)
        for ours in _line(subject, owner)
        for theirs in _line(subject, each)
    ):
        return "a sync or async twin, or of its family"
    if forwarded_methods(subject, each) is not None or is_proxy(subject, owner, each):
        return "a facade"
    if _is_part(owner, each) or _is_part(each, owner):
        return "one is made of the other"
    return None


def is_double(each: Definition) -> bool:
    """Whether something stands in a test, or is called what stands in for others in tests."""
    return each.site.is_test or bool(set(name_words(each.name)) & DOUBLES)


def is_abstract(subject: Subject, each: Class) -> bool:
    """A protocol, or a class that leaves its methods to others: all, or nearly all of many."""
    direct = {base.written.rpartition(".")[2] for base in each.definition.bases}
    if "Protocol" in direct:
        return True
    bodies = list(methods_of(subject, each).values())
    leaves_open = [
        method
        for method in bodies
        if method.body == "stub" or any("abstractmethod" in name for name in method.decorators)
    ]
    if len(bodies) >= _MANY:
        return len(leaves_open) >= 0.8 * len(bodies)
    return bool(bodies) and len(leaves_open) == len(bodies)


def serves_another(subject: Subject, each: Class) -> bool:
    """Whether a class is made for an interface of its own, such as the hooks of a framework."""
    protocol = subject.protocol.handle if subject.protocol else None
    above = {target.handle for target in each.ancestors} - {None, protocol}
    classes = (subject.codebase.class_of(handle) for handle in above if handle is not None)
    return any(found is not None and is_abstract(subject, found) for found in classes)


def has_family(subject: Subject, owner: Class, each: Class) -> bool:
    """One inherits from the other, or both from a base that is not the concept's protocol."""
    handles = {owner.definition.handle, each.definition.handle}
    if any(target.handle in handles for target in (*owner.ancestors, *each.ancestors)):
        return True
    if any(_is_lost(base, owner) for one in _line(subject, each) for base in one.definition.bases):
        return True
    protocol = subject.protocol.path if subject.protocol else None
    families = _bases(owner) & _bases(each)
    return any(name != protocol for name in families)


def _is_lost(base: Base, owner: Class) -> bool:
    """Whether a base is spelled like the owner, and its import does not reach anything."""
    return base.target.is_missing and base.written.rpartition(".")[2] == owner.definition.name


def _line(subject: Subject, each: Class) -> Iterator[Class]:
    """A class, and those of the code base that it inherits from, the concept's protocol apart."""
    yield each
    protocol = subject.protocol.handle if subject.protocol else None
    for target in each.ancestors:
        if target.handle is not None and target.handle != protocol:
            found = subject.codebase.class_of(target.handle)
            if found is not None:
                yield found


def _bases(each: Class) -> set[str]:
    return {_base_name(target) for target in each.ancestors} - _PLAIN_BASES


def _base_name(target: Target) -> str:
    if target.handle is not None:
        return target.name
    return target.name.rpartition(".")[2]


def is_twin(subject: Subject, owner: Class, each: Class) -> bool:
    """The same role on the other side of `await`: most methods are the owner's, and names or
    modules differ in saying so."""
    if not are_twins(owner.definition, each.definition):
        return False
    ours, others = methods_of(subject, owner), methods_of(subject, each)
    return 2 * len(set(ours) & set(others)) >= min(len(ours), len(others))


def are_twins(one: Definition, other: Definition) -> bool:
    """Whether two definitions are marked as sync and async, or for two event loops."""
    names = [name_words(each.name) for each in (one, other)]
    modules = [each.site.module.replace("_", ".").split(".") for each in (one, other)]
    marks = [{*name, *module} & _TWINS for name, module in zip(names, modules, strict=True)]
    if marks[0] == marks[1]:
        return False
    if marks[0] - marks[1] and marks[1] - marks[0]:
        return True
    # Only one of them says so: then all else must be the same.
    is_named_so = any(_TWINS & set(name) for name in names)
    return _plain(names[0]) == _plain(names[1]) and (
        is_named_so or _plain(modules[0]) == _plain(modules[1])
    )


def _plain(words: list[str]) -> list[str]:
    return [word for word in words if word not in _TWINS]


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


def is_proxy(subject: Subject, owner: Class, each: Class) -> bool:
    """Whether most of the methods that the two share are passed on by name to something else."""
    shared = set(methods_of(subject, owner)) & set(each.public_methods)
    passed = [
        name
        for name in shared
        if each.public_methods[name].body == "forward"
        and each.public_methods[name].forwards_to.endswith(f".{name}")
    ]
    return bool(shared) and len(passed) * 3 >= len(shared) * 2


def _is_part(whole: Class, part: Class) -> bool:
    """Whether a class holds the other, or makes it."""
    handle = part.definition.handle
    holds = any(store.target.handle == handle for store in whole.stores)
    return holds or part.definition.path in whole.collaborators


def forwarded_methods(subject: Subject, each: Class) -> list[str] | None:
    """The methods that pass a call on to the owner; None unless that is all that a class does."""
    if any(target.handle in subject.handles for target in each.ancestors):
        return None
    makers = {*subject.handles, *(factory.handle for factory in subject.factories)}
    holders = {
        store.name for store in each.stores if store.is_instance and store.target.handle in makers
    }
    if not holders:
        return None
    public = each.public_methods
    passed = [
        name
        for name, method in public.items()
        if method.body == "forward"
        and method.forwards_to in {f"self.{holder}.{name}" for holder in holders}
    ]
    passes_all = any(
        method.name == "__getattr__"
        and method.body == "forward"
        and method.forwards_to == "getattr"
        for method in each.methods
    )
    if len(passed) == len(public) and (public or passes_all):
        return passed
    return None
