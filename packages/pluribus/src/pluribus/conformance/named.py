"""What a table [conform] names must be there before anything is judged by it."""

from __future__ import annotations

from collections.abc import Iterator

from pluribus.conformance.making import BUILD, imported
from pluribus.contract import Concept, Conform
from pluribus.errors import ContractError


def must_be_there(concept: Concept) -> None:
    """Import all that is named beside the owner and its factories.

    What `rivals` names is left out, because each is driven on its own, and so is `app`, which only
    some transports need.

    Raises:
        ContractError: a definition does not exist, or is declared as an exception and is none; it
            names the key. What a module raises while it is imported goes through.
    """
    settings = concept.conform or Conform()
    for key, definition in _named(settings):
        table = f"concepts.{concept.name}.conform.{key}"
        try:
            found = imported(definition)
        except ContractError as error:
            raise ContractError(f"{table}: {error.message}", hint=error.hint) from error
        is_error = key.startswith("errors.") or key == "connection-lost"
        if is_error and not (isinstance(found, type) and issubclass(found, BaseException)):
            raise ContractError(
                f"{table}: `{definition}` is no exception",
                hint="name the class that is raised, such as `builtins:ValueError`",
            )


def _named(settings: Conform) -> Iterator[tuple[str, str]]:
    """Keys in kebab case, below the table, with what each names."""
    for case, definition in settings.errors.items():
        yield f"errors.{case}", definition
    if settings.connection_lost:
        yield "connection-lost", settings.connection_lost
    if settings.ops.dispose and ":" in settings.ops.dispose.call:
        yield "ops.dispose.call", settings.ops.dispose.call
    yield from _built("context", settings.context)
    yield from _built("payload", settings.payload)
    for role in settings.ops.__struct_fields__:
        operation = getattr(settings.ops, role)
        if operation is not None:
            yield from _built(f"ops.{role}.args", operation.args)


def _built(key: str, template: object) -> Iterator[tuple[str, str]]:
    """What a template builds, at any depth."""
    match template:
        case dict():
            for name, item in template.items():
                if name == BUILD and isinstance(item, str):
                    yield f"{key}.{BUILD}", item
                else:
                    yield from _built(f"{key}.{name}", item)
        case list() | tuple():
            for item in template:
                yield from _built(key, item)
        case _:
            pass
