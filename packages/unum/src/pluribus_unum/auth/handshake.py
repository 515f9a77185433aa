"""What a handshake says, before anything is accepted."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from pluribus_unum.auth.base import TOKEN_PROTOCOL, Authenticator, Credentials, Identity
from pluribus_unum.errors import Refused

_MOST_TOKEN_CHARS = 16_384


def must_be_origins(origins: Collection[str] | None) -> None:
    """Refuse what no page's `Origin` could ever be equal to, or what lets others in as well.

    Raises:
        ValueError: a single text, whose every part would be let in; or one that is no origin.
    """
    if isinstance(origins, str):
        raise ValueError(f"`origins` is a collection: `[{origins!r}]`, not `{origins!r}`")
    for each in origins or ():
        found = urlsplit(each)
        made = f"{found.scheme}://{found.netloc.lower()}"
        if each != made or not (found.scheme and found.netloc):
            raise ValueError(
                f"`{each}` is no origin: it is `scheme://host`, or `scheme://host:port`, and no "
                "more, as `https://shop.example`; each page that may connect is named"
            )


class Handshake:
    """The headers, the subprotocols and the page that a connection comes from."""

    def __init__(self, scope: Mapping[str, Any], origins: Collection[str] | None) -> None:
        self._headers: dict[str, str] = {}
        for name, value in scope.get("headers", ()):
            named, said = name.decode("latin-1").lower(), value.decode("latin-1")
            if named == "cookie" and named in self._headers:
                # HTTP/2 lets a client split them.
                self._headers[named] += f"; {said}"
            self._headers.setdefault(named, said)
        self._subprotocols = tuple(scope.get("subprotocols", ()))
        self._query = scope.get("query_string", b"").decode("latin-1")
        self._origins = origins
        self._token: str | None = None

    @classmethod
    def by_token(cls, token: str) -> Self:
        """A handshake that is nothing but a token, for one that is renewed."""
        made = cls({}, ())
        made._token = token
        return made

    async def identify(self, auth: Authenticator | None) -> Identity:
        """Find out who connects.

        Raises:
            Refused: nobody knows, or they may not, or the page may not.
        """
        origin = self._headers.get("origin")
        if origin is not None and not self._is_allowed(origin):
            raise Refused("this page may not connect", code=4003, status=403)
        if auth is None:
            raise Refused(
                "nobody can be let in, because the hub has no `auth`", code=4001, status=401
            )
        return await auth.identify(self._credentials(has_page=origin is not None))

    def _credentials(self, *, has_page: bool) -> Credentials:
        return Credentials(
            token=self._token or self._bearer(),
            cookies=_read(self._headers.get("cookie", "")) if has_page else {},
            query=dict(parse_qsl(self._query)),
        )

    def _bearer(self) -> str | None:
        scheme, _, token = self._headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return token.strip()[:_MOST_TOKEN_CHARS]
        for each in self._subprotocols:
            if each.startswith(TOKEN_PROTOCOL):
                encoded = each.removeprefix(TOKEN_PROTOCOL)[:_MOST_TOKEN_CHARS]
                padded = encoded + "=" * (-len(encoded) % 4)
                try:
                    return base64.urlsafe_b64decode(padded).decode()
                except (binascii.Error, ValueError):
                    return None
        return None

    def _is_allowed(self, origin: str) -> bool:
        if self._origins is not None:
            return origin in self._origins
        host = self._headers.get("host", "")
        # Not parsed as an address: it may be none, and has nothing behind the host.
        _, _, place = origin.partition("://")
        return bool(host) and place.lower() == host.lower()


def _read(header: str) -> dict[str, str]:
    """The cookies of a header. `SimpleCookie` would give none of them where one, perhaps
    another application's, is not as the standard has it; browsers send those all the same."""
    found: dict[str, str] = {}
    reader = SimpleCookie()
    for each in header.split(";"):
        name, _, value = each.partition("=")
        if name := name.strip():
            found[name], _ = reader.value_decode(value.strip())
    return found
