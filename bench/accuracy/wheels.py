"""Pinned packages from PyPI, each unpacked into a folder of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
PINNED: Final = HERE / "packages.txt"
CACHE: Final = HERE / "corpus"
_PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.]+)")


def unpacked(cache: Path = CACHE) -> dict[str, Path]:
    """Fetch what is pinned unless it is there; returns the folder of each by `name==version`.

    Raises:
        CalledProcessError: pip could not fetch a package, or its hash is another.
    """
    # Hidden from tools that look for modules.
    home = cache / ".wheels"
    pins = [f"{found['name']}=={found['version']}" for found in _PIN.finditer(PINNED.read_text())]
    folders = {pin: home / pin for pin in pins}
    if not all((folder / ".done").exists() for folder in folders.values()):
        archives = home / "archives"
        archives.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--require-hashes", "--dest", str(archives)]
        subprocess.run([*command, "--requirement", str(PINNED)], check=True)
        for archive in sorted(archives.glob("*.whl")):
            name, version = archive.name.split("-")[:2]
            pin = next((each for each in pins if _is_of(each, name, version)), None)
            if pin is None:
                continue  # of an older list
            shutil.rmtree(folders[pin], ignore_errors=True)
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(folders[pin])
            (folders[pin] / ".done").touch()
    return folders


def _is_of(pin: str, name: str, version: str) -> bool:
    wanted, _, number = pin.partition("==")
    return (wanted.replace("-", "_").lower(), number) == (name.lower(), version)
