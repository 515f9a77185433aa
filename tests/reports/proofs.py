"""Proofs made up to show each way in which one can look."""

from __future__ import annotations

from pluribus.findings import Confidence, Finding, Location, NotRun, Severity
from pluribus.findings.proof import Change, Claim, Proof
from tests.reports.burndowns import COMMITS


def finding(path: str, line: int, rule: str = "legacy-import", concept: str = "chat") -> Finding:
    return Finding(
        rule=rule,
        concept=concept,
        severity=Severity.WARNING,
        confidence=Confidence.CERTAIN,
        message=f"legacy path `shop.old|{line}` is imported\x1b[0m",
        hint="import from `shop.chat`",
        location=Location(path, line),
        key=(path, str(line)),
        id=f"{rule}:{line:016}",
        phase="imports",
        in_tests=path.startswith("tests/"),
    )


def claim(rule: str, status: str, before: int, after: int, **more: object) -> Claim:
    fields = {"planted": "found", "restored": "found", "fixed": before - after, "deleted": 0}
    return Claim(
        concept="chat",
        phase="imports",
        rule=rule,
        status=status,  # type: ignore[arg-type] # as a test writes them
        before=before,
        after=after,
        files_before=before,
        files_after=after,
        **{**fields, **more},  # type: ignore[arg-type]
    )


PROVEN = Proof(
    tool_version="0.0.0",
    before=COMMITS[0],
    after=COMMITS[3],
    is_ancestor=True,
    contract="HEAD:pluribus.toml",
    concepts=("chat",),
    rules=("dual-import", "legacy-import"),
    claims=(claim("legacy-import", "proven", 2, 0, deleted=1, fixed=1),),
    gone=(finding("shop/a.py", 1), finding("tests/test_b.py", 12)),
    remaining=(),
    new=(),
    changes=(),
    not_run_before=(),
    notes=(),
    is_proven=True,
    verdict="proven: 2 found at the first revision, none at the second",
)
REFUTED = Proof(
    tool_version="0.0.0",
    before=COMMITS[1],
    after=COMMITS[5],
    is_ancestor=False,
    contract="chat.toml",
    concepts=("chat",),
    rules=("dual-import", "legacy-import", "legacy-string", "rival"),
    claims=(
        claim("dual-import", "laundered", 3, 0),
        claim("legacy-import", "remains", 1_250, 1, fixed=1_249),
        claim("legacy-string", "cannot-fail", 1, 0, planted="missed", restored="missed"),
        claim("clone", "cannot-fail", 1, 0, planted="<b>no</b> code", restored="missed"),
        claim("rival", "new", 0, 1, fixed=0, planted="", restored=""),
    ),
    gone=tuple(finding(f"shop/{number}.py", number) for number in range(1, 50)),
    remaining=(finding("shop/a.py", 290),),
    new=(finding("shop/<b>.py", 7, rule="rival"),),
    changes=(
        Change(kind="baseline", place=".pluribus/baseline.jsonl", text="1 more", blocks=False),
        Change(
            kind="contract", place="codebase.exclude", text="leaves `shop/**` out", blocks=True
        ),
        Change(
            kind="deleted-tests",
            place="tests/test_a.py",
            text="2 tests gone: test_a, test_b",
            blocks=True,
            is_accepted=True,
        ),
        Change(kind="hidden", place="backups/a.py", text="1 dual-import of chat", blocks=True),
        Change(kind="silenced", place="shop/c.py", text="1 dual-import of chat", blocks=True),
    ),
    not_run_before=(NotRun("rival", "chat", "`shop.chat:Chat` is not defined at this revision"),),
    notes=("the second revision does not build on the first",),
    is_proven=False,
    verdict="not proven: 2 left, 3 made to say less, 2 not seen to fail",
)
SAMPLES = {"proof-proven": PROVEN, "proof-refuted": REFUTED}
