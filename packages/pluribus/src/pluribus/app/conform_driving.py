"""How concepts are driven: one value that says it, from the command to the process that drives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from pluribus.app.conform_notes import roots_of
from pluribus.app.conform_options import (
    ConformOptions,
    chosen_properties,
    driven_concepts,
    must_name_properties,
)
from pluribus.conformance.jobs import Answer, Job
from pluribus.contract import Concept, Contract
from pluribus.errors import ContractError, SubjectError, UsageError


class Drive(Protocol):
    """Drives one concept in a process of its own."""

    def __call__(self, job: Job, progress: Callable[[str], None] = ...) -> Answer:
        """Do the job."""


@dataclass(frozen=True, kw_only=True)
class Driving:
    """What is driven, what is asked of it, who does it, and who is told how far it is."""

    contract: Contract
    options: ConformOptions
    drive: Drive
    progress: Callable[[str], None] = lambda text: None

    @cached_property
    def properties(self) -> tuple[str, ...]:
        """Those that are judged, by name, in the order of verdicts.

        Raises:
            UsageError: there is no such property.
        """
        return chosen_properties(self.options.properties)

    @cached_property
    def concepts(self) -> tuple[Concept, ...]:
        """Those that are driven.

        Raises:
            ContractError: none is to be driven.
            UsageError: there is no such concept.
        """
        return driven_concepts(self.contract, self.options.concepts)

    def job(self, concept: Concept) -> Job:
        """What is asked of the process that drives a concept.

        Raises:
            ContractError: it allows or declines what is no property.
            UsageError: the folder of the contract has no name in UTF-8.
        """
        must_name_properties(concept)
        directory = self.contract.directory.resolve()
        try:
            str(directory).encode()
        except UnicodeEncodeError as error:
            raise UsageError(f"the path {str(directory)!a} is not valid UTF-8") from error
        return Job(
            concept=concept,
            directory=str(directory),
            roots=roots_of(self.contract, directory),
            properties=self.properties,
            seed=self.options.seed,
            answers="",
            schedule=self.options.schedule,
            transport=self.options.transport,
        )

    def answered(self, job: Job) -> Answer:
        """Have a job done; the answer says what kept it from being done.

        Raises:
            SubjectError: the process that drives it ended before it could say anything.
        """
        return self.drive(job, self.progress)

    def started(self, job: Job) -> Answer:
        """The same for what has to be driven.

        Raises:
            ContractError: the contract does not say enough to drive it, or contradicts itself.
            SubjectError: it does not import, or the process ended.
        """
        answer = self.answered(job)
        if answer.start.mistake:
            raise ContractError(answer.start.mistake, hint=answer.start.hint or None)
        if answer.start.crash:
            raise SubjectError(
                f"concept `{job.concept.name}`: its owner cannot be driven: {answer.start.crash}",
                hint=f"it must import and give out an instance by itself\n\n{answer.start.trace}",
            )
        return answer
