"""Several ways to say who one is."""

from __future__ import annotations

from pluribus_unum.auth.base import Authenticator, Credentials, Identity, unauthenticated
from pluribus_unum.errors import Refused


class AnyOf:
    """The first that knows who it is decides; who is known and may not come in is refused."""

    def __init__(self, *authenticators: Authenticator) -> None:
        """Ask these, in this order.

        Raises:
            ValueError: there are none.
        """
        if not authenticators:
            raise ValueError("AnyOf is given one authenticator at least")
        self._authenticators = authenticators

    async def identify(self, credentials: Credentials) -> Identity:
        """Say who it is.

        Raises:
            Refused: none of them knows.
        """
        why = unauthenticated("nobody knows who this is")
        for each in self._authenticators:
            try:
                return await each.identify(credentials)
            except Refused as refused:
                if refused.status != 401:
                    raise
                why = refused
        raise why
