"""Reading a contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from pluribus.contract.files import DISK, Files, refuse_pipe
from pluribus.contract.find import PYPROJECT, PYPROJECT_TABLE, minimal_contract
from pluribus.contract.keys import key_path
from pluribus.contract.kinds import Name
from pluribus.contract.mistakes import Mistake, mistakes_in, refuse
from pluribus.contract.model import (
    DEFAULT_PHASES,
    Concept,
    ConceptKeys,
    Contract,
    Document,
    Phase,
)
from pluribus.contract.toml import read_toml
from pluribus.errors import ContractError

CONCEPTS_FOLDER = "contracts"


def load_contract(path: Path, files: Files = DISK) -> Contract:
    """Read the contract at `path`, and the concepts in `contracts/*.toml` beside it.

    In the folder `contracts`, files whose name begins with a dot are left alone.

    Raises:
        ContractError: a file cannot be read, is not TOML or breaks the schema; the message has
            a line for each mistake. Or a concept is declared twice, or none at all.
    """
    table, at = _own_table(path, files)
    alone = {
        each: read_toml(each, name=_name(each, path), files=files)
        for each in _concept_files(path, files)
    }
    mistakes = mistakes_in(table, Document, file=path.name, at=at)
    for each, keys in alone.items():
        mistakes += mistakes_in(keys, ConceptKeys, file=_name(each, path))
        mistakes += _mistakes_in_name(each, table, path, at)
    refuse(mistakes)
    document = msgspec.convert(table, Document)
    separate = {each.stem: msgspec.convert(keys, ConceptKeys) for each, keys in alone.items()}
    concepts = {**document.concepts, **separate}
    if not concepts:
        raise ContractError(
            f"{path.name}: there is nothing to check, because no concept is declared",
            hint=f"declare one, for example:\n\n{minimal_contract(at)}",
        )
    return _contract(document, concepts, path)


def _contract(document: Document, concepts: dict[str, ConceptKeys], path: Path) -> Contract:
    phases = document.phases
    return Contract(
        codebase=document.codebase,
        concepts=tuple(
            Concept(name=name, **msgspec.structs.asdict(keys)) for name, keys in concepts.items()
        ),
        per_file_ignores=document.per_file_ignores,
        phases=DEFAULT_PHASES
        if phases is None
        else tuple(
            Phase(name=name, **msgspec.structs.asdict(keys)) for name, keys in phases.items()
        ),
        path=path,
        directory=path.parent,
    )


def _own_table(path: Path, files: Files) -> tuple[object, tuple[str, ...]]:
    """The contract that one file holds, and the key path at which it stands there."""
    table: object = read_toml(path, name=path.name, files=files)
    if path.name != PYPROJECT:
        return table, ()
    for key in PYPROJECT_TABLE:
        if not isinstance(table, dict) or key not in table:
            raise ContractError(
                f"{path.name}: has no table `[{key_path(PYPROJECT_TABLE)}]`",
                hint=f"declare a concept, for example:\n\n{minimal_contract(PYPROJECT_TABLE)}",
            )
        table = table[key]
    return table, PYPROJECT_TABLE


def _concept_files(path: Path, files: Files) -> list[Path]:
    folder = path.parent / CONCEPTS_FOLDER
    try:
        found = sorted(
            each
            for each in files.folder(folder)
            if each.suffix == ".toml" and not each.name.startswith(".")
        )
    except OSError as error:
        raise ContractError(f"{CONCEPTS_FOLDER}: cannot be read: {error.strerror}") from error
    for each in found:
        refuse_pipe(each, files)
    return found


def _mistakes_in_name(
    file: Path, table: object, path: Path, at: tuple[str, ...]
) -> Iterator[Mistake]:
    for mistake in mistakes_in(file.stem, Name, file=_name(file, path)):
        yield replace(mistake, problem=f"the file's name, without `.toml`, {mistake.problem}")
    concepts = table.get("concepts") if isinstance(table, dict) else None
    if isinstance(concepts, dict) and file.stem in concepts:
        where = key_path((*at, "concepts", file.stem))
        yield Mistake(
            (),
            f"declares `{file.stem}`, which {path.name} declares too, as `{where}`",
            hint="keep one of them",
            file=_name(file, path),
        )


def _name(file: Path, path: Path) -> str:
    return file.relative_to(path.parent).as_posix()
