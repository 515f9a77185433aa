"""How much of a concept's role a class plays: the evidence, weighed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from pluribus.codebase import Class, Definition, Parameter
from pluribus.findings import Confidence, Evidence

if TYPE_CHECKING:
    from pluribus.rules.subject import Subject

# Names that classes of any role share: alone they say nothing.
GENERIC_METHODS = frozenset(
    """add append apply build call check cleanup clear close commit configure connect copy count
    create delete disconnect dispatch emit execute exists export fetch filter find flush format
    get get_all get_by_id get_config get_info get_instance get_metrics get_name get_state
    get_stats get_status handle has health_check init initialize insert is_available is_enabled
    is_healthy is_valid items join keys list load lock log name next notify on_error open parse
    pop post process publish push put query read receive refresh register release reload remove
    render request reset resolve restart resume retry run save search send serialize set setup
    shutdown size sort start status stop store submit subscribe summary sync tear_down teardown
    to_dict to_json from_dict from_json transform trigger unregister unsubscribe update
    update_config validate values verify visit wait warmup write""".split()
)
GENERIC_WORDS = frozenset(
    """abstract adapter backend base basic class client command common component controller core
    default driver engine executor extension factory filter form formatter handler helper impl
    implementation internal legacy loader main manager middleware mixin model module new object
    old parser pipeline plugin policy processor protocol provider proxy registry renderer
    repository router runner serializer server service simple storage store strategy system task
    type unified utils v1 v2 validator view worker wrapper""".split()
)
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """What a class has in common with the owner."""

    methods: tuple[str, ...]
    """Methods of the interface that it has, the telling ones first."""
    telling: int
    """How many of them are no generic names."""
    asked: int
    """How many methods the interface has."""
    more: tuple[str, ...]
    """Other telling methods of the owner that it has."""
    alike: int
    """How many of the telling ones take the same parameters, or nearly."""
    events: tuple[str, ...]
    collaborators: tuple[str, ...]
    context: tuple[str, ...]
    """Parameters that carry the concept's context."""
    words: tuple[str, ...]
    """What the two names share."""
    named: bool
    """Whether the contract's pattern matches the name."""
    declared: bool
    """Whether the contract itself lists the methods, and not just the owner's source."""

    @property
    def score(self) -> float:
        """About one point for each piece of evidence that alone would make a reader look."""
        generic = len(self.methods) - self.telling
        return (
            self.telling
            + 0.25 * generic
            + 0.25 * min(len(self.more), 4)
            + 0.5 * self.alike
            + min(len(self.events), 4) * 0.5
            + min(len(self.collaborators), 2) * 0.5
            + (0.5 if self.context else 0)
            + (1 if self.words else 0)
            + (0.5 if self.named else 0)
        )

    @property
    def is_kin(self) -> bool:
        """Whether more than methods ties the two: what they are called, or what they speak of."""
        is_asked_for = self.named and self.declared
        return bool(self.words) or is_asked_for or len(self.events) >= 2

    @property
    def confidence(self) -> Confidence | None:
        """None when the evidence does not make a rival."""
        share = self.telling / self.asked if self.asked else 0
        is_same_job = (
            (self.telling >= 2 and (share >= 0.2 or self.telling >= 4))
            or (self.telling >= 1 and len(self.events) >= 2)
            or (self.telling >= 1 and len(self.more) >= 3)
            or (self.named and len(self.more) >= 4 and self.alike >= 4)
        )
        is_close = self.telling >= 3 and self.alike >= 3 and share >= 0.4
        if not (is_same_job and (self.is_kin or is_close)):
            return None
        is_whole = self.telling >= 3 and share >= 0.5 and self.alike >= 2
        if self.score >= 5 and is_whole and self.words:
            return Confidence.CERTAIN
        return Confidence.LIKELY if self.score >= 3.5 else Confidence.POSSIBLE

    def evidence(self, owner: str) -> tuple[Evidence, ...]:
        rows = [
            ("shared methods", f"{len(self.methods)} of {self.asked}: {', '.join(self.methods)}"),
            ("more methods", ", ".join(self.more)),
            ("same parameters", f"{self.alike} of them" if self.alike else ""),
            ("events", ", ".join(self.events)),
            ("collaborators", ", ".join(self.collaborators)),
            ("context", ", ".join(self.context)),
            ("name", f"shares {', '.join(self.words)} with `{owner}`" if self.words else ""),
        ]
        return tuple(Evidence(name, text) for name, text in rows if text)


def role_of(subject: Subject, each: Class, *, named: bool) -> Role:
    """Weigh what a class has in common with the owner."""
    owner = subject.owner_class
    assert owner is not None, "only classes have roles of this kind"
    asked = interface_of(subject)
    has = methods_of(subject, each)
    shared = sorted(set(asked) & set(has), key=lambda name: (name in GENERIC_METHODS, name))
    telling = [name for name in shared if name not in GENERIC_METHODS]
    own = methods_of(subject, owner)
    more = sorted((set(own) & set(has)) - set(asked) - GENERIC_METHODS)
    theirs = {name: own[name] for name in (*telling, *more) if name in own}
    context = subject.concept.context
    carried = {context.parameter, *context.key} if context else set()
    taken = {parameter.name for method in each.methods for parameter in method.parameters}
    return Role(
        methods=tuple(shared),
        telling=len(telling),
        asked=len(asked),
        more=tuple(more),
        alike=sum(takes_alike(method, has[name]) for name, method in theirs.items()),
        events=tuple(sorted(set(subject.concept.events) & set(each.words))),
        collaborators=tuple(sorted(set(owner.collaborators) & set(each.collaborators))),
        context=tuple(sorted(carried & taken)),
        words=shared_words(owner.definition.name, each.definition.name),
        named=named,
        declared=bool(subject.concept.interface),
    )


def interface_of(subject: Subject) -> dict[str, Definition | None]:
    """The methods that the concept asks for; None where the owner itself lacks one."""
    owner = subject.owner_class
    has = methods_of(subject, owner) if owner else {}
    declared = subject.concept.interface
    if declared and declared.methods:
        return {name: has.get(name) for name in declared.methods}
    if subject.protocol is not None:
        protocol = subject.codebase.class_of(subject.protocol.handle)
        if protocol:
            return dict(protocol.public_methods)
    return dict(has)


def methods_of(subject: Subject, each: Class) -> dict[str, Definition]:
    """Public methods, those of first-party base classes included."""
    methods: dict[str, Definition] = {}
    for target in reversed(each.ancestors):
        if target.handle is not None and (above := subject.codebase.class_of(target.handle)):
            methods.update(above.public_methods)
    return methods | each.public_methods


def takes_alike(one: Definition, other: Definition) -> bool:
    """Whether two methods take parameters of mostly the same names."""
    mine, theirs = _names(one.parameters), _names(other.parameters)
    if not mine or not theirs:
        return not mine and not theirs
    return 2 * len(mine & theirs) >= max(len(mine), len(theirs))


def _names(parameters: Iterable[Parameter]) -> set[str]:
    return {
        each.name
        for each in parameters
        if each.name not in ("self", "cls") and not each.kind.startswith("var")
    }


def name_words(name: str) -> list[str]:
    """The words of a CamelCase or snake_case name, in lower case."""
    return [word.lower() for word in _CAMEL.findall(name)]


def shared_words(one: str, other: str) -> tuple[str, ...]:
    """Telling words that two names share."""
    mine, theirs = set(name_words(one)), set(name_words(other))
    joined = {"".join(name_words(one)), "".join(name_words(other))}
    shared = {word for word in mine & theirs if word not in GENERIC_WORDS and len(word) > 1}
    return tuple(sorted(shared)) or (("the whole name",) if len(joined) == 1 else ())
