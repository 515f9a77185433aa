"""Runtime conformance: drives the owner of a concept and judges what it does.

It reads no source and needs no Rust: what it knows of a code base is what the contract declares,
and what live objects show.
"""

from __future__ import annotations

from pluribus.conformance.history import Call, Frame, History
from pluribus.conformance.peer import Peer, PeerLacks

__all__ = ["Call", "Frame", "History", "Peer", "PeerLacks"]
