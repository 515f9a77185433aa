"""`pluribus conform --transport`, as users run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pluribus.cli.conform import TRANSPORTS
from pluribus.conformance import transports
from tests.functional.conform_project import CONTRACT, MANAGER, QUICK, project, verdicts

APPLICATION = """\
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from app.chat import ConnectionManager

manager = ConnectionManager()


async def listen(websocket):
    await manager.connect(websocket)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        manager.disconnect(websocket)


app = Starlette(routes=[WebSocketRoute("/rooms/{room}", listen)])
"""
DECLARED = """\
factories = ["app.main:manager"]
sharing = "shared"
app = "app.main:app"
route = "/rooms/{user}"
"""
RIVAL = MANAGER.replace("class ConnectionManager", "class Hub").replace(
    "        if websocket in self.active:\n            self.active.remove(websocket)\n",
    "        self.active.remove(websocket)\n",
)


def test_the_command_offers_the_transports_that_there_are() -> None:
    assert TRANSPORTS == transports.TRANSPORTS


@pytest.mark.parametrize("transport", ["asgi", "sockets"])
def test_a_manager_alone_is_judged_over_a_transport_without_configuration(
    tmp_path: Path, transport: str
) -> None:
    made = project(tmp_path, more="arrival-s = 0.3\n")

    done = made.run(
        *("conform", "--transport", transport, "--property", "D1,E3,E10"),
        *("--output-format", "json"),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert {each["outcome"] for each in verdicts(done).values()} == {"PASS"}
    *_, note = json.loads(done.stdout)["concepts"][0]["notes"]
    assert "the kit's own endpoint" in note


def test_a_failure_over_sockets_has_a_program_that_opens_them(tmp_path: Path) -> None:
    broken = MANAGER.replace("        if websocket in self.active:\n    ", "")

    done = project(tmp_path, manager=broken).run(
        "conform", "--transport", "sockets", "--property", "E3", "--output-format", "json"
    )

    found = verdicts(done)["E3"]
    assert (done.returncode, found["outcome"]) == (1, "FAIL")
    assert "wire = transport('sockets:websockets')" in found["sequence"]
    assert "manager.disconnect(websocket=alice_socket.websocket)" in found["sequence"]


@pytest.mark.parametrize("transport", ["asgi", "sockets"])
def test_clients_reach_the_application_of_the_contract(tmp_path: Path, transport: str) -> None:
    made = project(tmp_path, more=f"arrival-s = 0.3\n{DECLARED}")
    made.write("app/main.py", APPLICATION)

    done = made.run(
        *("conform", "--transport", transport, "--property", "D1,D4,E3,E10"),
        *("--output-format", "json"),
    )

    found = {name: each["outcome"] for name, each in verdicts(done).items()}
    assert done.returncode == 0, done.stdout + done.stderr
    assert found == {"D1": "PASS", "D4": "PASS", "E3": "DECLINED", "E10": "PASS"}
    assert "clients of `app.main:app`" in json.loads(done.stdout)["concepts"][0]["notes"][-1]


def test_what_overlaps_is_judged_through_the_application(tmp_path: Path) -> None:
    one_after_the_other = MANAGER.replace("        sockets = list(self.active)\n", "").replace(
        "        sends = (self.send(socket, message) for socket in sockets)\n"
        "        await asyncio.gather(*sends)\n",
        "        for socket in self.active:\n            await self.send(socket, message)\n",
    )
    outcomes = []
    program = ""
    for number, manager in enumerate((MANAGER, one_after_the_other)):
        made = project(
            tmp_path / str(number), manager=manager, more=f"arrival-s = 0.3\n{DECLARED}"
        )
        made.write("app/main.py", APPLICATION)
        done = made.run(
            *("conform", "--transport", "asgi", "--property", "E8,E9,G3"),
            *("--output-format", "json"),
        )
        outcomes.append({name: each["outcome"] for name, each in verdicts(done).items()})

        program = verdicts(done)["G3"]["sequence"]

    good, bad = outcomes
    assert good == {"E8": "PASS", "E9": "PASS", "G3": "PASS"}
    assert bad == {"E8": "FAIL", "E9": "PASS", "G3": "FAIL"}
    # What did not end before the connections did is not awaited by the program, either.
    assert "ensure_future(manager.broadcast" in program


def test_an_application_that_cannot_be_imported_is_a_mistake_of_the_contract(
    tmp_path: Path,
) -> None:
    made = project(tmp_path, more=f"{QUICK}app = 'app.main:app'\n")

    done = made.run("conform", "--transport", "asgi")

    assert done.returncode == 2
    assert "`app.main:app` cannot be imported" in done.stderr


def test_what_sockets_alone_show_is_declined_in_memory_and_its_allowance_not_stale(
    tmp_path: Path,
) -> None:
    allowed = f'{QUICK}allow = {{ G5 = "no connection is lost here" }}\n'

    done = project(tmp_path, more=allowed).run("conform", "--property", "D1,G5")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "only real sockets show it: ask with `--transport sockets`" in done.stdout


@pytest.mark.parametrize("transport", ["asgi", "sockets"])
def test_a_subject_is_broken_over_each_transport(tmp_path: Path, transport: str) -> None:
    asked = ("--property", "D1,E1,G5", "--output-format", "json")

    done = project(tmp_path).run(
        *("conform", "--self-test", "--concept", "chat", "--transport", transport), *asked
    )

    assert done.returncode == 0, done.stdout + done.stderr
    lines = {each["name"]: dict(each["outcomes"]) for each in json.loads(done.stdout)["lines"]}
    assert {name: outcomes.get("D1") for name, outcomes in lines.items()} == {
        "as it is": "PASS",
        "drop": "FAIL",
        "duplicate": "FAIL",
        "reorder": "FAIL",
        "leak": None,  # there is no event that is not for all
        "keep": "PASS",
        "swap": None,
    }
    assert lines["keep"]["E1"] == "FAIL"


def test_of_an_application_nothing_can_be_kept(tmp_path: Path) -> None:
    made = project(tmp_path, more=QUICK + DECLARED)
    made.write("app/main.py", APPLICATION)

    done = made.run(
        *("conform", "--self-test", "--concept", "chat", "--transport", "asgi"),
        *("--property", "D1"),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "keep: removing a socket does nothing: not possible here" in done.stdout


def test_rivals_are_driven_over_the_transport_that_is_asked_for(tmp_path: Path) -> None:
    made = project(tmp_path, more=f"{QUICK}{DECLARED}rivals = ['app.hub:Hub']\n")
    made.write("app/main.py", APPLICATION)
    made.write("app/hub.py", RIVAL)

    done = made.run(
        *("conform", "--rivals", "--transport", "asgi"),
        *("--property", "D1,E3", "--output-format", "json"),
    )

    assert done.stdout, done.stderr
    (concept,) = json.loads(done.stdout)["concepts"]
    (rival,) = concept["rivals"]
    assert done.returncode == 0, done.stdout + done.stderr
    assert {each["property"]: each["outcome"] for each in rival["verdicts"]} == {
        "D1": "PASS",
        "E3": "FAIL",
    }
    (failure,) = [each for each in rival["verdicts"] if each["property"] == "E3"]
    assert "wire = transport('asgi')" in failure["sequence"]
    assert rival["notes"][:2] == [
        "judged over ASGI in memory, by sockets of the kit's own endpoint",
        "`app.main:app` serves the owner, so no client of it reached this one",
    ]
    assert "judged over ASGI in memory, by clients of `app.main:app`" in concept["notes"]


def test_a_contract_may_name_an_application_and_still_be_judged_in_memory(tmp_path: Path) -> None:
    made = project(tmp_path)
    made.write("pluribus.toml", f"{CONTRACT}{QUICK}app = 'app.nowhere:app'\n")

    done = made.run("conform", "--property", "D1")

    assert done.returncode == 0, done.stdout + done.stderr
