"""Realistic reports, built by hand: each is drawn in every format and held in `golden/`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from pluribus.findings import (
    BaselineUse,
    Completeness,
    ConceptSummary,
    Confidence,
    Evidence,
    Excerpt,
    FileNote,
    Files,
    Finding,
    Fix,
    Location,
    Matrix,
    MatrixClass,
    MatrixRow,
    NotRun,
    OwnerPath,
    Replacement,
    Report,
    Root,
    RuleText,
    Selector,
    Severity,
    SinceBase,
    Tally,
    identified,
)

OWNER = "shop.realtime.manager:WebSocketManager"
PHASES = ("imports", "implementations", "interfaces", "isolation", "delivery")
RULES = (
    "dual-import",
    "legacy-import",
    "legacy-string",
    "rival",
    "partial-interface",
    "partial-key",
    "unawaited-send",
)

COMPLETE = Completeness(
    files=Files(seen=212, parsed=64, recovered=0, set_aside=148, not_parsed=0, tests=57),
    roots=(Root("src", 155, "src layout"), Root(".", 57, "configured")),
    selectors=(
        Selector("codebase.tests", "tests/**", 57),
        Selector("concepts.websocket-manager.rivals.names", "*WebSocket*Manager*", 3),
    ),
    recovered=(),
    not_parsed=(),
    excluded={"by codebase.exclude": 12, "by .gitignore": 31},
    unresolved_imports={"not in the code base": 401, "computed at run time": 2},
    not_run=(),
)

SOCKETS = ConceptSummary(
    name="websocket-manager",
    owner=OWNER,
    location=Location("src/shop/realtime/manager.py", 41, 7),
    summary="keeps each user's sockets and delivers agent events to them",
    impact="critical",
    risk="one user's events reach another",
    paths=(
        OwnerPath(
            "shop.realtime.WebSocketManager",
            "re-export",
            ("shop.realtime.manager.WebSocketManager",),
            Location("src/shop/realtime/__init__.py", 3, 1),
            4,
        ),
        OwnerPath(
            "shop.realtime.manager.WebSocketManager",
            "owner",
            (),
            Location("src/shop/realtime/manager.py", 41, 7),
            12,
        ),
        OwnerPath(
            "shop.ws.factory.SocketHub",
            "import",
            ("shop.ws.manager.Manager", "shop.realtime.manager.WebSocketManager"),
            Location("src/shop/ws/factory.py", 5, 1),
            0,
        ),
        OwnerPath(
            "shop.ws.manager.Manager",
            "legacy",
            ("shop.realtime.manager.WebSocketManager",),
            Location("src/shop/ws/manager.py", 9, 1),
            1_104,
        ),
    ),
    empty=("shop.ws.registry",),
)

MATRIX = Matrix(
    classes=(
        MatrixClass(OWNER, Location("src/shop/realtime/manager.py", 41, 7)),
        MatrixClass("shop.admin.push:PushHub", Location("src/shop/admin/push.py", 22, 7)),
    ),
    rows=(
        MatrixRow("add_connection", ("(user, socket)", "(user, socket)")),
        MatrixRow("broadcast", ("async (event, *, to: Iterable[str] = ())", "(event)")),
        MatrixRow("history", ("(user) -> list[Event] | None", "")),
    ),
)

SETTINGS = ConceptSummary(
    name="settings",
    owner="shop.settings",
    location=Location("src/shop/settings.py"),
    summary="",
    impact="",
    risk="",
    paths=(),
    empty=("shop.config", "shop.conf.*"),
)

DUAL = Finding(
    rule="dual-import",
    concept="websocket-manager",
    phase="imports",
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    message=f"`websocket-manager` is imported through 2 modules; keep `{OWNER}`",
    hint="import `WebSocketManager` from `shop.realtime.manager` and drop the other import",
    location=Location("src/shop/chat.py", 14, 5, "through `shop.ws.manager`, in a function"),
    related=(Location("src/shop/chat.py", 3, 1, "through `shop.realtime.manager`"),),
    evidence=(Evidence("chain", f"shop.ws.manager.Manager -> {OWNER}"),),
    key=("src/shop/chat.py",),
)

RIVAL = Finding(
    rule="rival",
    concept="websocket-manager",
    phase="implementations",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    message=f"`shop.admin.push:PushHub` plays the role of `{OWNER}`",
    hint="move its callers to the owner, or exempt it with a reason",
    location=Location("src/shop/admin/push.py", 22, 7),
    related=(Location("src/shop/realtime/manager.py", 41, 7, "the owner"),),
    evidence=(
        Evidence("methods", "5 of 8 shared: add_connection, broadcast, disconnect, emit, send"),
        Evidence("events", "sends agent_started, agent_completed"),
    ),
    key=("shop.admin.push:PushHub",),
)

UNAWAITED = Finding(
    rule="unawaited-send",
    concept="websocket-manager",
    phase="delivery",
    severity=Severity.NOTE,
    confidence=Confidence.POSSIBLE,
    message="the coroutine of `WebSocketManager.emit_agent_event` is dropped: 100% of\nits "
    "events are lost",
    hint="await it",
    location=Location("src/shop/büro & lager/配送, nacht.py", 7, 13),
    evidence=(Evidence("call", "manager.emit_agent_event(\n    user_id, 'agent_started'\n)"),),
    key=("src/shop/büro & lager/配送, nacht.py", "Nacht.melde"),
)


def legacy(
    path: str, line: int, *, in_tests: bool = False, module: str = "shop.ws.manager"
) -> Finding:
    """Build a finding of an import through a legacy path."""
    return Finding(
        rule="legacy-import",
        concept="websocket-manager",
        phase="imports",
        severity=Severity.ERROR,
        confidence=Confidence.CERTAIN,
        message=f"`{module}` is a legacy path of `websocket-manager`",
        hint="import `WebSocketManager` from `shop.realtime.manager`",
        location=Location(path, line, 1),
        evidence=(Evidence("chain", f"{module}.Manager -> {OWNER}"),),
        key=(path, module),
        in_tests=in_tests,
    )


def patched(path: str, line: int, target: str) -> Finding:
    """Build a finding of a string in a test that names a legacy path."""
    return Finding(
        rule="legacy-string",
        concept="websocket-manager",
        phase="imports",
        severity=Severity.WARNING,
        confidence=Confidence.CERTAIN,
        message=f"`mock.patch` names `{target}`, a legacy path of `websocket-manager`",
        hint=f"patch `shop.realtime.manager.{target.rsplit('.', 1)[1]}`",
        location=Location(path, line, 12),
        key=(path, target),
        in_tests=True,
    )


def report(
    findings: Iterable[Finding],
    *,
    concepts: Sequence[ConceptSummary] = (SOCKETS,),
    completeness: Completeness = COMPLETE,
    suppressed: int = 0,
    hidden: int = 0,
) -> Report:
    """Build the report of some findings, with the tallies that they give."""
    named = identified(findings)
    return Report(
        tool_version="0.1.0",
        concepts=tuple(concepts),
        phases=PHASES,
        rules=RULES,
        findings=named,
        tallies=_tallies(named),
        suppressed=suppressed,
        hidden=hidden,
        completeness=completeness,
        failed=any(finding.severity is Severity.ERROR for finding in named),
    )


def _tallies(findings: Sequence[Finding]) -> tuple[Tally, ...]:
    groups: defaultdict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.concept, finding.phase, finding.rule].append(finding)
    return tuple(
        Tally(
            *key,
            severity=max((each.severity for each in group), key=lambda severity: severity.rank),
            production=sum(not each.in_tests for each in group),
            tests=sum(each.in_tests for each in group),
            files=len({each.location.path for each in group}),
        )
        for key, group in sorted(groups.items())
    )


TEXTS = (
    RuleText(
        name="dual-import",
        family="imports",
        summary="one file imports a concept through two or more of its modules",
        description="Finds files whose imports lead to one concept by more than one module.",
        severity=Severity.ERROR,
        precision="very-high",
        page="# dual-import\n\nOne file imports a concept through two or more modules.\n\n"
        "## Example\n\n```py\nfrom a import B\nfrom c import B as D\n```\n",
    ),
    RuleText(
        name="rival",
        family="implementations",
        summary="another class plays the role of the owner",
        description="Compares classes with the owner.",
        severity=Severity.WARNING,
        precision="high",
        page="# rival\n\nAnother class plays the role of the owner.\n",
    ),
)

EXCERPTS = (
    Excerpt(
        "src/shop/admin/push.py",
        20,
        ("", "", "class PushHub:", '    """Pushes <b>events</b> & more."""', ""),
    ),
    Excerpt(
        "src/shop/chat.py",
        12,
        (
            "def chat(user: User) -> None:",
            "    # Imported late: the modules import each other.",
            "    from shop.ws.manager import Manager",
            "",
            "    Manager(user).send({'text': '</script><script>alert(1)</script>'})",
        ),
    ),
)

MANY = (
    DUAL,
    RIVAL,
    UNAWAITED,
    *(legacy(f"src/shop/api/v{number}/routes.py", 3 + number) for number in range(1, 13)),
    legacy("src/shop/jobs/nightly.py", 8, module="shop.ws.factory"),
    *(legacy(f"tests/api/test_v{number}.py", 5, in_tests=True) for number in range(1, 8)),
    patched("tests/api/test_v1.py", 31, "shop.ws.manager.Manager"),
    patched("tests/api/test_v1.py", 48, "shop.ws.manager.Manager"),
    patched("tests/unit/test_factory.py", 19, "shop.ws.factory.make"),
)

INCOMPLETE = Completeness(
    files=Files(
        seen=10_450, parsed=2_801, recovered=7, set_aside=7_640, not_parsed=2, tests=4_102
    ),
    roots=(Root(".", 10_450, "no package has an `__init__.py` above it"),),
    selectors=(
        Selector("codebase.tests", "tests/**", 4_102),
        Selector("concepts.websocket-manager.exempt.files", "tests/compat/**", 0),
    ),
    recovered=tuple(
        FileNote(f"scripts/broken_{number}.py", f"line {number * 10}: expected `:`")
        for number in range(1, 8)
    ),
    not_parsed=(
        FileNote("src/shop/blob.py", "not text: a NUL byte at offset 17"),
        FileNote("src/shop/old\nname.py", "permission denied"),
    ),
    excluded={"by .gitignore": 1_204},
    unresolved_imports={"not in the code base": 38_212, "computed at run time": 101},
    not_run=(
        NotRun("partial-interface", "settings", "the owner is a module"),
        NotRun("partial-key", "websocket-manager", "no `context.key` is declared"),
    ),
)

ACCEPTED = BaselineUse(
    path=".pluribus/baseline.jsonl",
    entries=9,
    accepted=1_214,
    accepted_in_tests=611,
    stale=0,
    expired=0,
    unjudged=0,
)

GROWN = msgspec.structs.replace(
    ACCEPTED,
    stale=2,
    expired=1,
    unjudged=3,
    since=SinceBase(ref="origin/main", growth=1, shrinkage=12, prolonged=1),
)

STALE = Finding(
    rule="stale-entry",
    concept="websocket-manager",
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    message="the baseline accepts what is gone: legacy-import of websocket-manager in "
    "src/shop/chat.py: shop.ws.manager Manager",
    hint="`pluribus baseline prune` takes out what is gone",
    location=Location(".pluribus/baseline.jsonl", 2),
    key=("legacy-import", "src/shop/chat.py", "shop.ws.manager", "Manager"),
    phase="imports",
)


def _mendable() -> Report:
    """One that a machine could mend, if a file and a test changed together."""
    shown = report((legacy("shop/cart.py", 3), patched("tests/test_cart.py", 9, "shop.ws.x.Cart")))
    fix = Fix(
        what="imports from shop.realtime.manager; a string names shop.realtime.manager.Cart",
        findings=tuple(sorted(each.id for each in shown.findings)),
        replacements=(
            Replacement("shop/cart.py", 3, 6, 3, 21, "shop.realtime.manager"),
            Replacement("tests/test_cart.py", 9, 13, 9, 27, "shop.realtime.manager.Cart"),
        ),
    )
    return msgspec.structs.replace(shown, fixes=(fix,))


SAMPLES: dict[str, Report] = {
    # No contract: nothing was asked, so nothing was found.
    "nothing": report((), concepts=()),
    "clean": report((), concepts=(SOCKETS, SETTINGS)),
    "one": report((DUAL,)),
    "many": msgspec.structs.replace(
        report(
            MANY,
            concepts=(msgspec.structs.replace(SOCKETS, matrix=MATRIX), SETTINGS),
            suppressed=3,
            hidden=1_200,
        ),
        texts=TEXTS,
        excerpts=EXCERPTS,
    ),
    "incomplete": report((RIVAL,), concepts=(SOCKETS, SETTINGS), completeness=INCOMPLETE),
    "accepted": msgspec.structs.replace(report(()), baseline=ACCEPTED),
    "mendable": _mendable(),
    "grown": msgspec.structs.replace(report((STALE,)), baseline=GROWN),
}
