from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pluribus.conformance.matrix import judge_specimen
from pluribus.conformance.mutants import SPECIMENS
from pluribus.contract import Context, Values
from pluribus.findings.conformance import Outcome
from tests.unit.conformance.subjects import BY_NAME, adapter_of, run_of

B5 = BY_NAME["B5"]
MIXERS = [each for each in SPECIMENS if "B5" in each.refused_by]
BY_USER = {"user_id": "{user}"}


class Manager:
    """Whatever is given out."""


def keyed(key: Callable[[Any], object]) -> Callable[[Any], Manager]:
    instances: dict[object, Manager] = {}

    def manager_of(context: Any) -> Manager:
        return instances.setdefault(key(context), Manager())

    return manager_of


def run_by_table(key: Callable[[Any], object], **conform: Any) -> Any:
    return run_of(
        "B5",
        adapter_of(
            {"factory": keyed(key)},
            context=Context(parameter="context", key=("user_id",)),
            conform={"context": BY_USER, **conform},
        ),
    )


@pytest.mark.parametrize("specimen", MIXERS, ids=lambda each: each.name)
def test_whoever_mixes_keys_up_is_found_whatever_the_seed(specimen: Any) -> None:
    outcomes = {seed: judge_specimen(specimen, B5, seed).outcome for seed in range(6)}

    assert set(outcomes.values()) == {Outcome.FAIL}, outcomes


def specimen_named(name: str) -> Any:
    (found,) = [each for each in SPECIMENS if each.name == name]
    return found


def test_a_name_that_says_it_is_another_user_is_found_and_made_small() -> None:
    run = judge_specimen(specimen_named("believed_name"), B5, 0)

    calls = " ".join(each.text for each in run.evidence)
    assert run.claim == "`specimen:factory` gives one instance to two different keys"
    said = re.search(r"'(?:display_name|note)': 'user_id: (\w+)'", calls)
    assert said is not None
    assert f"'user_id': '{said[1]}'" in calls
    assert len(run.sequence.splitlines()) <= 12


def test_two_names_with_one_first_word_are_found_and_made_small() -> None:
    run = judge_specimen(specimen_named("first_word_of_a_text"), B5, 0)

    shown = {each.name: each.text for each in run.evidence}
    assert shown["one key"].split()[0] == shown["another"].split()[0]
    assert "manager_3" not in run.sequence


def test_the_same_seed_finds_the_same_pair() -> None:
    runs = [judge_specimen(specimen_named("joined_key"), B5, 7) for _ in range(2)]

    assert runs[0].evidence == runs[1].evidence
    assert runs[0].sequence == runs[1].sequence


def test_a_search_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert run_by_table(lambda context: context["user_id"]).outcome is Outcome.PASS
    assert list(tmp_path.iterdir()) == []


def test_a_pattern_of_the_code_is_read_off_it() -> None:
    def key(context: Mapping[str, Any]) -> object:
        found = re.search(r"owner<(\w+)>", str(context.get("note", "")))
        return found[1] if found else context["user_id"]

    def manager_of(context: Mapping[str, Any]) -> Manager:
        return inner(context)

    inner = keyed(key)
    manager_of.__wrapped__ = key  # type: ignore[attr-defined]  # as `functools.wraps` leaves it

    adapter = adapter_of(
        {"factory": manager_of},
        context=Context(parameter="context", key=("user_id",)),
        conform={"context": {**BY_USER, "note": "x"}},
    )

    assert run_of("B5", adapter).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("difference", "key"),
    [
        ("case", lambda context: context["user_id"].casefold()),
        ("blanks", lambda context: context["user_id"].strip()),
    ],
)
def test_a_difference_that_is_declared_to_be_none_is_none(
    difference: str, key: Callable[[Any], object]
) -> None:
    strict = run_by_table(key)
    declared = run_by_table(key, values=Values(ignores=(difference,)))  # type: ignore[arg-type]  # one of three

    assert strict.outcome is Outcome.FAIL
    assert declared.outcome is Outcome.PASS


@dataclass(frozen=True)
class Person:
    """A context whose other fields may hold anything."""

    display_name: str = ""
    user_id: str = ""
    request_id: str = ""


def test_a_field_of_a_dataclass_that_may_be_left_out_is_tried() -> None:
    def key(context: Person) -> object:
        found = re.search(r"user_id[=:] ?'?(\w+)", repr(context))
        return found and found[1]

    def adapter(key: Callable[[Any], object]) -> Any:
        return adapter_of(
            {"factory": keyed(key)},
            context=Context(parameter="context", key=("user_id",)),
            conform={"context": {"build": f"{__name__}:Person", **BY_USER}},
        )

    assert run_of("B5", adapter(key)).outcome is Outcome.FAIL
    assert run_of("B5", adapter(lambda context: context.user_id)).outcome is Outcome.PASS


def test_a_namespace_may_hold_more() -> None:
    adapter = adapter_of(
        {"factory": keyed(lambda context: next(iter(vars(context).values())))},
        context=Context(parameter="context", key=("user_id",)),
        conform={"context": {"build": "types:SimpleNamespace", **BY_USER}},
    )

    assert isinstance(SimpleNamespace(), SimpleNamespace)
    assert run_of("B5", adapter).outcome is Outcome.FAIL


def test_who_refuses_what_is_odd_mixes_nothing_up() -> None:
    def key(context: Mapping[str, Any]) -> object:
        if not re.fullmatch(r"[a-z0-9]+", context["user_id"]) or len(context) > 1:
            raise ValueError("not a user")
        return context["user_id"]

    assert run_by_table(key).outcome is Outcome.PASS


def test_who_refuses_everybody_is_not_exercised() -> None:
    def key(context: Mapping[str, Any]) -> object:
        raise ValueError("nobody")

    assert run_by_table(key).outcome is Outcome.NOT_EXERCISED


def test_a_registry_that_forgets_the_oldest_keeps_keys_apart() -> None:
    instances: OrderedDict[str, Manager] = OrderedDict()

    def manager_of(user_id: str) -> Manager:
        manager = instances.setdefault(user_id, Manager())
        instances.move_to_end(user_id)
        while len(instances) > 2:
            instances.popitem(last=False)
        return manager

    adapter = adapter_of({"factory": manager_of}, conform={"sharing": "user"})

    assert run_of("B5", adapter).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("uuid4", lambda user_id, thread_id: user_id[:1] and thread_id),
        ("int", lambda user_id, thread_id: f"{user_id}{thread_id}"),
    ],
)
def test_other_kinds_of_ids_are_mixed_up_and_kept_apart(kind: Any, key: Any) -> None:
    def adapter(key: Callable[[Any, Any], object]) -> Any:
        instances: dict[object, Manager] = {}

        async def manager_of(user_id: object, thread_id: object) -> Manager:
            await asyncio.sleep(0)
            return instances.setdefault(key(user_id, thread_id), Manager())

        return adapter_of(
            {"factory": manager_of},
            conform={"sharing": "thread", "values": Values(user=kind, thread=kind)},
        )

    assert run_of("B5", adapter(key)).outcome is Outcome.FAIL
    assert run_of("B5", adapter(lambda user, thread: (user, thread))).outcome is Outcome.PASS


def test_a_factory_that_hangs_is_asked_once() -> None:
    asked = []

    async def manager_of(user_id: str) -> Manager:
        asked.append(user_id)
        await asyncio.Event().wait()
        return Manager()

    run = run_of("B5", adapter_of({"factory": manager_of}, conform={"sharing": "user"}))

    assert run.outcome is Outcome.FAIL
    assert "did not return" in run.claim
    assert len(asked) == 1


def test_who_keeps_the_latest_alone_makes_another_when_one_comes_back() -> None:
    latest: list[tuple[str, Manager]] = []

    def manager_of(user_id: str) -> Manager:
        if not latest or latest[-1][0] != user_id:
            latest[:] = [(user_id, Manager())]
        return latest[-1][1]

    run = run_of("B2", adapter_of({"factory": manager_of}, conform={"sharing": "user"}))

    assert run.outcome is Outcome.FAIL
    assert "with another user's in between" in run.claim
    assert 'print("manager is manager_4:", manager is manager_4)' in run.sequence


def test_who_keeps_few_of_them_keeps_those_that_are_asked_for() -> None:
    @lru_cache(maxsize=2)
    def manager_of(user_id: str) -> Manager:
        return Manager()

    run = run_of("B2", adapter_of({"factory": manager_of}, conform={"sharing": "user"}))

    assert run.outcome is Outcome.PASS, run.claim
