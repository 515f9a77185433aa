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
