"""A page for those who run a hub: who is connected, and how far behind each is."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from pluribus_unum.hub import Hub

_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.3rem } h1 small { font-weight: 400; opacity: .7 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884 }
.n { text-align: right } .late { color: #c2410c; font-weight: 600 }
code { font-size: .9em }
"""
_MOST_ROWS: Final = 500


class DebugPage:
    """An ASGI application: HTML for people, and JSON where `?format=json` asks for it.

    It names users, so it must be said who may see it.
    """

    def __init__(self, hub: Hub, *, allows: Callable[[Mapping[str, Any]], bool]) -> None:
        """Make the page.

        Args:
            hub: What it shows.
            allows: Is handed the ASGI scope of a request, and says whether it is answered; all
                others get 403.
        """
        self._hub = hub
        self._allows = allows

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Callable[[], Any], send: Any
    ) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if not self._allows(scope):
            await _answer(send, 403, "text/plain; charset=utf-8", "this is not for you\n")
            return
        state = self.state()
        if (
            dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get("format")
            == "json"
        ):
            await _answer(send, 200, "application/json", msgspec.json.encode(state).decode())
            return
        await _answer(send, 200, "text/html; charset=utf-8", _page(state))

    def state(self) -> dict[str, Any]:
        """What the page shows; of very many connections, those that are furthest behind."""
        hub = self._hub
        now = hub.clock.monotonic()
        rows: list[dict[str, Any]] = [
            {
                "user": key,
                "connection": each.id,
                "epoch": each.session.stream.epoch,
                "seq": each.session.stream.seq,
                "lag": each.session.lag,
                "acked": each.session.acked,
                "silent_s": round(now - each.session.heard, 1),
                "kept": each.session.stream.seq - each.session.stream.first + 1,
            }
            for key, each in hub.connected.by_key()
        ]
        rows.sort(key=lambda row: (-row["lag"], row["user"], row["connection"]))
        return {
            **hub.connected.counts(),
            "is_draining": hub.is_draining,
            "rows": rows[:_MOST_ROWS],
        }


def _page(state: Mapping[str, Any]) -> str:
    names = ("user", "connection", "epoch", "seq", "lag", "acked", "silent_s", "kept")
    head = "".join(
        f'<th class="{"n" if name not in names[:3] else ""}">{name.replace("_s", " s")}</th>'
        for name in names
    )
    rows = "".join(
        "<tr>" + "".join(_cell(name, row[name]) for name in names) + "</tr>"
        for row in state["rows"]
    )
    hidden = state["connections"] - len(state["rows"])
    more = f"<p>and {hidden:,} more that are less far behind</p>" if hidden else ""
    drains = ", draining" if state["is_draining"] else ""
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>unum</title>"
        f"<meta http-equiv=refresh content=2><style>{_STYLE}</style>"
        f"<h1>unum <small>{state['users']:,} users, {state['connections']:,} connections"
        f"{drains}</small></h1><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"{more}</html>"
    )


def _cell(name: str, value: Any) -> str:
    if isinstance(value, str):
        return f"<td><code>{html.escape(value)}</code></td>"
    late = " late" if name == "lag" and value else ""
    return f'<td class="n{late}">{value:,}</td>'


async def _answer(send: Any, status: int, kind: str, body: str) -> None:
    headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
