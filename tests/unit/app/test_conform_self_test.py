"""A subject is broken in several ways side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pluribus.app.conform_driving import Driving
from pluribus.app.conform_options import ConformOptions
from pluribus.app.conform_self_test import sabotage
from pluribus.conformance.jobs import Answer, Job, Start
from pluribus.conformance.sabotage import SABOTAGES
from pluribus.contract import load_contract


def test_who_is_interrupted_waits_for_nothing_that_is_under_way(tmp_path: Path) -> None:
    path = tmp_path / "pluribus.toml"
    path.write_text('[concepts.chat]\nowner = "app.chat:Chat"\n[concepts.chat.conform]\n')
    given_up: list[str] = []
    all_begun = threading.Barrier(len(SABOTAGES))

    def drive(job: Job, progress: Callable[[str], None] = lambda text: None) -> Answer:
        if not job.sabotage:
            return Answer(start=Start(), verdicts=())
        all_begun.wait(10)
        if job.sabotage == "drop":
            raise KeyboardInterrupt
        try:
            while True:
                progress("still driving")
                threading.Event().wait(0.01)
        finally:
            given_up.append(job.sabotage)

    driving = Driving(contract=load_contract(path), options=ConformOptions(), drive=drive)

    with pytest.raises(KeyboardInterrupt):
        sabotage(driving)

    assert sorted(["drop", *given_up]) == sorted(each.name for each in SABOTAGES)
