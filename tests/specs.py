"""Runs a rule's Markdown: every heading with code is a project, every `# error:` an assertion.

A file of the project is a line "`path/file.py`:" and the fenced block below it. A heading without
a `pluribus.toml` of its own takes the one that stands before the first case; what else stands
under the title is part of every case. Only the rule that the Markdown file is named after is run,
unless `<!-- select: rival, facade -->` says which; above
the first case it holds for the whole file. Prose uses fences that are neither `py` nor `toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pluribus.findings import Finding, Report, Severity

CONTRACT = "pluribus.toml"
_LANGUAGES = {".py": "py", ".pyi": "pyi", ".toml": "toml"}
_HEADING = re.compile(r"#{1,6}\s+(?P<title>.+?)\s*")
_LABEL = re.compile(r"`(?P<path>[\w./-]+)`:\s*")
_FENCE = re.compile(r"(?P<ticks>`{3,})\s*(?P<language>[\w-]*)\s*")
_SELECT = re.compile(r"<!--\s*select:\s*(?P<rules>.*?)\s*-->\s*")
_MARK = re.compile(r"#\s*\w+:\s*\[")
_ASSERTION = re.compile(
    rf"#\s*(?P<severity>{'|'.join(Severity)}):\s+\[(?P<rule>[a-z]+(?:-[a-z]+)*)\]"
    r'(?:\s+"(?P<text>[^"]+)")?\s*'
)

Judge = Callable[[Path, tuple[str, ...]], Report]
"""Checks the project at a root with the rules that are named."""


class SpecError(Exception):
    """A Markdown file that does not say clearly what it expects."""

    def __init__(self, source: Path, line: int, problem: str) -> None:
        super().__init__(f"{source}:{line}: {problem}")
        self.source = source
        self.line = line


@dataclass(frozen=True, order=True)
class Expectation:
    """One assertion at the end of a line."""

    path: str
    line: int
    rule: str
    severity: str
    text: str
    """What the message must contain; empty when any message will do."""

    def __str__(self) -> str:
        quoted = f' "{self.text}"' if self.text else ""
        return f"{self.path}:{self.line}: {self.severity} [{self.rule}]{quoted}"

    def fits(self, finding: Finding) -> bool:
        """Whether the finding is the one that this assertion asks for."""
        return (
            (self.path, self.line) == (finding.location.path, finding.location.line)
            and (self.rule, self.severity) == (finding.rule, finding.severity)
            and self.text in finding.message
        )


@dataclass(frozen=True)
class Case:
    """One project on disk, and the findings that it must give: these and no others."""

    source: Path
    line: int
    title: str
    files: Mapping[str, str]
    """Text by path relative to the root, the contract among them."""
    select: tuple[str, ...]
    expectations: tuple[Expectation, ...]


@dataclass
class _Section:
    title: str
    line: int
    is_title: bool = False
    """Whether it is that of the whole file."""
    select: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)

    @property
    def is_case(self) -> bool:
        return not self.is_title and any(path != CONTRACT for path in self.files)


def cases(source: Path) -> tuple[Case, ...]:
    """Read the cases of a spec or of a page, in order.

    Raises:
        SpecError: something would be ignored in silence: a block without a label, a label without
            a block, a contract that no case uses, a mistyped assertion, a title or file twice.
    """
    shared: dict[str, str] = {}
    select: tuple[str, ...] = (source.stem.replace("_", "-"),)
    found: dict[str, Case] = {}
    for section in _sections(source):
        if not section.is_case:
            if found and (section.files or section.select):
                raise SpecError(source, section.line, "defaults stand before the first case")
            for each in _expectations(source, section):
                raise SpecError(source, section.line, f"{each} is expected of no case")
            shared |= section.files
            select = section.select or select
            continue
        if section.title in found:
            raise SpecError(source, section.line, f"two cases are called `{section.title}`")
        files = {**shared, **section.files}
        if CONTRACT not in files:
            raise SpecError(source, section.line, f"no `{CONTRACT}`, here or before the cases")
        expectations = tuple(sorted(_expectations(source, section)))
        chosen = section.select or select
        for each in expectations:
            if each.rule not in chosen:
                raise SpecError(source, section.line, f"{each} is expected but not selected")
        found[section.title] = Case(
            source=source,
            line=section.line,
            title=section.title,
            files=files,
            select=chosen,
            expectations=expectations,
        )
    return tuple(found.values())


def run(case: Case, root: Path, judge: Judge) -> None:
    """Write the project of a case below `root`, judge it, and compare.

    Raises:
        AssertionError: what was found is not what was expected, or the check was not complete.
    """
    for path, text in case.files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    problems = [*_compared(case, judge(root, case.select))]

    if problems:
        raise AssertionError("\n".join([f"{case.source}:{case.line}: {case.title}", *problems]))


def _compared(case: Case, report: Report) -> Iterator[str]:
    missing, unexpected = _unmatched(case.expectations, report.findings)
    if missing or unexpected:
        yield "  expected:"
        yield from _listed(case.expectations, {id(each): "MISSING" for each in missing})
        yield "  got:"
        yield from _listed(report.findings, {id(each): "UNEXPECTED" for each in unexpected})
    # Silence counts only where something was checked.
    for rule in sorted(set(case.select) - set(report.rules)):
        yield f"  not run: [{rule}]"
    for skipped in report.completeness.not_run:
        if skipped.rule in case.select:
            yield f"  not run: [{skipped.rule}] {skipped.reason}"
    for note in (*report.completeness.recovered, *report.completeness.not_parsed):
        yield f"  not read whole: {note.path}: {note.reason}"


def _unmatched(
    expectations: Sequence[Expectation], findings: Sequence[Finding]
) -> tuple[list[Expectation], list[Finding]]:
    """Pair assertions and findings one to one; the longest text chooses first."""
    missing = []
    left = list(findings)
    for each in sorted(expectations, key=lambda each: -len(each.text)):
        match = next((finding for finding in left if each.fits(finding)), None)
        if match is None:
            missing.append(each)
        else:
            left.remove(match)
    return missing, left


def _listed(entries: Sequence[Expectation | Finding], marks: Mapping[int, str]) -> Iterator[str]:
    if not entries:
        yield "                nothing"
    for each in entries:
        text = str(each) if isinstance(each, Expectation) else _described(each)
        yield f"    {marks.get(id(each), ''):<12}{text}"


def _described(finding: Finding) -> str:
    place = finding.location
    return f'{place.path}:{place.line}: {finding.severity} [{finding.rule}] "{finding.message}"'


def _sections(source: Path) -> Iterator[_Section]:
    section = _Section(title="", line=1)
    label: tuple[str, int] | None = None
    lines = enumerate(source.read_text(encoding="utf-8").splitlines(), 1)
    for number, line in lines:
        if fence := _FENCE.fullmatch(line):
            block = "".join(_block(source, number, fence["ticks"], lines))
            _keep(source, section, number, fence["language"], label, block)
            label = None
        elif label is not None and line.strip():
            raise SpecError(source, label[1], f"`{label[0]}` is followed by no code")
        elif heading := _HEADING.fullmatch(line):
            yield section
            is_title = line.startswith("# ")
            section = _Section(title=heading["title"], line=number, is_title=is_title)
        elif match := _LABEL.fullmatch(line):
            label = (match["path"], number)
        elif match := _SELECT.fullmatch(line):
            section.select = tuple(each.strip() for each in match["rules"].split(","))
    if label is not None:
        raise SpecError(source, label[1], f"`{label[0]}` is followed by no code")
    yield section


def _block(
    source: Path, start: int, ticks: str, lines: Iterator[tuple[int, str]]
) -> Iterator[str]:
    for _, line in lines:
        if line.strip() == ticks:
            return
        yield line + "\n"
    raise SpecError(source, start, "the block is not closed")


def _keep(
    source: Path,
    section: _Section,
    start: int,
    language: str,
    label: tuple[str, int] | None,
    block: str,
) -> None:
    if label is None:
        if language in _LANGUAGES.values():
            raise SpecError(source, start, f"a `{language}` block needs a line with its path")
        return
    path, _ = label
    wanted = _LANGUAGES.get(PurePosixPath(path).suffix, language)
    if language != wanted:
        raise SpecError(source, start, f"`{path}` needs a `{wanted}` block, not `{language}`")
    if path in section.files:
        raise SpecError(source, start, f"`{path}` is given twice")
    section.files[path] = block
    section.starts[path] = start


def _expectations(source: Path, section: _Section) -> Iterator[Expectation]:
    for path, text in section.files.items():
        for number, line in enumerate(text.splitlines(), 1):
            mark = _MARK.search(line)
            position = mark.start() if mark else len(line)
            while position < len(line):
                match = _ASSERTION.match(line, position)
                if match is None:
                    problem = f"not an assertion: {line[position:]}"
                    raise SpecError(source, section.starts[path] + number, problem)
                yield Expectation(
                    path=path,
                    line=number,
                    rule=match["rule"],
                    severity=match["severity"],
                    text=match["text"] or "",
                )
                position = match.end()
