"""`python -m pluribus`."""

from __future__ import annotations

from pluribus.cli import main

main()
