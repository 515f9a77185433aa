"""What is called a copy is one by Python's own `ast`, and no copy goes unseen."""

from __future__ import annotations

import ast
import functools
import itertools
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, note
from hypothesis import strategies as st

from tests.properties.functions import changed, function, in_other_words
from tests.properties.oracles import shapes
from tests.properties.profiles import examples
from tests.properties.resolved import opened, write

seeds = st.integers(min_value=0, max_value=2**32)


def graded(original: str, again: str) -> str | None:
    """What the code base says that the second function is to the first."""
    note(f"{original}\n\n{again}")
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), {"app/one.py": original, "app/two.py": again, "app/__init__.py": ""})
        codebase = opened(Path(folder))
        handle = codebase.handle("app.one", "original")
        assert handle is not None
        copies = codebase.copies(handles=[handle])
    return copies[0].grade if copies else None


@functools.cache
def shape(text: str) -> shapes.Shape:
    found = ast.parse(text).body[0]
    assert isinstance(found, ast.FunctionDef)
    return shapes.shape_of(found)


def by_the_oracle(original: str, again: str) -> str | None:
    one, other = shape(original), shape(again)
    has_shape = min(len(one.statements), len(other.statements)) >= shapes.LEAST
    return shapes.grade(one, other) if has_shape else None


@given(seed=seeds, length=st.integers(1, 12), renames=st.booleans())
@examples(60)
def test_a_function_in_other_words_is_a_copy(seed: int, length: int, renames: bool) -> None:
    chance = random.Random(seed)
    found = function(chance, length=length)
    original, again = ast.unparse(found), in_other_words(found, chance, renames=renames)

    grade = graded(original, again)

    assert grade == by_the_oracle(original, again)
    assert grade in (("renamed", "exact", None) if renames else ("exact", None))


@given(seed=seeds, length=st.integers(3, 16), times=st.integers(1, 5))
@examples(100)
def test_a_function_that_was_changed_is_what_the_oracle_says(
    seed: int, length: int, times: int
) -> None:
    chance = random.Random(seed)
    found = function(chance, length=length)
    original, again = ast.unparse(found), changed(found, chance, times=times)

    grade = graded(original, again)

    assert grade == by_the_oracle(original, again)


@given(seed=seeds)
@examples(4)
def test_the_functions_that_are_tried_are_of_every_grade(seed: int) -> None:
    """Near copies are the rare ones: without any, the law above says little."""
    chance = random.Random(seed)
    grades = set()
    for _ in range(60):
        found = function(chance, length=14)
        grades.add(by_the_oracle(ast.unparse(found), changed(found, chance, times=1)))

    assert {"near", None} <= grades


def families(functions: Sequence[str]) -> set[frozenset[int]]:
    """Numbers of functions that belong together, as the code base says."""
    with tempfile.TemporaryDirectory() as folder:
        files = {f"app/m{number:02}.py": text for number, text in enumerate(functions)}
        write(Path(folder), {**files, "app/__init__.py": ""})
        found = opened(Path(folder)).clone_families(least=shapes.LEAST)
    return {
        frozenset(int(each.site.module.removeprefix("app.m")) for each in family.members)
        for family in found
    }


def families_by_the_oracle(functions: Sequence[str]) -> set[frozenset[int]]:
    groups = [{number} for number in range(len(functions))]
    for one, other in itertools.combinations(range(len(functions)), 2):
        if by_the_oracle(functions[one], functions[other]):
            joined = [group for group in groups if one in group or other in group]
            groups = [group for group in groups if group not in joined]
            groups.append(set().union(*joined))
    return {frozenset(group) for group in groups if len(group) > 1}


@given(seed=seeds)
@examples(20)
def test_families_are_what_the_oracle_joins(seed: int) -> None:
    chance = random.Random(seed)
    functions: list[str] = []
    for _ in range(3):
        found = function(chance, length=chance.randint(3, 14))
        functions += [
            ast.unparse(found),
            in_other_words(found, chance, renames=chance.random() < 0.5),
            changed(found, chance, times=1),
            changed(found, chance, times=4),
        ]

    found_families = families(functions)

    assert found_families == families_by_the_oracle(functions)
