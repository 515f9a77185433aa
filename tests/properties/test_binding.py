"""Whether a call binds is what Python makes of it, and so are the words."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pluribus.codebase import Parameter
from pluribus.rules.binding import Arguments, Signature, why_not_bound
from tests.properties.profiles import examples

NAMES = ("a", "b", "c", "d")


@st.composite
def signatures(draw: st.DrawFn) -> Signature:
    names = list(draw(st.permutations(NAMES)))[: draw(st.integers(0, 4))]
    kinds = sorted(draw(st.lists(st.integers(0, 2), min_size=len(names), max_size=len(names))))
    words = ("positional-only", "positional", "keyword-only")
    defaults = draw(st.integers(0, 4))
    parameters = []
    seen = 0
    for name, kind in zip(names, kinds, strict=True):
        if kind < 2:
            default = "None" if seen >= defaults else ""
            seen += 1
        else:
            default = draw(st.sampled_from(["", "None"]))
        parameters.append(Parameter(name, words[kind], "", default))  # type: ignore[arg-type] # one of them
    if draw(st.booleans()):
        at = len([each for each in parameters if each.kind != "keyword-only"])
        parameters.insert(at, Parameter("args", "var-positional", "", ""))
    if draw(st.booleans()):
        parameters.append(Parameter("kwargs", "var-keyword", "", ""))
    return Signature(name="f", parameters=tuple(parameters))


calls = st.builds(
    Arguments,
    positional=st.integers(0, 5),
    keywords=st.lists(st.sampled_from([*NAMES, "other"]), unique=True, max_size=3).map(tuple),
)


def what_python_says(arguments: Arguments, signature: Signature) -> str | None:
    made: dict[str, object] = {}
    exec(f"def {signature}: pass", made)  # noqa: S102 # the oracle is Python itself
    function = made["f"]
    assert callable(function)
    try:
        function(*range(arguments.positional), **dict.fromkeys(arguments.keywords))
    except TypeError as error:
        return str(error)
    return None


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="later versions of Python may say it in other words"
)
@given(arguments=calls, signature=signatures())
@examples(600)
def test_a_call_that_cannot_bind_is_told_as_python_tells_it(
    arguments: Arguments, signature: Signature
) -> None:
    assert why_not_bound(arguments, signature) == what_python_says(arguments, signature)


@given(arguments=calls, signature=signatures())
@examples(300)
def test_a_call_binds_when_python_binds_it(arguments: Arguments, signature: Signature) -> None:
    says = why_not_bound(arguments, signature)

    assert (says is None) == (what_python_says(arguments, signature) is None)


@given(arguments=calls, signature=signatures(), more=st.integers(0, 5))
@examples(300)
def test_what_a_star_may_hand_over_counts_as_given(
    arguments: Arguments, signature: Signature, more: int
) -> None:
    """Some number of further arguments may make it bind: then nothing is said."""
    starred = Arguments(
        positional=arguments.positional, keywords=arguments.keywords, has_star=True
    )
    whole = Arguments(positional=arguments.positional + more, keywords=arguments.keywords)

    if what_python_says(whole, signature) is None:
        assert why_not_bound(starred, signature) is None
