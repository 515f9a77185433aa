from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pluribus.planning.batches import ranked
from tests.properties.profiles import examples

files = st.sampled_from("abcdefgh")
graphs = st.dictionaries(files, st.sets(files))


def test_who_takes_from_another_changes_before_it() -> None:
    ranks = ranked({"face.py": {"old.py"}, "use.py": {"face.py", "elsewhere.py"}, "old.py": ()})

    assert {file: rank.level for file, rank in ranks.items()} == {
        "use.py": 0,
        "face.py": 1,
        "old.py": 2,
    }


def test_files_that_take_from_each_other_share_a_level_and_a_circle() -> None:
    ranks = ranked({"a.py": {"b.py"}, "b.py": {"c.py"}, "c.py": {"a.py"}, "use.py": {"b.py"}})

    assert {ranks[each].level for each in ("a.py", "b.py", "c.py")} == {1}
    assert ranks["b.py"].circle == {"a.py", "b.py", "c.py"}
    assert ranks["use.py"].circle == {"use.py"}


@examples(200)
@given(takes_from=graphs)
def test_only_a_circle_keeps_a_file_from_changing_before_what_it_takes_from(
    takes_from: dict[str, set[str]],
) -> None:
    ranks = ranked(takes_from)

    assert set(ranks) == set(takes_from)
    for file, others in takes_from.items():
        assert file in ranks[file].circle
        for other in others & set(takes_from):
            is_before = ranks[file].level < ranks[other].level
            assert is_before != (other in ranks[file].circle)
            assert (other in ranks[file].circle) == (file in ranks[other].circle)
