"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pluribus.codebase import Codebase
from pluribus.contract import Concept
from pluribus.findings import Finding, Severity
