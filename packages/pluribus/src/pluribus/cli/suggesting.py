"""How parameters are bound, as a table to read and as TOML to keep."""

from __future__ import annotations

from pluribus.conformance.jobs import Row
from pluribus.contract import Concept
from pluribus.contract.keys import key_path, toml_string
from pluribus.reports.table import table
from pluribus.reports.wording import printable

_HEADER = ("operation", "calls", "parameter", "is given", "because")
_NO_PARAMETER = "(none)"


def binding_table(concept: Concept, sharing: str, rows: tuple[Row, ...]) -> str:
    """What each parameter is given, and how that is known."""
    lines = [
        (
            each.role + (f" ({each.audience})" if each.audience else ""),
            each.name,
            each.parameter or _NO_PARAMETER,
            each.template or "its default",
            each.why,
        )
        for each in rows
    ]
    whose = "all share one instance" if sharing == "shared" else f"an instance a {sharing}"
    head = f"{concept.name}: {whose}"
    drawn = table([_HEADER, *lines])
    return "\n".join([printable(head), *map(printable, drawn), ""])


def suggestion(concept: Concept, sharing: str, rows: tuple[Row, ...]) -> str:
    """The table `[concepts.NAME.conform]` that says all of it."""
    at = key_path(("concepts", concept.name, "conform"))
    lines = [f"[{at}]", f"sharing = {toml_string(sharing)}"]
    operations: dict[str, list[Row]] = {}
    for each in rows:
        if each.role != "factory":
            operations.setdefault(each.role, []).append(each)
        elif each.why == "by type" and "build" in each.template:
            lines.append(f"context = {each.template}")
    for role, bound in operations.items():
        given = ", ".join(
            f"{key_path((each.parameter,))} = {each.template}"
            for each in bound
            if each.parameter and each.why != "default"
        )
        lines += ["", f"[{at}.ops.{role}]", f"call = {toml_string(bound[0].name)}"]
        if given:
            lines.append(f"args = {{ {given} }}")
        if bound[0].audience:
            lines.append(f"audience = {toml_string(bound[0].audience)}")
    return "\n".join([*lines, ""])
