"""What a person can count on when reading the text and concise reports."""

from __future__ import annotations

import msgspec

from pluribus.findings import Evidence, Location, Report
from pluribus.reports import FORMATS, RenderOptions
from pluribus.reports.table import display_width, table
from tests.reports.samples import (
    DUAL,
    INCOMPLETE,
    MANY,
    OWNER,
    RIVAL,
    SAMPLES,
    SOCKETS,
    UNAWAITED,
    legacy,
    report,
)

PLAIN = RenderOptions()


def text(value: Report, options: RenderOptions = PLAIN) -> str:
    return FORMATS["text"](value, options)


def test_a_finding_shows_what_where_why_and_what_to_do() -> None:
    lines = text(report((DUAL,))).splitlines()

    start = lines.index(f"error[dual-import]: {DUAL.message}")
    assert lines[start + 1 : start + 5] == [
        "  --> src/shop/chat.py:14:5  through `shop.ws.manager`, in a function",
        "  ::: src/shop/chat.py:3:1   through `shop.realtime.manager`",
        f"  = chain: shop.ws.manager.Manager -> {OWNER}",
        f"  help: {DUAL.hint}",
    ]


def test_a_finding_that_is_not_certain_says_so() -> None:
    shown = text(report((RIVAL, DUAL)))

    assert f"{RIVAL.message} (likely)" in shown
    assert f"{DUAL.message} (" not in shown


def test_findings_in_tests_come_after_those_in_production_and_are_marked() -> None:
    findings = (legacy("a_tests/test_a.py", 1, in_tests=True), legacy("src/b.py", 1))

    shown = text(report(findings))

    assert shown.index("src/b.py:1:1") < shown.index("a_tests/test_a.py:1:1")
    assert shown.count("(in tests)") == 1


def test_findings_that_say_the_same_are_said_once_with_every_place() -> None:
    owner = Location("src/shop/realtime/manager.py", 41, 7, "the owner")
    findings = [
        msgspec.structs.replace(legacy(f"src/m{number}.py", 2), related=(owner,))
        for number in range(1_200)
    ]

    lines = text(report(findings)).splitlines()

    assert sum(line.startswith("error[") for line in lines) == 1
    assert sum(line.startswith("  --> ") for line in lines) == 1_200
    assert sum("the owner" in line for line in lines) == 1
    assert "imports / legacy-import: 1,200 findings; 1,200 files" in lines


def test_a_hint_that_most_statements_of_a_rule_share_is_given_once() -> None:
    modules = ("shop.ws.manager", "shop.ws.factory", "shop.ws.hub")
    findings = [legacy("src/a.py", 1, module=module) for module in modules]
    other = msgspec.structs.replace(legacy("src/b.py", 1), hint="delete the file")

    shown = text(report((*findings, other)))

    assert shown.count(findings[0].hint) == 1
    assert f"\nhelp, where no other is given: {findings[0].hint}\n" in shown
    assert "\n  help: delete the file\n" in shown


def test_concepts_phases_and_rules_come_in_the_order_of_the_report() -> None:
    shown = text(SAMPLES["many"])

    headings = [
        "concept websocket-manager",
        "imports / dual-import",
        "imports / legacy-import",
        "implementations / rival",
        "delivery / unawaited-send",
        "concept settings",
        "nothing found",
        "summary",
        "completeness",
        "failed: ",
    ]
    assert [each for each in headings if f"\n{each}" in f"\n{shown}"] == headings
    assert sorted(headings, key=f"\n{shown}".index) == headings


def test_the_limit_keeps_production_code_and_counts_the_rest() -> None:
    shown = text(SAMPLES["many"], RenderOptions(limit=2))

    assert shown.count("/routes.py:") == 2
    assert "... and 18 more of legacy-import, not listed" in shown


def test_statistics_list_rules_by_count_and_no_finding() -> None:
    shown = text(SAMPLES["many"], RenderOptions(statistics=True))

    assert " --> " not in shown
    assert shown.index("legacy-import") < shown.index("legacy-string") < shown.index("rival")


def test_paths_list_every_dotted_path_with_its_chain_and_importers() -> None:
    shown = text(SAMPLES["clean"], RenderOptions(paths=True))

    for path in SOCKETS.paths:
        row = next(line for line in shown.splitlines() if f" {path.path} " in line)
        assert row.split()[:3] == [path.kind, f"{path.importers:,}", path.path]
    assert "-> shop.ws.manager.Manager -> shop.realtime.manager.WebSocketManager" in shown


def test_a_clean_report_says_what_was_checked() -> None:
    shown = text(SAMPLES["clean"])

    assert "nothing found: 2 concepts, 7 rules, 212 files checked" in shown
    assert "nothing left at `shop.ws.registry`" in shown
    assert shown.endswith("passed: nothing found\n")


def test_a_check_of_nothing_is_not_called_complete() -> None:
    assert text(SAMPLES["nothing"]).endswith(
        "\npassed: nothing found; incomplete: no concept declared\n"
    )


def test_every_gap_in_the_check_is_in_the_ledger() -> None:
    shown = text(SAMPLES["incomplete"])

    assert "partial-key for websocket-manager: no `context.key` is declared" in shown
    assert "src/shop/blob.py: not text: a NUL byte at offset 17" in shown
    assert "`tests/compat/**` matched nothing" in shown
    assert "... and 2 more files" in shown
    assert "incomplete: 7 files recovered, 2 files not parsed, 2 rules not run" in shown


def test_width_wraps_prose_but_never_places() -> None:
    path = "a_folder_with_a_very_long_name/" * 4 + "module.py"
    finding = msgspec.structs.replace(DUAL, location=Location(path, 1, 1, "label"))

    lines = text(report((finding,)), RenderOptions(width=60)).splitlines()

    assert f"  --> {path}:1:1  label" in lines
    start = next(line for line in lines if line.startswith("error["))
    assert display_width(start) <= 60
    assert start not in (f"error[dual-import]: {DUAL.message}", "error[dual-import]:")


def test_evidence_of_several_lines_keeps_its_shape() -> None:
    finding = msgspec.structs.replace(UNAWAITED, evidence=(Evidence("call", "f(\n    1\n)"),))

    shown = text(report((finding,)))

    assert "  = call: f(\n          1\n      )\n" in shown


def test_control_characters_never_reach_the_terminal() -> None:
    finding = msgspec.structs.replace(
        DUAL, location=Location("a\x1b[2Jb\u202e.py"), message="red \x1b[31m"
    )

    for name in ("text", "concise"):
        shown = FORMATS[name](report((finding,)), PLAIN)
        assert "\x1b" not in shown
        assert "a\\x1b[2Jb\\u202e.py:1:1" in shown


def test_concise_says_when_the_check_was_incomplete() -> None:
    shown = FORMATS["concise"](report((), completeness=INCOMPLETE), PLAIN)

    assert shown == (
        "0 findings; incomplete: 7 files recovered, 2 files not parsed, 2 rules not run\n"
    )


def test_concise_counts_what_the_limit_leaves_out() -> None:
    shown = FORMATS["concise"](report(MANY), RenderOptions(limit=1))

    assert len(shown.splitlines()) == 5 + 1
    assert "; 21 not listed" in shown


def test_columns_line_up_in_any_script() -> None:
    lines = table([["配送", "1"], ["e\u0301a", "22"]], right={1})

    assert lines == ["配送   1", "e\u0301a    22"]
