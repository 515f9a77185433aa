"""What plants stand on: a concept as the contract declares it, and its owner as it was found."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pluribus.codebase import Class, Definition
from pluribus.contract import Concept
from pluribus.rules import Subject
from pluribus.rules.comparing import is_plain
from pluribus.rules.role import GENERIC_METHODS, interface_of, methods_of

Node = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Ground:
    """One concept, and the folder in which new files of its plants go."""

    subject: Subject
    folder: str
    """Empty, or with a slash at its end."""
    package: str
    """The dotted path of the folder; empty for an import root."""
    texts: Mapping[str, str]
    """The files that may be edited, by path."""

    @property
    def concept(self) -> Concept:
        return self.subject.concept

    @property
    def kind(self) -> str:
        """What the owner is: `class`, `function`, `variable` or `module`."""
        return self.subject.owner.kind if self.subject.owner else "module"

    @cached_property
    def way(self) -> tuple[str, str]:
        """An allowed module, and the name under which it offers the owner."""
        qualname = self.concept.owner_qualname or ""
        path = self.concept.allowed_paths[0]
        if path == self.concept.owner_module:
            return path, qualname
        for each in self.subject.offers:
            if each.site.module == path and self.subject.owner is not None:
                return path, each.name
        return self.concept.owner_module, qualname

    @property
    def name(self) -> str:
        """What planted code calls the owner: in public, whatever the owner's own name is."""
        own = self.way[1] or self.concept.owner_module.rpartition(".")[2]
        return own.lstrip("_") or own

    @property
    def is_reachable(self) -> bool:
        """Whether an import statement can name the owner."""
        return "." not in self.way[1]

    def take(self, name: str = "") -> str:
        """The import statement that brings the owner, under another name if one is given."""
        module, owned = self.way
        name = name or self.name
        if not owned:
            return f"import {self.concept.owner_module} as {name}"
        alias = f" as {name}" if name != owned else ""
        return f"from {module} import {owned}{alias}"

    @cached_property
    def owner_class(self) -> Class | None:
        return self.subject.owner_class

    @cached_property
    def interface(self) -> dict[str, Definition | None]:
        return interface_of(self.subject)

    @cached_property
    def telling(self) -> list[str]:
        """Methods of the interface that say something of the role, and that the owner has."""
        asked = self.interface.items()
        return sorted(name for name, has in asked if has and name not in GENERIC_METHODS)

    @cached_property
    def callable_methods(self) -> list[Definition]:
        """Public methods of the owner that take what their source says."""
        owner = self.owner_class
        methods = methods_of(self.subject, owner).values() if owner else ()
        return sorted((each for each in methods if is_plain(each)), key=lambda each: each.name)

    @cached_property
    def owner_node(self) -> Node | None:
        """The owner's definition in its file; None where the file cannot be edited safely."""
        owner = self.subject.owner
        text = self.texts.get(owner.site.place.path) if owner else None
        if owner is None or text is None:
            return None
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            return None
        return next(
            (
                node
                for node in ast.walk(tree)
                if isinstance(node, Node)
                and (node.name, node.lineno) == (owner.name, owner.site.place.line)
            ),
            None,
        )
