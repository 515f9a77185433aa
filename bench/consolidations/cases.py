"""Consolidations of real projects, pinned: what was moved by hand, and the contract that says so.

The definition itself is moved by a person. So each tree is the commit before, with the files that
define things taken from the commit after; what `fix` is asked for is all that pointed there.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Case(NamedTuple):
    """One consolidation."""

    name: str
    repository: str
    before: str
    after: str
    moved: tuple[str, ...]
    """Files that are taken from the commit after."""
    gone: tuple[str, ...]
    """Files that a person removes with the definition."""
    contract: str


ALL: Final = (
    Case(
        "websockets",
        "python-websockets/websockets",
        "39c53fb67d6815cab0a72be03b0bba60df504831",
        "f5ea94ab818d873664ffb76274b675fe307e289b",
        (
            "src/websockets/protocol.py",
            "src/websockets/connection.py",
            "tests/test_connection.py",
            "tests/test_protocol.py",
            "tests/utils.py",
        ),
        (),
        """\
[codebase]
roots = ["src", "."]

[concepts.protocol]
owner = "websockets.protocol:Protocol"
legacy-paths = ["websockets.connection"]
exempt = [
    { files = ["tests/test_connection.py"], rules = ["imports"], reason = "tests the alias" },
]

[concepts.protocol.moved]
"websockets.connection:Connection" = "websockets.protocol:Protocol"
"websockets.connection" = "websockets.protocol"
""",
    ),
    Case(
        "taskdog",
        "Kohei-Wada/taskdog",
        "6be9ef8be070382863b64f8e35d0d92777b3d5aa",
        "fa4ccfb731a27abe2ea2d86f62eecbad51d3555b",
        (
            "packages/taskdog-server/src/taskdog_server/websocket/broadcaster.py",
            "packages/taskdog-server/src/taskdog_server/api/dependencies.py",
        ),
        (
            "packages/taskdog-server/src/taskdog_server/websocket/broadcast_helper.py",
            "packages/taskdog-server/tests/websocket/test_broadcast_helper.py",
        ),
        """\
[codebase]
roots = [
    "packages/taskdog-server/src", "packages/taskdog-core/src", "packages/taskdog-ui/src",
]

[concepts.broadcaster]
owner = "taskdog_server.websocket.broadcaster:WebSocketEventBroadcaster"
legacy-paths = ["taskdog_server.websocket.broadcast_helper"]

[concepts.broadcaster.moved]
"taskdog_server.websocket.broadcast_helper:BroadcastHelper" = \
"taskdog_server.websocket.broadcaster:WebSocketEventBroadcaster"

[concepts.dependency]
owner = "taskdog_server.api.dependencies:EventBroadcasterDep"

[concepts.dependency.moved]
"taskdog_server.api.dependencies:BroadcastHelperDep" = \
"taskdog_server.api.dependencies:EventBroadcasterDep"
""",
    ),
    Case(
        "llm-council",
        "amiable-dev/llm-council",
        "9267f2c6d49cba475ab6990ad19388eced0f9f3e",
        "bbd33edf817b15a9eec3e0cbada9c7761a34e6da",
        ("src/llm_council/unified_config.py", "src/llm_council/tier_contract.py"),
        ("src/llm_council/config.py",),
        """\
[codebase]
roots = ["src", "."]

[concepts.council-config]
owner = "llm_council.unified_config"
legacy-paths = ["llm_council.config"]

[concepts.council-config.moved]
"llm_council.config:TIER_MODEL_POOLS" = "llm_council.tier_contract:TIER_MODEL_POOLS"
"llm_council.config" = "llm_council.unified_config"
""",
    ),
    Case(
        "httpx",
        "encode/httpx",
        "d07c4b44^",
        "d07c4b4407b4f7ee1fef29b9e3f6fd57de407b51",
        ("httpx/_urls.py", "httpx/_models.py"),
        (),
        """\
[concepts.url]
owner = "httpx._urls:URL"
import-paths = ["httpx._urls", "httpx"]

[concepts.query-params]
owner = "httpx._urls:QueryParams"
import-paths = ["httpx._urls", "httpx"]

[concepts.query-params.moved]
"httpx._models:QueryParams" = "httpx._urls:QueryParams"
""",
    ),
    Case(
        "pip-build-tracker",
        "pypa/pip",
        "e5542dc02^",
        "e5542dc024e916569226e1cd29e49d9384eed466",
        ("src/pip/_internal/operations/build/build_tracker.py",),
        ("src/pip/_internal/req/req_tracker.py",),
        """\
[codebase]
roots = ["src", "."]

[concepts.build-tracker]
owner = "pip._internal.operations.build.build_tracker:BuildTracker"
legacy-paths = ["pip._internal.req.req_tracker"]

[concepts.build-tracker.moved]
"pip._internal.req.req_tracker" = "pip._internal.operations.build.build_tracker"
""",
    ),
    Case(
        "pip-session",
        "pypa/pip",
        "cf7ebdbbc^",
        "cf7ebdbbc",
        ("src/pip/_internal/network/session.py", "src/pip/_internal/download.py"),
        (),
        """\
[codebase]
roots = ["src", "."]

[concepts.pip-session]
owner = "pip._internal.network.session:PipSession"
""",
    ),
)
