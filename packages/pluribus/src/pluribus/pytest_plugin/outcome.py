"""What a check says, in a form that can be handed to other processes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pluribus.adapters.driving import drive
from pluribus.adapters.engine import engine_stamp
from pluribus.adapters.files import prepare_cache
from pluribus.adapters.git import file_where_left
from pluribus.app.check import check
from pluribus.app.conform import conform
from pluribus.app.conform_driving import Driving
from pluribus.app.conform_options import NAMES, ConformOptions, driven_concepts
from pluribus.app.options import Base, CheckOptions
from pluribus.cli.options import CACHE_FOLDER, today
from pluribus.contract import find_contract, load_contract
from pluribus.errors import PluribusError
from pluribus.findings import Report
from pluribus.findings.conformance import Conformance
from pluribus.rules import ALL


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged, and what came of it."""

    contract: str
    """The file, for where a test is said to stand."""
    concepts: tuple[str, ...]
    rules: tuple[str, ...]
    has_base: bool
    report: Report | None
    """None when tests are only listed."""
    driven: tuple[str, ...] = ()
    """The concepts that are driven, too."""
    properties: tuple[str, ...] = ()
    """What they are judged by."""
    conformance: Conformance | None = None
    """None when nothing is driven, or tests are only listed."""

    def encoded(self) -> bytes:
        """The whole of it, for `decoded`."""
        return msgspec.msgpack.encode(self)


def decoded(content: bytes) -> Outcome:
    """What was encoded, in a process of the same pluribus."""
    return msgspec.msgpack.decode(content, type=Outcome)


def checked(
    root: Path, *, contract: str | None, base_ref: str | None, drives: bool, judges: bool
) -> Outcome:
    """Judge a code base, as `pluribus check` does, and as `pluribus conform` does if it is asked.

    Args:
        root: The folder of the code base.
        contract: The file of the contract, relative to where pytest was started; None for the
            nearest at or above the root.
        base_ref: A git revision that the baseline must not have grown since.
        drives: Whether the owners are driven, too.
        judges: False to find out no more than what would be judged.

    Raises:
        UsageError: it cannot be judged, with what to do.
    """
    try:
        path = find_contract(root) if contract is None else Path(contract)
        declared = load_contract(path)
        report = _report(root, path, base_ref) if judges else None
        driven = driven_concepts(declared, ()) if drives else ()
        driving = Driving(contract=declared, options=ConformOptions(), drive=drive)
        conformance = conform(driving) if drives and judges else None
    except PluribusError as error:
        hint = f"\n\nhint: {error.hint}" if error.hint else ""
        raise pytest.UsageError(f"pluribus: {error.message}{hint}") from error
    return Outcome(
        contract=str(path),
        concepts=tuple(each.name for each in declared.concepts),
        rules=tuple(each.name for each in ALL),
        has_base=base_ref is not None,
        report=report,
        driven=tuple(each.name for each in driven),
        properties=NAMES if drives else (),
        conformance=conformance,
    )


def _report(root: Path, contract: Path, base_ref: str | None) -> Report:
    cache = root / CACHE_FOLDER
    return check(
        root,
        CheckOptions(
            contract=contract,
            # Without a cache that can be written all is read anew, and nothing else changes.
            cache=cache if prepare_cache(cache) is None else None,
            engine=engine_stamp(),
            base=None
            if base_ref is None
            else Base(base_ref, lambda path: file_where_left(path, base_ref)),
            today=today(),
        ),
    )
