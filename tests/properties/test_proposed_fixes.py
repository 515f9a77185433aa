"""Each fix that a report proposes can be taken by itself, by whoever counts lines and columns."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import msgspec
from hypothesis import event, given, note

from pluribus.app.check import check
from pluribus.app.options import CheckOptions
from pluribus.findings import Finding, Report
from pluribus.reports import FORMATS, RenderOptions
from tests.properties.consolidations import Application, applications
from tests.properties.profiles import examples
from tests.properties.test_fixes import told, written
from tests.reports.applying import applied

_PLAIN = RenderOptions()


def proposed(root: Path) -> Report:
    options = CheckOptions(select=("imports",), fixes_from=lambda path: (root / path).read_bytes())
    return check(root, options)


def kinds(report: Report) -> Counter[tuple[str, str, tuple[str, ...]]]:
    return Counter(map(kind, report.findings))


def per_file(report: Report) -> Counter[tuple[str, str]]:
    return Counter((each.rule, each.location.path) for each in report.findings)


def kind(finding: Finding) -> tuple[str, str, tuple[str, ...]]:
    return finding.rule, finding.concept, finding.key


@given(applications())
@examples(30)
def test_a_fix_taken_alone_mends_what_it_names_and_changes_nothing_that_can_be_seen(
    application: Application,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        written(root, application.files)
        report = proposed(root)
        result = msgspec.json.decode(FORMATS["sarif"](report, _PLAIN))["runs"][0]["results"]
        seen = told(root, application)
        mends: dict[bytes, list[str]] = {}
        for each in result:
            for fix in each.get("fixes", ()):
                mends.setdefault(msgspec.json.encode(fix), []).append(
                    each["partialFingerprints"]["pluribus/v1"]
                )
        event(f"{len(mends)} fixes")
        assert len(mends) == len(report.fixes)
        for encoded, ids in mends.items():
            changed = applied(msgspec.json.decode(encoded), application.files)
            note(str({path: text.decode("latin-1") for path, text in changed.items()}))
            written(root, changed)
            after = proposed(root)
            assert told(root, application) == seen
            written(root, {path: application.files[path] for path in changed})

            named = Counter(kind(each) for each in report.findings if each.id in ids)
            assert kinds(report) - kinds(after) >= named
            assert not per_file(after) - per_file(report)
