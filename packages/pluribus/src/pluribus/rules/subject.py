"""The concept under judgement: what a contract declares of it, found in the code base."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from pluribus.codebase import (
    Binding,
    Call,
    Class,
    Codebase,
    Definition,
    Flow,
    Import,
    MethodCall,
    Reference,
    String,
)
from pluribus.contract import Concept
from pluribus.rules.making import RivalMaker, constructed, rival_makers
from pluribus.rules.rivalry import RivalClass, rival_classes, telling_functions
from pluribus.rules.role import interface_of


@dataclass(frozen=True)
class Subject:
    """A concept with its names resolved. What several rules ask for is asked once."""

    concept: Concept
    codebase: Codebase
    owner: Definition | None
    """None when a whole module is the owner."""
    factories: tuple[Definition, ...] = ()
    protocol: Definition | None = None

    @property
    def keep(self) -> str:
        """What the many should become: the owner as the contract writes it."""
        return self.concept.owner

    @property
    def handles(self) -> tuple[int, ...]:
        return (self.owner.handle,) if self.owner else ()

    @property
    def owner_module(self) -> str:
        return self.concept.owner_module

    @cached_property
    def declared_modules(self) -> tuple[str, ...]:
        """The owner's module, the allowed paths and the legacy ones; the longest first."""
        concept = self.concept
        paths = {self.owner_module, *concept.allowed_paths, *concept.legacy_paths}
        return tuple(sorted(paths, key=lambda path: (-len(path), path)))

    @cached_property
    def allowed(self) -> frozenset[str]:
        return frozenset((self.owner_module, *self.concept.allowed_paths)) - frozenset(
            self.concept.legacy_paths
        )

    @cached_property
    def imports(self) -> list[Import]:
        """Imports that go to the concept: through its modules, or to its owner by any path."""
        return self.codebase.imports(
            modules=sorted(self.allowed),
            packages=self.concept.legacy_paths,
            stars=sorted(self._star_modules),
            handles=self.handles,
        )

    @cached_property
    def legacy_strings(self) -> list[String]:
        """Strings that name a legacy path, or something inside one."""
        return self.codebase.strings(self.concept.legacy_paths)

    @cached_property
    def candidates(self) -> list[Class]:
        """Classes that may be rivals: by their name, or by the methods that they have."""
        nominated = self.concept.rivals
        methods = sorted(interface_of(self)) if self.owner_class else []
        return self.codebase.classes(
            globs=nominated.names, methods=methods, least=nominated.shared_methods
        )

    @cached_property
    def _star_modules(self) -> frozenset[str]:
        """Modules from which a star import brings the owner under some name."""
        if self.owner is None:
            return frozenset()
        bringing = set()
        for each in self.offers:
            if each.name.startswith("_") and not each.exported:
                continue
            exports = self.codebase.exports(each.site.module)
            if each.exported or exports is None or exports.names is None:
                bringing.add(each.site.module)
        own = self.codebase.exports(self.owner_module)
        named = self.owner.name
        if own and (named in own.names if own.names is not None else named[0] != "_"):
            bringing.add(own.module)
        return frozenset(bringing)

    def _is_star_of_owner(self, found: Import) -> bool:
        return found.name == "*" and found.canonical in self._star_modules

    @cached_property
    def imports_by_file(self) -> dict[str, list[Import]]:
        by_file: dict[str, list[Import]] = defaultdict(list)
        for each in self.imports:
            by_file[each.site.place.path].append(each)
        return by_file

    @cached_property
    def uses(self) -> list[Reference]:
        """Uses of the owner and its factories by name."""
        makers = (*self.handles, *(each.handle for each in self.factories))
        return self.codebase.references(makers)

    @cached_property
    def offers(self) -> list[Binding]:
        """Module-level names that reach the owner, its definition apart."""
        modules = () if self.owner else (self.owner_module,)
        found = self.codebase.offers(handles=self.handles, modules=modules)
        # What only type checkers see cannot be imported at run time.
        return [each for each in found if not each.site.type_checking]

    @cached_property
    def importers(self) -> dict[str, set[str]]:
        """For each dotted path by which the owner is imported, the files that do so."""
        files: dict[str, set[str]] = defaultdict(set)
        for each in self.imports:
            if self.reaches_owner(each):
                name = each.name or each.bound
                path = each.canonical if self.owner is None and not each.name else ""
                files[path or f"{each.canonical}.{name}"].add(each.site.place.path)
        return files

    @cached_property
    def owner_class(self) -> Class | None:
        return self.codebase.class_of(self.owner.handle) if self.owner else None

    @cached_property
    def rivals(self) -> tuple[RivalClass, ...]:
        """Classes that play the role of the owner."""
        return tuple(rival_classes(self))

    @cached_property
    def constructions(self) -> list[Call]:
        """Calls that make the owner or, where factories are declared, a rival."""
        return self.codebase.calls(constructed(self)) if constructed(self) else []

    @cached_property
    def rival_makers(self) -> tuple[RivalMaker, ...]:
        """Functions that do what the declared factories are there for."""
        return tuple(rival_makers(self))

    def is_sure_of(self, call: MethodCall) -> bool:
        """Whether the object of a call is the owner's own, and can be nothing else."""
        return call.is_certain and (call.is_exact or not self.is_extended)

    @cached_property
    def is_extended(self) -> bool:
        """Whether some class inherits from the owner."""
        return any(use.kind == "base" and use.target in self.handles for use in self.uses)

    @cached_property
    def method_calls(self) -> list[MethodCall]:
        """Calls on objects that are known to be of the owner."""
        makers = [each.handle for each in self.factories]
        return self.codebase.method_calls(self.handles, makers=makers) if self.owner_class else []

    @cached_property
    def makers(self) -> dict[int, Definition]:
        """Functions of the concept, by handle: its factories, and an owner that is one."""
        made = {each.handle: each for each in self.factories}
        if self.owner is not None and self.owner.kind == "function":
            made[self.owner.handle] = self.owner
        return made

    @cached_property
    def maker_calls(self) -> list[Call]:
        """Calls of these functions."""
        return self.codebase.calls(self.makers) if self.makers else []

    @cached_property
    def flows(self) -> list[Flow]:
        """What the declared factories that are functions make of what they are given."""
        handles = [each.handle for each in self.factories if each.kind == "function"]
        return self.codebase.flows(handles) if handles else []

    @cached_property
    def nominating(self) -> tuple[str, ...]:
        """Methods of the interface, or functions of an owner that is a module: what defines
        several of them may be a rival."""
        if self.owner is None:
            return telling_functions(self)
        if self.concept.interface and self.concept.interface.methods:
            return self.concept.interface.methods
        asked = self.codebase.class_of(self.protocol.handle) if self.protocol else self.owner_class
        return tuple(sorted(asked.public_methods)) if asked else ()

    @cached_property
    def public_names(self) -> tuple[str, ...]:
        """The owner's name, and the public ones under which allowed modules offer it."""
        if self.owner is None:
            return ()
        offered = self._offered_by(self.allowed)
        if self.owner.name.startswith("_") and not offered:
            # A private owner goes by the names that its old paths give it.
            offered = self._offered_by(frozenset(self.concept.legacy_paths))
        return tuple(sorted({self.owner.name, *offered}))

    def _offered_by(self, modules: frozenset[str]) -> set[str]:
        return {
            each.name
            for each in self.offers
            if each.site.module in modules and not each.name.startswith("_")
        }

    def reaches_owner(self, found: Import) -> bool:
        if self.owner is not None:
            return found.target.handle == self.owner.handle or self._is_star_of_owner(found)
        return found.target.kind == "module" and found.target.name == self.owner_module

    def legacy_path_of(self, found: Import) -> str | None:
        """The declared legacy path that an import goes through."""
        return self._declared(found, legacy=True)

    def path_of(self, found: Import) -> str | None:
        """The module of the concept that an import goes through; None when it is another's.

        That is a declared module, or one that hands the owner on.
        """
        declared = self._declared(found, legacy=False)
        if declared in self.allowed and self._is_of_another(found):
            declared = self._declared(found, legacy=True)
        if declared is not None:
            return declared
        return found.canonical if self.reaches_owner(found) else None

    def _is_of_another(self, found: Import) -> bool:
        """Whether a name that is taken from an allowed module has nothing to do with the concept.

        A submodule of a package has not, nor what a module other than the owner's hands on from
        elsewhere. A name that does not exist may well be the concept's.
        """
        makers = {each.handle: each.name for each in self.factories}
        if found.name in ("", "*", *self.public_names, *makers.values()):
            return False
        if found.target.is_missing or self.reaches_owner(found) or found.target.handle in makers:
            return False
        if found.target.kind == "module":
            return found.target.name not in self.declared_modules
        if found.canonical == self.owner_module:
            return False
        home = found.target.name.partition(":")[0]
        is_old = any(is_inside(home, each) for each in self.concept.legacy_paths)
        is_known = found.target.kind == "definition"
        return not (is_known and (is_old or home in self.declared_modules))

    def _declared(self, found: Import, *, legacy: bool) -> str | None:
        """The longest declared path that an import goes through; the legacy ones alone if asked.

        What lies inside a legacy package is legacy; a package that offers the owner may hold
        much else.
        """
        written = (found.written, found.canonical, *_named_module(found))
        key = (legacy, written)
        if key not in self._known_paths:
            old = self.concept.legacy_paths
            fitting = [each for each in old if any(is_inside(path, each) for path in written)]
            if not legacy:
                fitting += [each for each in self.allowed if each in written]
            self._known_paths[key] = max(fitting, key=lambda each: (len(each), each), default=None)
        return self._known_paths[key]

    @cached_property
    def _known_paths(self) -> dict[tuple[bool, tuple[str, ...]], str | None]:
        """Imports are many, the paths that they name are few."""
        return {}

    def is_one_object_with_owner(self, path: str) -> bool:
        """Whether a module replaces itself by the owner's, so that both are one object."""
        return self.codebase.same_module(path) == self.owner_module


def is_inside(path: str, module: str) -> bool:
    """Whether a dotted path is a module or something in it."""
    return path == module or path.startswith(module + ".")


def _named_module(found: Import) -> tuple[str, ...]:
    """`from package import module` names a module that only its name part says."""
    is_module = found.target.kind in ("module", "missing-module")
    return (found.path,) if is_module or found.target.is_missing else ()
