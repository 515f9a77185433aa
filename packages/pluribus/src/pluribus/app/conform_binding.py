"""How the owners of a contract would be driven, without judging anything."""

from __future__ import annotations

import msgspec

from pluribus.app.conform_driving import Driving
from pluribus.conformance.jobs import Row
from pluribus.conformance.transports.names import MEMORY
from pluribus.contract import Concept
from pluribus.errors import SubjectError


def bindings(driving: Driving) -> tuple[tuple[Concept, str, tuple[Row, ...]], ...]:
    """What each parameter of the chosen concepts is given, and who has an instance of their own.

    Raises:
        ContractError: a parameter is bound by nothing.
        SubjectError: a subject does not import, or gives out no instance.
    """
    found = []
    for concept in driving.concepts:
        # Nothing is sent, so it makes no difference over what.
        job = msgspec.structs.replace(driving.job(concept), properties=(), transport=MEMORY)
        answer = driving.started(job)
        if not answer.start.rows:
            raise SubjectError(
                f"concept `{concept.name}`: nothing could be bound, because there is"
                f" {answer.start.trace or 'nothing to call'}"
            )
        found.append((concept, answer.start.sharing, answer.start.rows))
    return tuple(found)
