"""What each rule looks for, searched for by names alone: see `looks.py`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from tests.real.facts import dotted

Function = ast.FunctionDef | ast.AsyncFunctionDef
Found = Iterator[tuple[int, str]]
_EVENT_PARAMETERS = {
    "event",
    "event_type",
    "event_name",
    "event_kind",
    "message_type",
    "kind",
    "type",
}
_MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Call)


@dataclass(frozen=True)
class Names:
    """What the names of one file are."""

    aliases: set[str]
    rivals: set[str]
    factories: dict[str, str]
    """To each name the one that the factory was defined under."""
    dotted: frozenset[str] = frozenset()
    """Names by which the owner may be called through a module."""

    def with_dotted(self, names: set[str]) -> Names:
        return Names(self.aliases, self.rivals, self.factories, frozenset(names))

    @property
    def lead(self) -> bool:
        return bool(self.aliases or self.rivals or self.factories)

    def is_class(self, callee: ast.expr) -> bool:
        if isinstance(callee, ast.Name):
            return callee.id in self.aliases
        return isinstance(callee, ast.Attribute) and callee.attr in self.dotted

    def factory(self, callee: ast.expr) -> str:
        """The factory that a call is of; empty for none."""
        return self.factories.get(last(callee), "")


@dataclass(frozen=True)
class Owner:
    methods: dict[str, Function]
    attributes: set[str]
    factories: dict[str, Function]
    events: tuple[str, ...]
    parameter: str
    key: tuple[str, ...]
    tree: ast.ClassDef

    @classmethod
    def of(
        cls, home: ast.Module, name: str, made: dict[str, ast.Module], declared: dict[str, object]
    ) -> Owner:
        tree = next(n for n in ast.walk(home) if isinstance(n, ast.ClassDef) and n.name == name)
        methods = {n.name: n for n in tree.body if isinstance(n, Function)}
        stored = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        }
        functions = {
            maker: node
            for maker, module in made.items()
            for node in ast.walk(module)
            if isinstance(node, Function) and node.name == maker
        }
        context = declared.get("context")
        context = context if isinstance(context, dict) else {}
        events = declared.get("events")
        return cls(
            methods,
            stored,
            functions,
            tuple(events) if isinstance(events, list) else (),
            str(context.get("parameter", "")),
            tuple(context.get("key", ())),
            tree,
        )

    def is_async(self, method: str) -> bool:
        return isinstance(self.methods.get(method), ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Read:
    """A file, and the names in it that something makes an owner of somewhere."""

    tree: ast.Module
    is_test: bool
    owner: Owner
    names: Names

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    def makes(self, node: ast.AST | None) -> bool:
        node = node.value if isinstance(node, ast.Await) else node
        return isinstance(node, ast.Call) and (
            self.names.is_class(node.func) or bool(self.names.factory(node.func))
        )

    def is_of_interest(self, callee: ast.expr) -> bool:
        return self.names.is_class(callee) or last(callee) in self.names.rivals

    @cached_property
    def holders(self) -> set[str]:
        """Names and attributes that are bound to an owner, or annotated as one, anywhere."""
        found: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Assign) and self.makes(node.value):
                found.update(map(dotted, node.targets))
            elif isinstance(node, ast.NamedExpr) and self.makes(node.value):
                found.add(node.target.id)
            elif isinstance(node, ast.AnnAssign) and (
                self.makes(node.value) or self.is_annotated(node.annotation)
            ):
                found.add(dotted(node.target))
            elif (
                isinstance(node, ast.arg)
                and node.annotation
                and self.is_annotated(node.annotation)
            ):
                found.add(node.arg)
            elif isinstance(node, Function) and any(
                isinstance(each, ast.Return | ast.Yield) and self.makes(each.value)
                for each in ast.walk(node)
            ):
                # A fixture gives its name to what it returns.
                found.add(node.name)
        return found - {""}

    def is_annotated(self, node: ast.expr) -> bool:
        words = ast.unparse(node).replace("'", " ").replace('"', " ").replace("|", " ")
        return any(word.rpartition(".")[2] in self.names.aliases for word in words.split())

    def on_owner(self) -> Iterator[tuple[ast.Call, str]]:
        """Calls of methods on what may be an owner, and the method."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                on = node.func.value
                if dotted(on) in self.holders or self.makes(on):
                    yield node, node.func.attr


def last(node: ast.AST) -> str:
    return dotted(node).rpartition(".")[2]


def awaited_sync(read: Read) -> Found:
    on_owner = {id(call): method for call, method in read.on_owner()}
    for node in read.nodes:
        if not isinstance(node, ast.Await) or not isinstance(node.value, ast.Call):
            continue
        call = node.value
        method = on_owner.get(id(call), "")
        maker = read.owner.factories.get(read.names.factory(call.func))
        if isinstance(maker, ast.FunctionDef) or (
            method in read.owner.methods and not read.owner.is_async(method)
        ):
            yield call.lineno, f"await {ast.unparse(call.func)}"


def unawaited_send(read: Read) -> Found:
    on_owner = {id(call): method for call, method in read.on_owner()}
    for node in read.nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            maker = read.owner.factories.get(read.names.factory(call.func))
            if isinstance(maker, ast.AsyncFunctionDef) or read.owner.is_async(
                on_owner.get(id(call), "")
            ):
                yield call.lineno, ast.unparse(call.func)


def unbound_call(read: Read) -> Found:
    for call, method in read.on_owner():
        target = read.owner.methods.get(method)
        if target is None:
            if method not in read.owner.attributes and not method.startswith("__"):
                yield call.lineno, f"{ast.unparse(call.func)}: no such method"
        elif why := _unbound(call, target, skips=1):
            yield call.lineno, f"{ast.unparse(call.func)}: {why}"
    made = read.owner.methods.get("__init__")
    for node in read.nodes:
        if isinstance(node, ast.Call):
            maker = read.owner.factories.get(read.names.factory(node.func))
            if maker is not None and (why := _unbound(node, maker, skips=0)):
                yield node.lineno, f"{ast.unparse(node.func)}: {why}"
            if read.names.is_class(node.func) and made and (why := _unbound(node, made, skips=1)):
                yield node.lineno, f"{ast.unparse(node.func)}: {why}"


def _unbound(call: ast.Call, target: Function, *, skips: int) -> str:
    if any(isinstance(each, ast.Starred) for each in call.args):
        return ""
    if any(each.arg is None for each in call.keywords):
        return ""
    arguments = target.args
    positional = [*arguments.posonlyargs, *arguments.args][skips:]
    needed = len(positional) - len(arguments.defaults)
    kinds = inspect.Parameter
    parameters = [
        kinds(each.arg, kinds.POSITIONAL_OR_KEYWORD, default=kinds.empty if at < needed else 0)
        for at, each in enumerate(positional)
    ]
    if arguments.vararg:
        parameters.append(kinds(arguments.vararg.arg, kinds.VAR_POSITIONAL))
    parameters += [
        kinds(each.arg, kinds.KEYWORD_ONLY, default=0 if default else kinds.empty)
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg:
        parameters.append(kinds(arguments.kwarg.arg, kinds.VAR_KEYWORD))
    try:
        inspect.Signature(parameters).bind(
            *call.args, **{each.arg: 0 for each in call.keywords if each.arg}
        )
    except TypeError as error:
        return str(error)
    return ""


def unknown_event(read: Read) -> Found:
    """On any receiver: what is no owner is read away."""
    events = read.owner.events
    for node in read.nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        target = read.owner.methods.get(node.func.attr)
        if target is None:
            continue
        names = [each.arg for each in target.args.args[1:]]
        handed = {k.arg: k.value for k in node.keywords} | dict(
            zip(names, node.args, strict=False)
        )
        for name in _EVENT_PARAMETERS & handed.keys():
            value = handed[name]
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                word = value.value
                is_meant = get_close_matches(word, events, n=1, cutoff=0.8)
                if word not in events and (not read.is_test or is_meant):
                    yield node.lineno, f"{ast.unparse(node.func)}: {word}"


def partial_key(read: Read) -> Found:
    """In any function of any file."""
    for node in read.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            target = node.targets[0]
            key, value = ast.unparse(target.slice), node.value
        elif (
            isinstance(node, ast.Call) and last(node.func) == "setdefault" and len(node.args) == 2
        ):
            key, value = ast.unparse(node.args[0]), node.args[1]
        else:
            continue
        is_owner = read.makes(value) or dotted(value) in read.holders
        if is_owner and not read.is_test and not all(part in key for part in read.owner.key):
            yield node.lineno, f"[{key}] = {ast.unparse(value)[:60]}"


def scattered_constant(read: Read) -> Found:
    for node in read.nodes:
        if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.ClassDef):
            inner = (
                ast.walk(node) if isinstance(node, ast.ClassDef) else ast.iter_child_nodes(node)
            )
            words = {n.value for n in inner if isinstance(n, ast.Constant)}
            if {*read.owner.events} <= words and read.owner.events and not read.is_test:
                yield node.lineno, type(node).__name__


def rival_factory(read: Read) -> Found:
    """Every function that makes one and returns anything that is no constant."""
    for node in read.nodes:
        if not isinstance(node, Function) or read.is_test:
            continue
        inner = list(ast.walk(node))
        makes = any(isinstance(n, ast.Call) and read.is_of_interest(n.func) for n in inner)
        gives = any(
            isinstance(n, ast.Return | ast.Yield)
            and n.value is not None
            and not isinstance(n.value, ast.Constant)
            for n in inner
        )
        if makes and gives:
            yield node.lineno, node.name


def shared_state(tree: ast.Module, owner: Owner) -> Found:
    """Every mutable value of the class, of its module and of a factory's, every mutable default
    and every cache."""
    for node in [*tree.body, *owner.tree.body]:
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(value, _MUTABLE):
            yield node.lineno, ast.unparse(node)[:70]
    for made in ast.walk(tree):
        if isinstance(made, Function) and (made in owner.tree.body or made in tree.body):
            defaults = [*made.args.defaults, *filter(None, made.args.kw_defaults)]
            if any(isinstance(each, _MUTABLE) for each in defaults):
                yield made.lineno, f"{made.name}: a mutable default"
            if any("cache" in ast.unparse(each) for each in made.decorator_list):
                yield made.lineno, f"{made.name}: cached"


def context_blind_factory(tree: ast.Module, owner: Owner) -> Found:
    """Every factory in whose returned values and keys the context is not read."""
    for node in ast.walk(tree):
        if isinstance(node, Function) and node.name in owner.factories and owner.parameter:
            used = {
                n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id == owner.parameter
            }
            taken = {each.arg for each in [*node.args.args, *node.args.kwonlyargs]}
            if owner.parameter not in taken or not used:
                yield node.lineno, node.name


def undelegated_factory(tree: ast.Module, owner: Owner) -> Found:
    """Every `return` of a factory."""
    for node in ast.walk(tree):
        if isinstance(node, Function) and node.name in owner.factories:
            for each in ast.walk(node):
                if isinstance(each, ast.Return):
                    yield each.lineno, ast.unparse(each)[:70]


FILE_SEARCHES: dict[str, Callable[[Read], Found]] = {
    "scattered-constant": scattered_constant,
    "unbound-call": unbound_call,
    "awaited-sync": awaited_sync,
    "rival-factory": rival_factory,
    "partial-key": partial_key,
    "unknown-event": unknown_event,
    "unawaited-send": unawaited_send,
}
OWNER_SEARCHES: dict[str, Callable[[ast.Module, Owner], Found]] = {
    "shared-state": shared_state,
    "context-blind-factory": context_blind_factory,
    "undelegated-factory": undelegated_factory,
}
