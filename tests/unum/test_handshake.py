"""What a handshake says: cookies as browsers send them, and pages as they are named."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from pluribus_unum import Credentials, Hub, Identity, Refused
from pluribus_unum.auth.handshake import Handshake
from tests.unum.running import runs

PAGE = "https://shop.example"


class Remembers:
    """Lets everybody in, and keeps what came with them."""

    def __init__(self) -> None:
        self.cookies: Mapping[str, str] = {}

    async def identify(self, credentials: Credentials) -> Identity:
        """Say that it is ann."""
        self.cookies = credentials.cookies
        return Identity(user_id="ann")


async def cookies(*headers: str) -> Mapping[str, str]:
    auth = Remembers()
    sent = [("Origin", PAGE), *(("Cookie", each) for each in headers)]
    scope = {"headers": [(name.encode(), value.encode("latin-1")) for name, value in sent]}
    await Handshake(scope, [PAGE]).identify(auth)
    return auth.cookies


@runs
async def test_one_cookie_that_is_not_as_the_standard_has_it_hides_no_other() -> None:
    for other in ('theme={"dark": true}', "a b=c", "list[0]=1", "x=a b", "=", ";", "é=é", "flag"):
        for header in (f"{other}; session=s1", f"session=s1; {other}"):
            assert (await cookies(header))["session"] == "s1", header


@runs
async def test_cookies_are_read_as_they_were_set_also_where_they_were_split() -> None:
    assert await cookies('quoted="a b"; empty=; same=a=b') == {
        "quoted": "a b",
        "empty": "",
        "same": "a=b",
    }
    assert await cookies("first=1", "second=2") == {"first": "1", "second": "2"}
    assert await cookies() == {}


@pytest.mark.parametrize(
    "origins", [PAGE, [f"{PAGE}/"], ["*"], ["shop.example"], ["https://Shop.example"], ["null"]]
)
def test_what_no_page_could_be_or_any_part_of_a_text_is_no_list_of_pages(
    origins: Collection[str],
) -> None:
    with pytest.raises(ValueError, match="origin"):
        Hub(origins=origins)


@runs
async def test_the_pages_that_are_named_may_connect_and_no_other() -> None:
    Hub(origins=[PAGE, "http://localhost:3000", "capacitor://localhost"])
    for origin in ("https://shop.exampl", "https://shop.example.evil", "null", ""):
        with pytest.raises(Refused):
            scope = {"headers": [(b"origin", origin.encode())]}
            await Handshake(scope, [PAGE]).identify(Remembers())


@runs
async def test_a_page_that_is_none_is_refused_as_any_other() -> None:
    async def is_let_in(origin: str, host: str = "Shop.example:8000") -> bool:
        headers = [(b"origin", origin.encode("latin-1")), (b"host", host.encode())]
        try:
            await Handshake({"headers": headers}, None).identify(Remembers())
        except Refused:
            return False
        return True

    assert await is_let_in("https://shop.example:8000")
    assert await is_let_in("http://[::1]:8000", "[::1]:8000")
    none = (
        "http://[::1",
        "http://a]b",
        "http://x\xff\xaf",
        "null",
        "",
        "://",
        "shop.example:8000",
    )
    for each in none:
        assert not await is_let_in(each), each
    assert not await is_let_in("http://", "")
