"""A test of ours, and how it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pluribus.pytest_plugin.outcome import Outcome


class Found(Exception):
    """Something is wrong, as the text says."""


class OwnItem(pytest.Item):
    """Whether one thing holds of a concept, as was found out before any test was run."""

    def __init__(self, *, outcome: Outcome, **given: Any) -> None:
        super().__init__(**given)
        self.outcome = outcome

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], *given: Any, **named: Any
    ) -> Any:
        """Show findings as they are, and what else goes wrong as pytest does."""
        if isinstance(excinfo.value, Found):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *given, **named)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Say that it stands in the contract."""
        return Path(self.outcome.contract), None, f"{self.group}: {self.name}"

    @property
    def group(self) -> str:
        """The concept, or what stands in its place."""
        assert self.parent is not None
        return self.parent.name
