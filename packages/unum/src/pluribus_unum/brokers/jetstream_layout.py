"""Which streams there are in JetStream, under which subjects, and how they are kept."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Sequence

import msgspec
from nats.js import api

from pluribus_unum.limits import Limits

_MOST_KEY_CHARS = 128
_SPARE = 8
"""Messages of a user that are no events: where an epoch began, and where somebody looked."""


class Layout:
    """The names of everything, and the settings of the streams."""

    def __init__(self, prefix: str, limits: Limits, *, replicas: int, trusts_disk: bool) -> None:
        """Name it all.

        Raises:
            ValueError: the prefix has something else in it than letters, digits, `-` and `_`.
        """
        if not re.fullmatch(r"[A-Za-z0-9_-]+", prefix):
            raise ValueError("`prefix` is made of letters, digits, `-` and `_`")
        self._prefix = prefix
        self._limits = limits
        self._replicas = replicas
        self._storage = api.StorageType.FILE if trusts_disk else api.StorageType.MEMORY
        self.needs_replicas = replicas == 1 and not trusts_disk
        """Whether everything is in the memory of one server, so that the cluster would lose all
        with it, and begin anew under numbers that it had given before."""
        self.events = f"{prefix}_events"
        self.presence = f"{prefix}_presence"
        self.revocations = f"{prefix}_revocations"
        self.whispers = f"{prefix}.whispers"

    def written(self, key: str) -> str:
        """Where the events of a key are written."""
        return f"{self._prefix}.events.{_token(key)}"

    def announced(self, key: str) -> str:
        """Where they are heard once they are stored."""
        return f"{self._prefix}.live.{_token(key)}"

    def here(self, key: str, node_id: str = "*") -> str:
        """Where a node says which connections of a key it has; all nodes without one."""
        return f"{self._prefix}.here.{_token(key)}.{node_id}"

    def revoked(self, user_id: str | None = None, session_id: str | None = None) -> str:
        """Where a revocation is kept; all without one."""
        is_any = user_id is None and session_id is None
        who = "*" if is_any else digest(user_id, session_id)
        return f"{self._prefix}.revoked.{who}"

    def streams(self) -> Sequence[api.StreamConfig]:
        """The settings of each stream."""
        limits = self._limits
        events = api.StreamConfig(
            name=self.events,
            subjects=[f"{self._prefix}.events.*"],
            storage=self._storage,
            num_replicas=self._replicas,
            max_msgs_per_subject=limits.events_per_user + _SPARE,
            max_age=limits.age_s,
            max_bytes=limits.bytes,
            duplicate_window=limits.age_s,
            # Places are told apart from those of a stream of this name that was deleted.
            first_seq=time.time_ns() // 1_000,
            # Without its last message a user would go on from one that others have gone on from.
            deny_delete=True,
            allow_direct=True,
            # Only what has been stored is announced.
            republish=api.RePublish(
                src=f"{self._prefix}.events.*", dest=f"{self._prefix}.live.{{{{wildcard(1)}}}}"
            ),
        )
        presence = api.StreamConfig(
            name=self.presence,
            subjects=[f"{self._prefix}.here.*.*"],
            storage=api.StorageType.MEMORY,
            num_replicas=self._replicas,
            max_msgs_per_subject=1,
            max_age=limits.presence_s,
            allow_direct=True,
        )
        revocations = api.StreamConfig(
            name=self.revocations,
            subjects=[self.revoked()],
            storage=api.StorageType.FILE,
            num_replicas=self._replicas,
            max_msgs_per_subject=1,
            max_age=limits.revocation_s,
            allow_direct=True,
        )
        return events, presence, revocations


def digest(*parts: str | None) -> str:
    """The same for the same texts, and different for others."""
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _token(key: str) -> str:
    """A part of a subject for a key, which may be any text; no two have the same."""
    if len(key) <= _MOST_KEY_CHARS:
        return "k" + base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")
    return "h" + digest(key)
