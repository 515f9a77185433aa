"""Any Python source, as far as imports, classes and signatures go."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

names = st.sampled_from(["a", "b", "Class", "_x", "été", "配", "TYPE_CHECKING", "match", "type"])
modules = st.sampled_from(["pack", "pack.inner", "pack.inner.file", "pack.absent", "os.path"])
relative = st.builds(
    lambda dots, rest: "." * dots + rest,
    st.integers(1, 2),
    st.sampled_from(["", "inner", "absent.b"]),
)
expressions = st.sampled_from(
    ["1", "a", "a.b", "f(x, *y)", "A[int]", "a.b[0].c", "f().g", "(1, 2)", "lambda q=1: q", "'t'",
     "[i for i in a]", "f'{a!r:>{b}}'", "not a", "(yes if a else no)", "...", "A[B[C]]"]
)  # fmt: skip
bases = st.lists(expressions | st.just("metaclass=M"), max_size=3).map(
    lambda each: [
        *(one for one in each if "=" not in one),
        *sorted({x for x in each if x == "metaclass=M"}),
    ]
)
flags = st.sampled_from(
    ["TYPE_CHECKING", "typing.TYPE_CHECKING", "not TYPE_CHECKING", "a", "a and b"]
)
positive = st.sampled_from(["TYPE_CHECKING", "a"])
errors = st.sampled_from(
    ["", " ImportError", " (KeyError, ImportError)", " KeyError", " Exception as error"]
)
gaps = st.sampled_from(
    ["", "", "", "# import pack.b\n", "\n\n", "'''from pack import a'''\n", "\f\n"]
)


def indented(block: str) -> str:
    return "".join(f"    {line}\n" for line in block.splitlines())


@st.composite
def aliases(draw: st.DrawFn) -> str:
    taken = draw(st.lists(st.tuples(names, st.none() | names), min_size=1, max_size=3))
    spelled = [name if alias is None else f"{name} as {alias}" for name, alias in taken]
    style = draw(st.sampled_from(["{}", "({})", "({},)", "(\n    {},\n)", "\\\n  {}"]))
    return style.format(",\n    ".join(spelled) if "\n    " in style else ", ".join(spelled))


imports = st.one_of(
    st.builds("import {}".format, modules),
    st.builds("import {} as {}, {}".format, modules, names, modules),
    st.builds("from {} import {}".format, modules | relative, aliases()),
    st.builds("from {} import *".format, modules | relative),
)


@st.composite
def signatures(draw: st.DrawFn) -> str:
    """Every kind of parameter, with and without default and annotation."""
    count = st.integers(0, 2)
    before, plain, after = draw(count), draw(count), draw(count)
    required = draw(st.integers(0, before + plain))

    def one(index: int, *, may_default: bool) -> str:
        annotation = draw(st.sampled_from(["", ": int", ": 'a.B | None'", ": A[int, ...]"]))
        default = f" = {draw(expressions)}" if may_default else ""
        return f"p{index}{annotation}{default}"

    written = [one(index, may_default=index >= required) for index in range(before + plain)]
    if before:
        written.insert(before, "/")
    star = draw(st.sampled_from(["", "*args", "*args: int"])) or ("*" if after else "")
    written += [star] if star else []
    written += [one(9 + index, may_default=draw(st.booleans())) for index in range(after)]
    written += draw(st.sampled_from([[], ["**kwargs"], ["**kwargs: a.B"]]))
    return ", ".join(written)


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Compound statements around statements."""
    body = st.lists(inner, min_size=1, max_size=3).map("\n".join).map(indented)
    deeper = body.map(indented)
    one: Callable[[str], Callable[..., str]] = lambda text: text.format  # noqa: E731 # a name reads better
    return st.one_of(
        st.builds(one("if {}:\n{}else:\n{}"), flags, body, body),
        st.builds(one("if {}:\n{}elif a:\n{}else:\n{}"), positive, body, body, body),
        st.builds(one("try:\n{}except{}:\n{}finally:\n{}"), body, errors, body, body),
        st.builds(one("try:\n{}except{}:\n{}else:\n{}"), body, errors, body, body),
        st.builds(one("try:\n{}except* ImportError:\n{}"), body, body),
        st.builds(one("with a as b, c:\n{}"), body),
        st.builds(one("for a in b:\n{}else:\n{}"), body, body),
        st.builds(one("while a:\n{}"), body),
        st.builds(one("match a:\n    case 1:\n{}    case B(c=d):\n{}"), deeper, deeper),
        st.builds(one("class {}({}):\n{}"), names, bases.map(", ".join), body),
        st.builds(one("@a.b\nclass {}:\n{}"), names, body),
        st.builds(one("def {}({}):\n{}"), names, signatures(), body),
        st.builds(one("@a\n@b(c)\nasync def {}({}) -> A[int]:\n{}"), names, signatures(), body),
    )  # fmt: skip


statements = st.recursive(
    imports
    | st.sampled_from(
        ["pass", "a = lambda: 1", "x: int = 2", "'docstring'", "import pack; from pack import b"]
    ),
    blocks,
    max_leaves=8,
)


@st.composite
def sources(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.tuples(gaps, statements), max_size=6))
    text = "".join(f"{gap}{statement}\n" for gap, statement in lines)
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    start = draw(st.sampled_from(["", "\ufeff", "# coding: utf-8\n"]))
    return (start + text).replace("\n", end)
