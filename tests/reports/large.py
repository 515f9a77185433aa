"""Reports that are as large, or as odd, as they come."""

from __future__ import annotations

import msgspec

from pluribus.findings import Excerpt, Finding, Location, OwnerPath, Report
from tests.reports.samples import DUAL, RIVAL, SAMPLES, SOCKETS, TEXTS, legacy, report

ODD = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \x00\x1b[31m\u202e `<b>`"
"""What would be markup, a command to a terminal, or a change of direction."""


def thousand() -> Report:
    """A thousand findings, each with a related place, evidence and an excerpt; many paths too."""
    findings: list[Finding] = []
    for number in range(500):
        path = f"src/shop/a_rather_long_package_name/part_{number:03}/manager_of_sockets.py"
        place = Location(path, 10 + number, 5, "through `shop.ws.manager`, in a function")
        findings += [
            msgspec.structs.replace(DUAL, location=place, key=(path,)),
            msgspec.structs.replace(legacy(path, 20 + number), related=RIVAL.related),
        ]
    line = "    manager = get_websocket_manager(user_id=request.user.id, thread=request.thread_id)"
    excerpts = tuple(
        Excerpt(each.location.path, each.location.line - 2, (line,) * 5) for each in findings
    )
    place = findings[0].location
    name = "shop.a_rather_long_package_name.part_{}.manager_of_sockets.WebSocketManager"
    paths = tuple(
        OwnerPath(
            name.format(number),
            "import",
            tuple(name.format(each) for each in range(number, number + 5)),
            place,
            number,
        )
        for number in range(400)
    )
    concept = msgspec.structs.replace(SOCKETS, paths=SOCKETS.paths + paths)
    return msgspec.structs.replace(
        report(findings, concepts=(concept,)), texts=TEXTS, excerpts=excerpts
    )


def odd() -> Report:
    """A report in which every text is `ODD`."""
    place = Location(f"{ODD}.py", 3, 4, ODD)
    finding = msgspec.structs.replace(
        DUAL,
        concept=ODD,
        message=ODD,
        hint=ODD,
        location=place,
        related=(place,),
        evidence=(msgspec.structs.replace(DUAL.evidence[0], text=f"{ODD} -> {ODD}"),),
    )
    matrix = SAMPLES["many"].concepts[0].matrix
    assert matrix is not None
    path = OwnerPath(ODD, ODD, (ODD,), place, 3)
    concept = msgspec.structs.replace(
        SOCKETS,
        name=ODD,
        owner=ODD,
        summary=ODD,
        impact=ODD,
        risk=ODD,
        paths=(path,),
        empty=(ODD,),
    )
    odd_matrix = msgspec.structs.replace(
        matrix, rows=(msgspec.structs.replace(matrix.rows[0], method=ODD, cells=(ODD, "")),)
    )
    text = msgspec.structs.replace(TEXTS[0], summary=ODD, description=ODD)
    return msgspec.structs.replace(
        report((finding,), concepts=(msgspec.structs.replace(concept, matrix=odd_matrix),)),
        tool_version=ODD,
        texts=(text,),
        excerpts=(Excerpt(place.path, 1, ("", ODD, ODD)),),
    )
