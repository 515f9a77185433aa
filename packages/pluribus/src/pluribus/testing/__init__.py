"""For tests of your own: sockets without a network, time without waiting, and the properties of
`pluribus conform`.

```python
from pluribus.testing import Peer, judge


def test_everybody_gets_everything_once():
    judge(ConnectionManager, properties=["D1", "D4"]).must_hold()
```

What is offered here stays as it is from release to release.
"""

from __future__ import annotations

from pluribus.conformance.history import Frame
from pluribus.conformance.peer import Peer, PeerLacks
from pluribus.findings.conformance import Outcome, Verdict
from pluribus.testing.clock import Clock, Stuck
from pluribus.testing.judging import Judgement, judge

__all__ = [
    "Clock",
    "Frame",
    "Judgement",
    "Outcome",
    "Peer",
    "PeerLacks",
    "Stuck",
    "Verdict",
    "judge",
]
