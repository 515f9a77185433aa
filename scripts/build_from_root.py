"""Builds the distribution in packages/pluribus when the whole repository is to be installed.

`pip install git+https://…` and pre-commit install what stands at the root of a repository, and
there is none of it there: this is a build backend (PEP 517) that goes where it is, and leaves the
rest to maturin. It needs Rust, as every build from source does.
"""

from __future__ import annotations

import os
from pathlib import Path

import maturin  # type: ignore[import-untyped] # it says no types

os.chdir(Path(__file__).parents[1] / "packages" / "pluribus")

build_editable = maturin.build_editable
build_sdist = maturin.build_sdist
build_wheel = maturin.build_wheel
get_requires_for_build_editable = maturin.get_requires_for_build_editable
get_requires_for_build_sdist = maturin.get_requires_for_build_sdist
get_requires_for_build_wheel = maturin.get_requires_for_build_wheel
prepare_metadata_for_build_editable = maturin.prepare_metadata_for_build_editable
prepare_metadata_for_build_wheel = maturin.prepare_metadata_for_build_wheel
