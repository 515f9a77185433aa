"""The words and the statements that the corpus is made of; every `%(x)s` is filled with a name."""

from __future__ import annotations

from typing import Final

NOUNS: Final = tuple(
    "account agenda alert anchor answer archive asset badge balance basket batch beacon berth "
    "bill bond booking border bridge broker budget buffer bundle buoy cabin cable cargo carrier "
    "channel chart claim clause clerk coast column contract convoy counter courier crane credit "
    "crew customs deadline deck deposit depot discount dock draft driver duty engine entry escort "
    "estimate event exchange ferry fleet forecast freight gate gauge grant harvest hatch holiday "
    "invoice island journal journey kiosk label lane ledger letter level licence limit "
    "line loan lock manifest margin market mast measure member meter mission mooring notice offer "
    "office option order outlet owner packet pallet panel parcel partner passage payment penalty "
    "permit pier pilot pledge policy port portion premium price product profile quay quota quote "
    "ramp rate receipt refund region register relay rental report request reserve review "
    "route safety sailor sample schedule seal season sector section shelf shift shipment signal "
    "site slot stage station status stock storage survey tariff team tender terminal ticket tide "
    "token toll tour tower trade transfer trip tug unit vault vehicle vendor vessel visit voucher "
    "voyage wagon waiver warehouse watch weather weight wharf window zone".split()
)
VERBS: Final = tuple(
    "accept adjust admit allot announce approve arrange assign balance bind book cancel carry "
    "check claim clear close collect compare confirm convert count deduct defer deliver describe "
    "divide draw estimate expire extend fetch file fill finish forward gather grant group hand "
    "hold inspect issue join keep label lift list load lock mark match measure merge move name "
    "note offer open order pack pair park pause pay pick place plan post prepare price print "
    "promise prove pull queue raise rank reach read record reduce refund register reject release "
    "renew rent repeat replace report reserve resolve review route sample save schedule "
    "seal select settle share sign sort split stamp start stop store sum supply swap take tally "
    "test trace track trade transfer trim turn unload update verify visit wait warn weigh".split()
)
ADJECTIVES: Final = tuple(
    "active annual average basic brief broken central clean closed common current daily direct "
    "distant double due early empty exact extra final first fixed foreign former free fresh full "
    "general gross heavy hidden idle initial inner joint known large last late latest legal light "
    "local longest loose main major marked minor missing mixed narrow nearest net newest next "
    "normal northern odd older open outer overdue paid partial past pending plain planned present "
    "primary prior private public quick quiet raw ready recent regular remote rough safe second "
    "secure senior shared shortest signed simple single slow small southern spare stale standard "
    "steady strict total twin unpaid upper urgent usual valid vacant weekly western wide".split()
)
STANDARD: Final = tuple(
    "asyncio|base64|contextlib|csv|dataclasses|decimal|enum|functools|hashlib|itertools|json|"
    "math|operator|os|random|re|shutil|statistics|string|sys|tempfile|textwrap|threading|time|uuid".split(
        "|"
    )
)
INSTALLED: Final = (
    "import httpx",
    "import orjson",
    "import structlog",
    "from fastapi import APIRouter, Depends, HTTPException",
    "from pydantic import BaseModel, Field, ValidationError",
    "from sqlalchemy import select, update",
    "from sqlalchemy.ext.asyncio import AsyncSession",
    "from starlette.responses import JSONResponse",
)
TYPED: Final = (
    "from typing import Any, Dict, List, Optional",
    "from collections import defaultdict",
    "from collections.abc import Iterable, Mapping, Sequence",
    "from datetime import datetime, timedelta, timezone",
    "from pathlib import Path",
)

SENTENCES: Final = (
    "Return the %(u)s %(a)s of every %(b)s that the %(c)s has kept.",
    "A %(a)s without a %(b)s counts as %(u)s until the %(c)s says otherwise.",
    "The %(u)s %(a)s is taken first; the %(v)s one only when no %(b)s is left.",
    "Each %(a)s belongs to one %(b)s, and a %(c)s never crosses from one to another.",
    "Called by the %(a)s whenever the %(b)s of a %(c)s has changed.",
    "Nothing is written before the %(u)s %(a)s is known to be %(v)s.",
    "Sums are in the smallest unit of the %(a)s, so a %(b)s never loses a fraction.",
    "Raises when the %(a)s is %(u)s but its %(b)s is not.",
    "The order of the %(a)s is kept, because the %(b)s is read by position.",
)
COMMENTS: Final = (
    "# The %(a)s may still be %(u)s here",
    "# Only a %(u)s %(a)s reaches the %(b)s",
    "# TODO: drop this once every %(a)s has a %(b)s",
    "# A %(u)s %(a)s is no error, see the %(b)s of the %(c)s",
    "# ---- %(a)s and %(b)s ----",
)

_PLAIN = r"""
%(a)s = self.%(b)s.%(c)s(%(d)s)
---
%(a)s = %(b)s.get("%(c)s", %(n)s)
---
%(a)s = [%(b)s.%(c)s for %(b)s in self.%(d)s if %(b)s.%(e)s]
---
if %(a)s is None or %(b)s.%(c)s > %(n)s:
    raise ValueError(f"%(d)s of {%(b)s.%(c)s} has no %(e)s: {%(a)s!r}")
---
logger.info("%(a)s took a %(b)s for %%s after %%d tries", %(c)s, %(n)s)
---
for %(a)s in sorted(%(b)s, key=lambda each: each.%(c)s):
    %(d)s[%(a)s.%(e)s] = %(a)s.%(f)s * %(n)s
    self.%(f)s += 1
---
try:
    %(a)s = %(b)s.%(c)s(%(d)s, %(e)s=%(n)s)
except (KeyError, ValueError) as error:
    logger.warning(f"no %(a)s for {%(d)s}: {error}")
    %(a)s = None
---
self.%(a)s[%(b)s.%(c)s] = {
    "%(d)s": %(e)s,
    "%(f)s": %(n)s,
    "%(c)s": "%(u)s-%(v)s",
}
---
%(a)s, %(b)s = self.%(c)s(%(d)s), len(%(e)s)
---
if not %(a)s.%(b)s:
    return %(c)s
---
with self.%(a)s.%(b)s("%(c)s") as %(d)s:
    %(d)s.%(e)s(%(f)s, timeout=%(n)s)
    %(c)s = %(d)s.%(b)s or {}
---
%(a)s = datetime.now(timezone.utc) - timedelta(seconds=%(n)s)
---
%(a)s: Dict[str, Any] = {key: value for key, value in %(b)s.items() if key != "%(c)s"}
---
message = f"{%(a)s.%(b)s}: %(u)s %(c)s, {%(d)s:.2f} of {self.%(e)s}"
---
%(a)s.%(b)s(
    %(c)s=%(d)s,
    %(e)s=self.%(f)s,
    is_%(u)s=True,
)
---
if isinstance(%(a)s, (list, tuple)) and "%(b)s" in %(a)s[0]:
    %(c)s = max(%(a)s, key=len)
elif %(d)s == "%(u)s":
    %(c)s = %(e)s.%(f)s[:%(n)s]
else:
    %(c)s = []
---
%(a)s = sum(%(b)s.%(c)s for %(b)s in %(d)s) / max(len(%(d)s), 1)
---
while %(a)s < %(n)s and not self.%(b)s:
    %(a)s += self.%(c)s.%(d)s(%(e)s)
"""
_AWAITING = r"""
%(a)s = await self.%(b)s.%(c)s(%(d)s)
---
async with self.%(a)s.%(b)s() as %(c)s:
    %(d)s = await %(c)s.%(e)s("%(f)s", {"%(u)s": %(n)s})
---
await asyncio.gather(*(self.%(a)s.%(b)s(%(c)s) for %(c)s in %(d)s))
---
async for %(a)s in %(b)s.%(c)s(%(d)s):
    self.%(e)s.append(%(a)s.%(f)s)
"""
_ASSERTING = r"""
assert %(a)s.%(b)s == "%(u)s-%(c)s"
---
assert len(%(a)s.%(b)s) == %(n)s, f"%(c)s: {%(a)s.%(b)s}"
---
%(a)s = MagicMock()
%(a)s.%(b)s.return_value = {"%(c)s": %(n)s, "%(d)s": "%(u)s"}
---
%(a)s = self.subject.%(b)s("%(c)s", %(d)s=%(n)s)
---
with pytest.raises(ValueError, match="%(a)s"):
    self.subject.%(b)s(None, %(c)s="%(u)s")
---
assert %(a)s["%(b)s"] is not None
assert "%(c)s" in %(a)s["%(d)s"]
---
mock_%(a)s.%(b)s.assert_called_once_with("%(c)s", %(d)s=%(n)s)
---
print(f"[%(u)s] %(a)s of %(b)s: {%(c)s.%(d)s}")
"""


def _blocks(text: str) -> tuple[str, ...]:
    return tuple(block.strip("\n") for block in text.split("---"))


PLAIN: Final = _blocks(_PLAIN)
AWAITING: Final = PLAIN + _blocks(_AWAITING) * 2
ASSERTING: Final = PLAIN[:12] + _blocks(_ASSERTING) * 3


def indented(statement: str, depth: int) -> str:
    """The statement, `depth` levels of four spaces to the right."""
    return "\n".join("    " * depth + line for line in statement.split("\n"))
