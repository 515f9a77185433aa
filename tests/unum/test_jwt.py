"""Tokens: who is let in, who is not, and what happens while they are there."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from pluribus_unum import CloseCode, Credentials, Hub, Refused
from pluribus_unum.auth.jwt import JWTAuth
from tests.unum.running import runs
from tests.unum.server import Tab, served, subprotocols

SECRET = "a secret that is long enough for HS256"


def token(
    user: object = "ann", *, key: str = SECRET, algorithm: str = "HS256", **more: Any
) -> str:
    claims = {"sub": user, "exp": time.time() + 90_000, **more}
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, key, algorithm)


def identify(auth: JWTAuth, given: str | None) -> str:
    credentials = Credentials(token=given, cookies={}, query={})
    return asyncio.run(auth.identify(credentials)).user_id


def test_the_subject_is_the_user() -> None:
    assert identify(JWTAuth(SECRET, algorithms=["HS256"]), token()) == "ann"


LONG = SECRET * 2

WORTHLESS: dict[str, tuple[str | None, str]] = {
    "none": (None, "no token"),
    "empty": ("", "no token"),
    "text": ("no token at all", "not valid"),
    "forged": (token(key="another secret that is long enough too"), "not valid"),
    "expired": (token(exp=time.time() - 60), "expired"),
    "for ever": (token(exp=None), "not valid"),
    "nobody's": (token(None), "not valid"),
    "a number's": (token(7), "not valid"),
    "of who has no name": (token(""), "no user"),
    "of a blank": (token(" \n"), "no user"),
    "of half of a character": (token("ann\ud83d"), "no user"),
    # A whole day: what is made here is judged when its turn comes, which may be much later.
    "of tomorrow": (token(nbf=time.time() + 86_400), "not valid"),
    "for another": (token(aud="somebody else"), "not valid"),
    "unsigned": (
        jwt.encode({"sub": "ann", "exp": time.time() + 90_000}, "", "none"),
        "not valid",
    ),
    "another algorithm": (token(key=LONG, algorithm="HS512"), "not valid"),
}


@pytest.mark.parametrize("kind", WORTHLESS)
def test_what_proves_nothing_is_refused_without_a_word_of_it(kind: str) -> None:
    given, why = WORTHLESS[kind]

    with pytest.raises(Refused, match=why) as refused:
        key = LONG if kind == "another algorithm" else SECRET
        identify(JWTAuth(key, algorithms=["HS256"]), given)

    assert (refused.value.code, refused.value.status) == (CloseCode.UNAUTHENTICATED, 401)
    assert not given or given not in str(refused.value)


def test_who_is_let_in_by_a_clock_that_is_behind_is_not_put_out_by_it() -> None:
    auth, exp = JWTAuth(SECRET, algorithms=["HS256"], leeway_s=30), int(time.time()) - 10

    identity = asyncio.run(auth.identify(Credentials(token=token(exp=exp), cookies={}, query={})))

    assert identity.expires_at == exp + 30


def test_audience_and_issuer_are_those_that_were_asked_for() -> None:
    auth = JWTAuth(SECRET, algorithms=["HS256"], audience="unum", issuer="shop")

    assert identify(auth, token(aud="unum", iss="shop")) == "ann"
    for wrong in (token(aud="unum"), token(iss="shop"), token(aud="unum", iss="other")):
        with pytest.raises(Refused):
            identify(auth, wrong)


@pytest.mark.parametrize("algorithms", [[], ["none"], ["HS256", "None"]])
def test_an_algorithm_that_proves_nothing_is_none(algorithms: list[str]) -> None:
    with pytest.raises(ValueError, match="algorithms"):
        JWTAuth(SECRET, algorithms=algorithms)


def test_what_would_let_nobody_in_is_said_at_once() -> None:
    for algorithms in ("HS256", ["HS265"]):
        with pytest.raises(ValueError, match="algorithm"):
            JWTAuth(SECRET, algorithms=algorithms)


def test_a_key_is_given_once() -> None:
    with pytest.raises(ValueError, match="either"):
        JWTAuth(algorithms=["HS256"])
    for key in ("", b""):
        with pytest.raises(ValueError, match="empty"):
            JWTAuth(key, algorithms=["HS256"])


def rsa_keys() -> tuple[str, dict[str, Any]]:
    """A private key, and what is published of it."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    public = json.loads(RSAAlgorithm.to_jwk(made.public_key()))
    return private, {"keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}]}


def signed(private: str, kid: str) -> str:
    claims = {"sub": "ann", "exp": time.time() + 90_000}
    return jwt.encode(claims, private, "RS256", headers={"kid": kid})


@runs
async def test_published_keys_are_fetched_and_while_they_cannot_be_nobody_is_turned_away() -> None:
    private, published = rsa_keys()
    is_away = [True]

    async def keys(request: Request) -> JSONResponse:
        return JSONResponse(published, 500 if is_away[0] else 200)

    async with served(Hub(), routes=[Route("/keys", keys)]) as address:
        where = address.replace("ws:", "http:").replace("/ws", "/keys")
        auth = JWTAuth(jwks=where, algorithms=["RS256"])

        async def refused(given: str) -> Refused:
            with pytest.raises(Refused) as found:
                await auth.identify(Credentials(token=given, cookies={}, query={}))
            return found.value

        away = await refused(signed(private, "k1"))
        is_away[0] = False
        good = Credentials(token=signed(private, "k1"), cookies={}, query={})
        identity = await auth.identify(good)
        unknown = await refused(signed(private, "k2"))
        symmetric = await refused(token())

    assert (away.status, away.code) == (503, CloseCode.OVER_CAPACITY)
    assert identity.user_id == "ann"
    assert unknown.status == symmetric.status == 401


async def closed_with(socket: Any) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        async with asyncio.timeout(5):
            while True:
                await socket.recv()
    assert closed.value.rcvd is not None
    return int(closed.value.rcvd.code)


@runs
async def test_a_connection_ends_with_its_token_unless_there_is_a_new_one_of_the_user() -> None:
    hub = Hub(auth=JWTAuth(SECRET, algorithms=["HS256"], leeway_s=0))
    async with served(hub) as address:
        short = token(exp=time.time() + 1.2)
        async with (
            connect(address, subprotocols=subprotocols(short)) as lapsing,
            connect(address, subprotocols=subprotocols(short)) as renewed,
        ):
            for socket in (lapsing, renewed):
                await Tab(socket).say({"type": "hello"})
            client = Tab(renewed)
            await client.hear()
            await client.say({"type": "auth", "token": token(exp=time.time() + 30)})
            (answer,) = await client.hear()
            code = await closed_with(lapsing)
            await client.say({"type": "ping", "t": 1})
            (pong,) = await client.hear()

    assert answer["type"] == "auth_ok"
    assert code == CloseCode.TOKEN_EXPIRED
    assert pong["type"] == "pong"


@pytest.mark.parametrize(
    ("again", "code"),
    [(token("bob"), CloseCode.FORBIDDEN), ("forged", CloseCode.UNAUTHENTICATED)],
    ids=["another user's", "forged"],
)
def test_a_new_token_must_be_valid_and_of_the_same_user(again: str, code: int) -> None:
    @runs
    async def test() -> None:
        hub = Hub(auth=JWTAuth(SECRET, algorithms=["HS256"]))
        async with (
            served(hub) as address,
            connect(address, subprotocols=subprotocols(token())) as socket,
        ):
            client = Tab(socket)
            await client.say({"type": "hello"})
            await client.hear()
            await client.say({"type": "auth", "token": again})
            assert await closed_with(socket) == code

    test()
