"""Libraries that the walk was not made for: two objects, an operation on each, nothing found."""

from __future__ import annotations

import io
from argparse import ArgumentParser
from collections.abc import Callable
from configparser import ConfigParser
from http.cookiejar import Cookie, CookieJar

import click
import h11
import httpx
import jinja2
import jsonschema
import pluggy
import pytest
from markdown_it import MarkdownIt
from rich.console import Console
from ruamel.yaml import YAML
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from websockets.http11 import Request as Handshake
from websockets.server import ServerProtocol

from pluribus.conformance.graph import Kind, shared_state
from tests.unit.conformance.graph.loading import CANARIES

Subject = tuple[dict[str, object], Callable[[str], object]]


def _clients() -> Subject:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"path": request.url.path}, headers={"set-cookie": "a=b"})

    clients = {
        user: httpx.Client(
            transport=httpx.MockTransport(answer), headers={"x-user": CANARIES[user][0]}
        )
        for user in CANARIES
    }

    def get(user: str) -> None:
        secret = CANARIES[user][0]
        reply = clients[user].get(f"http://example.test/{secret}", params={"q": secret})
        assert reply.json() == {"path": f"/{secret}"}

    return dict(clients), get


def _application(user: str) -> Starlette:
    async def home(request: Request) -> JSONResponse:
        request.app.state.last = CANARIES[user][0]
        return JSONResponse({"user": CANARIES[user][0]})

    return Starlette(routes=[Route("/", home)])


def _applications() -> Subject:
    applications = {user: _application(user) for user in CANARIES}

    async def get(user: str) -> None:
        transport = httpx.ASGITransport(app=applications[user])
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            assert (await client.get("/")).json() == {"user": CANARIES[user][0]}

    return dict(applications), get


def _protocols() -> Subject:
    protocols = {user: ServerProtocol() for user in CANARIES}

    def greet(user: str) -> None:
        protocol = protocols[user]
        lines = [
            f"GET /{CANARIES[user][0]} HTTP/1.1",
            "Host: test",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
        ]
        protocol.receive_data("\r\n".join([*lines, "", ""]).encode())
        (request,) = protocol.events_received()
        assert isinstance(request, Handshake)
        protocol.send_response(protocol.accept(request))
        protocol.send_text(CANARIES[user][0].encode())
        assert CANARIES[user][0].encode() in b"".join(protocol.data_to_send())

    return dict(protocols), greet


def _parsers() -> Subject:
    parsers = {user: ConfigParser() for user in CANARIES}

    def read(user: str) -> None:
        parsers[user].read_string(f"[a]\nx = {CANARIES[user][0]}\ny = %(x)s\n")
        assert parsers[user].get("a", "y") == CANARIES[user][0]

    return dict(parsers), read


def _jars() -> Subject:
    jars = {user: CookieJar() for user in CANARIES}

    def put(user: str) -> None:
        jars[user].set_cookie(
            Cookie(
                version=0,
                name="a",
                value=CANARIES[user][0],
                port=None,
                port_specified=False,
                domain="test",
                domain_specified=True,
                domain_initial_dot=False,
                path="/",
                path_specified=True,
                secure=False,
                expires=None,
                discard=False,
                comment=None,
                comment_url=None,
                rest={},
            )
        )
        assert [each.value for each in jars[user]] == CANARIES[user]

    return dict(jars), put


def _arguments() -> Subject:
    parsers = {user: ArgumentParser(prog=user) for user in CANARIES}

    def parse(user: str) -> None:
        parsers[user].add_argument(f"--{user}")
        parsed = parsers[user].parse_args([f"--{user}", CANARIES[user][0]])
        assert vars(parsed) == {user: CANARIES[user][0]}

    return dict(parsers), parse


def _environments() -> Subject:
    environments = {
        user: jinja2.Environment(loader=jinja2.DictLoader({"a": "{{ x }}"}), autoescape=True)
        for user in CANARIES
    }

    def render(user: str) -> None:
        environments[user].globals["user"] = CANARIES[user][0]
        assert environments[user].get_template("a").render(x=user) == user

    return dict(environments), render


def _connections() -> Subject:
    connections = {user: h11.Connection(h11.SERVER) for user in CANARIES}

    def answer(user: str) -> None:
        secret = CANARIES[user][0].encode()
        connection = connections[user]
        connection.receive_data(b"GET /" + secret + b" HTTP/1.1\r\nHost: test\r\n\r\n")
        request = connection.next_event()
        assert isinstance(request, h11.Request)
        connection.next_event()
        reply = h11.Response(status_code=200, headers=[(b"x-user", secret)])
        assert secret in (connection.send(reply) or b"")

    return dict(connections), answer


def _managers() -> Subject:
    mark, implement = pluggy.HookspecMarker("shop"), pluggy.HookimplMarker("shop")

    class Spec:
        @mark
        def said(self, line: str) -> str:
            return line

    class Plugin:
        def __init__(self) -> None:
            self.lines: list[str] = []

        @implement
        def said(self, line: str) -> str:
            self.lines.append(line)
            return line

    managers = {user: pluggy.PluginManager("shop") for user in CANARIES}
    for each in managers.values():
        each.add_hookspecs(Spec)

    def say(user: str) -> None:
        managers[user].register(Plugin(), CANARIES[user][0])
        assert CANARIES[user][0] in managers[user].hook.said(line=CANARIES[user][0])

    return dict(managers), say


def _consoles() -> Subject:
    consoles = {user: Console(record=True, file=io.StringIO()) for user in CANARIES}

    def write(user: str) -> None:
        consoles[user].print(f"[bold]{CANARIES[user][0]}[/bold]")
        assert CANARIES[user][0] in consoles[user].export_text(clear=False)

    return dict(consoles), write


def _commands() -> Subject:
    def group(user: str) -> click.Group:
        made = click.Group(user)

        @made.command()
        @click.argument("line")
        @click.pass_context
        def say(context: click.Context, line: str) -> str:
            context.ensure_object(dict)["line"] = line
            return line

        return made

    groups = {user: group(user) for user in CANARIES}

    def run(user: str) -> None:
        said = groups[user].main(["say", CANARIES[user][0]], standalone_mode=False)
        assert said == CANARIES[user][0]

    return dict(groups), run


def _renderers() -> Subject:
    renderers = {user: MarkdownIt() for user in CANARIES}

    def render(user: str) -> None:
        renderers[user].options["user"] = CANARIES[user][0]
        assert CANARIES[user][0] in renderers[user].render(f"# {CANARIES[user][0]}")

    return dict(renderers), render


def _loaders() -> Subject:
    loaders = {user: YAML() for user in CANARIES}

    def load(user: str) -> None:
        loaded = loaders[user].load(f"user: {CANARIES[user][0]}")
        assert loaded == {"user": CANARIES[user][0]}

    return dict(loaders), load


def _validators() -> Subject:
    validators = {
        user: jsonschema.Draft202012Validator({"properties": {"user": {"const": secret}}})
        for user, (secret,) in CANARIES.items()
    }

    def check(user: str) -> None:
        assert validators[user].is_valid({"user": CANARIES[user][0]})
        assert not validators[user].is_valid({"user": "nobody"})

    return dict(validators), check


SUBJECTS: dict[str, tuple[Callable[[], Subject], tuple[str, ...]]] = {
    "httpx": (_clients, ("httpx", "httpcore")),
    "starlette": (_applications, ("starlette",)),
    "websockets": (_protocols, ("websockets",)),
    "configparser": (_parsers, ("configparser",)),
    "cookiejar": (_jars, ("http",)),
    "argparse": (_arguments, ("argparse",)),
    "jinja2": (_environments, ("jinja2",)),
    "h11": (_connections, ("h11",)),
    "pluggy": (_managers, ("pluggy",)),
    "rich": (_consoles, ("rich",)),
    "click": (_commands, ("click",)),
    "markdown-it": (_renderers, ("markdown_it",)),
    "ruamel.yaml": (_loaders, ("ruamel",)),
    "jsonschema": (_validators, ("jsonschema", "referencing")),
}


FILLS_A_TABLE = ("jinja2", "rich")
"""They keep one for the whole process, of lexers or styles, and fill it when it is first used."""


@pytest.mark.parametrize("is_project", [False, True], ids=["as a library", "as the project"])
@pytest.mark.parametrize("name", SUBJECTS)
def test_two_objects_of_a_library_share_nothing_that_they_write(
    name: str, is_project: bool
) -> None:
    make, packages = SUBJECTS[name]
    roots, operate = make()
    if name in FILLS_A_TABLE:
        make()[1]("ann")
    own = packages if is_project else ()

    overlap = shared_state(
        roots,
        operate,
        CANARIES,
        {},
        project=lambda module: module.partition(".")[0] in own,
    )

    assert overlap.findings == ()
    assert overlap.objects > 30


def test_a_table_that_a_library_keeps_for_the_process_is_seen_when_it_is_first_filled() -> None:
    roots, operate = _environments()
    jinja2.lexer._lexer_cache.clear()  # noqa: SLF001  # to be as when it was first used

    overlap = shared_state(
        roots,
        operate,
        CANARIES,
        {},
        project=lambda module: module.partition(".")[0] == "jinja2",
    )

    assert [(each.kind, each.what) for each in overlap.findings] == [
        (Kind.SHAREDWRITE, "jinja2.utils.LRUCache")
    ]
