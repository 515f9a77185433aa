"""Writes one file of the corpus: the same seed and path give the same bytes."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from bench import concept, phrases

SEED: Final = 1
MEDIAN_BYTES: Final = 12_600
"""What is aimed at: about half of the files are smaller; the mean is about 18,000."""
SPREAD: Final = 0.7
"""Standard deviation of the logarithm of a file's size."""
MENTIONS: Final = 0.15
"""Share of the files that mention a module of the concept."""
RIVALS: Final = 0.005
"""Share of the files that define a rival of its owner."""

_BODIES = {
    kind: tuple(tuple(phrases.indented(each, depth) for each in statements) for depth in range(3))
    for kind, statements in (
        ("plain", phrases.PLAIN),
        ("awaiting", phrases.AWAITING),
        ("asserting", phrases.ASSERTING),
    )
}


@dataclass(frozen=True)
class Known:
    """A class of another file that a file may import."""

    module: str
    name: str


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


class Writer:
    """Draws names and statements for one file."""

    def __init__(self, path: str, *, is_test: bool) -> None:
        # Not hash(): that differs from run to run.
        self.random = Random(SEED << 32 | zlib.crc32(path.encode()))
        self.is_test = is_test
        draw = self.random.choices
        pairs = zip(draw(phrases.ADJECTIVES, k=30), draw(phrases.NOUNS, k=30), strict=True)
        acts = zip(draw(phrases.VERBS, k=30), draw(phrases.NOUNS, k=30), strict=True)
        self.names = [*draw(phrases.NOUNS, k=50), *("_".join(each) for each in pairs)]
        self.names += ["_".join(each) for each in acts]

    def fill(self, template: str) -> str:
        a, b, c, d, e, f = self.random.choices(self.names, k=6)
        u, v = self.random.choices(phrases.ADJECTIVES, k=2)
        n = int(self.random.random() * 100)
        return template % {
            "a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "u": u, "v": v, "n": n,
        }  # fmt: skip

    def docstring(self, depth: int, sentences: int) -> str:
        lines = [self.fill(each) for each in self.random.choices(phrases.SENTENCES, k=sentences)]
        indent = "    " * depth
        if sentences == 1:
            return f'{indent}"""{lines[0]}"""'
        rest = "".join(f"{indent}{line}\n" for line in lines[1:])
        return f'{indent}"""{lines[0]}\n\n{rest}{indent}"""'

    def function(self, depth: int, *, mentions: bool = False) -> str:
        random = self.random
        is_async = random.random() < 0.45
        kind = "asserting" if self.is_test else "awaiting" if is_async else "plain"
        indent = "    " * depth
        verb, noun = random.choice(phrases.VERBS), random.choice(self.names)
        name = (
            f"test_{verb}_{noun}" if self.is_test and random.random() < 0.8 else f"{verb}_{noun}"
        )
        first = "self, " if depth else ""
        hints = "%(a)s_id: str, %(b)s: Optional[int] = None, *, most_%(c)s: int = %(n)s"
        taken = self.fill(hints) if not self.is_test else "monkeypatch"
        lines = [f"{indent}{'async ' if is_async else ''}def {name}({first}{taken}) -> Any:"]
        if random.random() < 0.8:
            lines.append(self.docstring(depth + 1, random.choice((1, 1, 3, 5))))
        if mentions:
            said = concept.statement(random, in_test=self.is_test)
            lines.append(phrases.indented(said, depth + 1).replace("\n\n", "\n"))
        for body in random.choices(_BODIES[kind][depth + 1], k=random.randint(3, 13)):
            if random.random() < 0.25:
                comment = self.fill(random.choice(phrases.COMMENTS))
                lines.append(f"{indent}    {comment}")
            lines.append(self.fill(body))
            if random.random() < 0.3:
                lines.append("")
        lines.append(f"{indent}    return {random.choice(self.names)}\n")
        return "\n".join(lines)

    def class_of(self, name: str, *, mentions: bool) -> str:
        random = self.random
        base = random.choice(("", "", "(BaseModel)", "(ABC)", "(Exception)", f"({name}Base)"))
        head = f"class {name}{'' if self.is_test else base}:\n{self.docstring(1, 3)}\n"
        methods = [self.function(1) for _ in range(random.randint(3, 8))]
        if mentions:
            methods.append(self.function(1, mentions=True))
        return f"{head}\n" + "\n".join(methods)

    def imports(self, known: Sequence[Known], *, mentions: bool) -> str:
        random = self.random
        standard = ["logging", *random.sample(phrases.STANDARD, k=4)]
        lines = sorted(f"import {each}" for each in standard)
        lines += random.sample(phrases.TYPED, k=3)
        lines += random.sample(phrases.INSTALLED, k=random.choice((0, 1, 2)))
        if self.is_test:
            lines += ["import pytest", "from unittest.mock import AsyncMock, MagicMock, patch"]
        lines += [f"from {each.module} import {each.name}" for each in known]
        if mentions:
            lines += random.sample(concept.AT_TOP, k=random.choice((1, 1, 2, 3)))
        return "\n".join(lines)


def source(path: str, known: Sequence[Known], main_class: str, *, is_test: bool) -> str:
    """The text of a module or a test, which imports some of what is `known`."""
    writer = Writer(path, is_test=is_test)
    random = writer.random
    size = min(int(random.lognormvariate(0, SPREAD) * MEDIAN_BYTES), 200_000)
    mentions = random.random() < MENTIONS
    at_top = mentions and random.random() < 0.7
    used = random.sample(known, k=min(len(known), random.randint(1, 5)))
    parts = [writer.docstring(0, 4), writer.imports(used, mentions=at_top)]
    parts.append("logger = logging.getLogger(__name__)\n")
    parts.append(writer.class_of(main_class, mentions=mentions and not at_top))
    if random.random() < RIVALS:
        parts.append(concept.rival(random, main_class))
    if is_test and used:
        target = random.choice(used)
        parts.append(f"@patch('{target.module}.{target.name}')\n{writer.function(0)}")
    written = sum(map(len, parts))
    while written < size:
        if random.random() < 0.35:
            title = camel(random.choice(writer.names))
            part = writer.class_of(title if not is_test else f"Test{title}", mentions=False)
        else:
            part = writer.function(0)
        parts.append(part)
        written += len(part)
    return "\n\n".join(parts)
