"""Functions beside the declared factories that make the owner or a rival, and hand it out."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from pluribus.codebase import Call, Definition
from pluribus.findings import Confidence
from pluribus.rules.rivalry import RivalClass

if TYPE_CHECKING:
    from pluribus.rules.subject import Subject


class RivalMaker(msgspec.Struct, frozen=True):
    function: Definition
    made: Definition
    is_certain: bool
    rival: RivalClass | None
    """What is made, when that is not the owner itself."""

    @property
    def confidence(self) -> Confidence:
        own = Confidence.CERTAIN if self.is_certain else Confidence.LIKELY
        less = (own, self.rival.confidence) if self.rival else (own,)
        return max(less, key=list(Confidence).index)


def constructed(subject: Subject) -> tuple[int, ...]:
    """Handles of the classes of which it matters who makes an object."""
    if subject.owner_class is None:
        return ()
    rivals = subject.rivals if subject.factories else ()
    return (*subject.handles, *(each.found.definition.handle for each in rivals))


def rival_makers(subject: Subject) -> Iterator[RivalMaker]:
    """Functions and methods, tests apart, that make the owner or a rival and hand it out; each
    once for each class."""
    if not subject.factories:
        return
    rivals = {each.found.definition.handle: each for each in subject.rivals}
    certain: dict[tuple[int, int], bool] = {}
    for call in _certain_to_be_seen(subject, rivals):
        if call.handed_out is not None:
            handle, is_certain = call.handed_out
            certain[handle, call.target] = is_certain or certain.get((handle, call.target), False)
    for (handle, target), is_certain in certain.items():
        function = subject.codebase.definition(handle)
        made = subject.codebase.definition(target)
        if not _is_fixture(function) and not _Parts(subject, made).hold(function):
            yield RivalMaker(function, made, is_certain, rivals.get(target))


def _certain_to_be_seen(subject: Subject, rivals: dict[int, RivalClass]) -> Iterator[Call]:
    """Those outside tests that hand out what they make, in files that are read whatever else is.

    These name the owner, define the rival, or import it by a name by which files are looked for.
    """
    homes = {handle: each.found.definition.site.module for handle, each in rivals.items()}
    far = []
    for call in subject.constructions:
        if call.handed_out is not None and not call.site.is_test:
            if homes.get(call.target, call.site.module) == call.site.module:
                yield call
            else:
                far.append(call)
    patterns = subject.concept.rivals.names
    imports = subject.codebase.imports(handles=sorted(homes)) if far else []
    named = {
        (each.site.place.path, each.target.handle, each.bound)
        for each in imports
        if any(fnmatchcase(each.name, pattern) for pattern in patterns)
    }
    yield from (call for call in far if (call.site.place.path, call.target, call.callee) in named)


def _is_fixture(function: Definition) -> bool:
    return any(name.removesuffix("()").endswith("fixture") for name in function.decorators)


class _Parts:
    """Where what is made may be made: in its own class and those below it, in the declared
    factories, and in what nothing but these calls.

    Whether others call it is looked up in its own module: of all others nothing is known for
    certain in a large tree.
    """

    def __init__(self, subject: Subject, made: Definition) -> None:
        self._subject = subject
        self._made = made
        self._homes = [(each.site.module, each.qualname) for each in (made, *subject.factories)]

    def hold(self, function: Definition) -> bool:
        module, qualname = function.site.module, function.qualname
        return (
            self._are_around(module, qualname)
            or self._is_below(function)
            or (not self._is_listed(module, qualname) and self._is_part(module, qualname))
        )

    def _are_around(self, module: str, qualname: str) -> bool:
        return any(
            module == at and (qualname == name or qualname.startswith(f"{name}."))
            for at, name in self._homes
        )

    def _is_below(self, function: Definition) -> bool:
        """Whether it is a method of a class below the one whose object it makes."""
        codebase = self._subject.codebase
        outer = codebase.handle(function.site.module, function.qualname.rpartition(".")[0])
        found = codebase.class_of(outer) if outer is not None else None
        bases = found.definition.bases if found else ()
        return self._made.handle in {each.target.handle for each in bases}

    def _is_listed(self, module: str, qualname: str) -> bool:
        """Whether its module offers it to others."""
        found = self._subject.codebase.inside(module)
        return found is not None and qualname.partition(".")[0] in found.listed

    def _is_part(self, module: str, qualname: str) -> bool:
        """Whether all calls that lead to it come from those homes."""
        seen, waiting, is_called = {qualname}, [qualname], False
        while waiting:
            asked = waiting.pop()
            name = asked.rpartition(".")[2]
            callers = self._callers(module, name) - {asked}
            if not callers and not self._is_called_from_afar(name):
                return False
            is_called |= not callers
            for caller in callers - seen:
                if self._are_around(module, caller):
                    is_called = True
                elif caller:
                    seen.add(caller)
                    waiting.append(caller)
                else:
                    return False
        return is_called

    def _is_called_from_afar(self, name: str) -> bool:
        modules = {module for module, _ in self._homes}
        return any(
            self._are_around(module, caller)
            for module in modules
            for caller in self._callers(module, name)
        )

    def _callers(self, module: str, name: str) -> set[str]:
        """Functions of a module that call something of a name; empty for the module itself."""
        found = self._subject.codebase.inside(module)
        calls = found.calls if found else ()
        return {scope for scope, callee in calls if callee.rpartition(".")[2] == name}
