"""One thing in several layers: as a row of a table, in GraphQL, in a form, and as plain data."""

from __future__ import annotations

from pluribus.codebase import Class, Codebase

_BASES = {
    "row": frozenset(
        "Model DeclarativeBase DeclarativeBaseNoMeta Document EmbeddedDocument".split()
    ),
    "graphql": frozenset(
        """ObjectType InputObjectType DjangoObjectType SQLAlchemyObjectType
        MongoengineObjectType""".split()
    ),
    "form": frozenset(
        """Form ModelForm FlaskForm Serializer ModelSerializer HyperlinkedModelSerializer Schema
        SQLAlchemySchema SQLAlchemyAutoSchema ModelSchema""".split()
    ),
}
"""What the bases of a class are called that frameworks ask for in each layer."""
_GRAPHQL_DECORATORS = frozenset(
    f"strawberry.{name}" for name in ("type", "input", "interface", "experimental.pydantic.type")
)


def are_of_two_layers(codebase: Codebase, one: Class, other: Class) -> bool:
    """Whether two classes show the same thing in two layers, and do nothing that is the same."""
    share_methods = len(set(one.public_methods) & set(other.public_methods)) >= 2
    return not share_methods and _layer(codebase, one) != _layer(codebase, other)


def _layer(codebase: Codebase, each: Class) -> str:
    decorators = {name.removesuffix("()") for name in each.definition.decorators}
    if not decorators.isdisjoint(_GRAPHQL_DECORATORS):
        return "graphql"
    names = {target.name.replace(":", ".").rpartition(".")[2] for target in each.ancestors}
    for layer, bases in _BASES.items():
        if not names.isdisjoint(bases):
            return layer
    # What `declarative_base()` makes is a variable, whatever it is called.
    made = (
        codebase.definition(target.handle)
        for target in each.ancestors
        if target.handle is not None
    )
    return "row" if any(base.kind == "variable" for base in made) else "data"
