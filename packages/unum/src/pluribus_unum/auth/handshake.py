"""What a handshake says, before anything is accepted."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from pluribus_unum.auth.base import TOKEN_PROTOCOL, Authenticator, Credentials, Identity
from pluribus_unum.errors import Refused

_MOST_TOKEN_CHARS = 16_384


class Handshake:
    """The headers, the subprotocols and the page that a connection comes from."""

    def __init__(self, scope: Mapping[str, Any], origins: Collection[str] | None) -> None:
        self._headers: dict[str, str] = {}
        for name, value in scope.get("headers", ()):
            self._headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
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
        cookies: dict[str, str] = {}
        if has_page:
            try:
                found = SimpleCookie(self._headers.get("cookie", ""))
            except CookieError:
                found = SimpleCookie()
            cookies = {name: each.value for name, each in found.items()}
        return Credentials(
            token=self._token or self._bearer(),
            cookies=cookies,
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
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
