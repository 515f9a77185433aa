"""JSON Web Tokens, verified here: a storm of reconnects asks nobody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import jwt
from jwt import PyJWKClient
from jwt.algorithms import get_default_algorithms

from pluribus_unum.auth.base import Credentials, Identity, unauthenticated
from pluribus_unum.core.wire import CloseCode
from pluribus_unum.errors import NoUser, Refused
from pluribus_unum.identity import user_of

_LOG = logging.getLogger("unum")
_CLAIMS = ("exp", "sub")


class JWTAuth:
    """Takes the subject of a token for the user."""

    def __init__(
        self,
        key: str | bytes | None = None,
        *,
        jwks: str | None = None,
        algorithms: Sequence[str],
        audience: str | None = None,
        issuer: str | None = None,
        leeway_s: float = 10.0,
    ) -> None:
        """Verify by a key, or by the keys that an identity provider publishes.

        Args:
            key: A secret or a public key.
            jwks: The address of a JSON Web Key Set, which is fetched once and kept.
            algorithms: Those that are accepted; `none` never is.
            audience: Whom a token must be for; without it, one that is for somebody is refused.
            issuer: Who must have made it.
            leeway_s: How far clocks may differ.

        Raises:
            ValueError: neither or both of `key` and `jwks`, an empty key, or no algorithm that
                proves anything.
        """
        if (key is None) == (jwks is None):
            raise ValueError("JWTAuth is given either `key` or `jwks`")
        if key is not None and not key:
            raise ValueError("the key is empty: is the variable set that it is read from?")
        if isinstance(algorithms, str):
            raise ValueError(f"`algorithms` is a list: `[{algorithms!r}]`, not `{algorithms!r}`")
        if not algorithms or any(each.lower() == "none" for each in algorithms):
            raise ValueError("`algorithms` must name those that prove something")
        if unknown := [each for each in algorithms if each not in get_default_algorithms()]:
            raise ValueError(f"there is no algorithm `{unknown[0]}`; `HS256` and `RS256` are two")
        self._key = key
        self._keys = None if jwks is None else PyJWKClient(jwks, cache_keys=True)
        self._algorithms = list(algorithms)
        self._audience = audience
        self._issuer = issuer
        self._leeway_s = leeway_s

    async def identify(self, credentials: Credentials) -> Identity:
        """Say whose the token is.

        Raises:
            Refused: there is none, or it proves nothing; or the keys cannot be fetched, which is
                no fault of the token, and so is worth another try.
        """
        token = credentials.token
        if not token:
            raise unauthenticated("no token")
        try:
            key: Any = self._key if self._keys is None else await self._fetched(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=self._algorithms,
                audience=self._audience,
                issuer=self._issuer,
                leeway=self._leeway_s,
                options={"require": list(_CLAIMS)},
            )
        except jwt.PyJWKClientConnectionError as error:
            _LOG.error("the keys of tokens cannot be fetched: %s", error)
            raise Refused(
                "nobody can be let in now", code=CloseCode.OVER_CAPACITY, status=503
            ) from error
        except jwt.ExpiredSignatureError as error:
            raise unauthenticated("the token has expired") from error
        except jwt.PyJWTError as error:
            raise unauthenticated("the token is not valid") from error
        subject, session = claims["sub"], claims.get("sid") or claims.get("jti")
        try:
            subject = user_of(Identity(subject))
        except NoUser as error:
            raise unauthenticated("the token names no user") from error
        issued = claims.get("iat")
        return Identity(
            user_id=subject,
            # Who is let in by a clock that is behind is not put out at once by the same clock.
            expires_at=float(claims["exp"]) + self._leeway_s,
            session_id=session if isinstance(session, str) else None,
            issued_at=None if issued is None else float(issued),
        )

    async def _fetched(self, token: str) -> Any:
        assert self._keys is not None
        # It may ask over the network, and the library waits for that.
        found = await asyncio.to_thread(self._keys.get_signing_key_from_jwt, token)
        return found.key
