"""Serve it: `python -m examples.golden_path [PORT]`."""

from __future__ import annotations

import sys

import uvicorn

from examples.golden_path.app import application

if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    print(f"http://127.0.0.1:{port}/ (Ctrl-C ends it)")  # noqa: T201 # a program for people
    uvicorn.run(application(), host="127.0.0.1", port=port, log_level="warning")
