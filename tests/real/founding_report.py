"""What the founding report counted, counted again with its own patterns, and what is true of it.

Its first detector searched four folders line by line for two regular expressions; its second took
a glob and then added one file that the glob had already given.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from pathlib import Path

SEARCHED = ("netra_backend/app", "tests", "scripts", "test_framework")
MANAGERS = "netra_backend/app/websocket_core"
OLD = "netra_backend.app.websocket_core.websocket_manager"
NEW = "netra_backend.app.websocket_core.unified_manager"
_OLD_LINE = re.compile(
    r"from.*websocket_core\.websocket_manager.*import|import.*websocket_core\.websocket_manager"
)
_NEW_LINE = re.compile(
    r"from.*websocket_core\.unified_manager.*import|import.*websocket_core\.unified_manager"
)


def dual_import_files(root: Path) -> dict[str, tuple[list[int], list[int]]]:
    """The report's dual-import files, with the lines that each of its two patterns matched."""
    found = {}
    for folder in SEARCHED:
        for file in sorted((root / folder).rglob("*.py")):
            try:
                lines = file.read_text(encoding="utf-8").split("\n")
            except UnicodeDecodeError:
                continue
            old, new = (
                [at for at, line in enumerate(lines, 1) if pattern.search(line)]
                for pattern in (_OLD_LINE, _NEW_LINE)
            )
            if old and new:
                found[file.relative_to(root).as_posix()] = (old, new)
    return found


def manager_files(root: Path) -> list[str]:
    """The report's manager files in the report's own way: one of them stands there twice."""
    folder = root / MANAGERS
    found = [
        file.relative_to(root).as_posix()
        for file in sorted(folder.glob("*manager*.py"))
        if file.name not in ("unified_manager.py", "__init__.py")
    ]
    again = folder / "websocket_manager.py"
    return [*found, again.relative_to(root).as_posix()] if again.exists() else found


def what_matched(file: Path, line: int, module: str) -> str:
    """What one matched line really is, from Python's own tokens."""
    source = file.read_text(encoding="utf-8")
    docstrings: set[ast.expr] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno <= line <= _end(node):
            names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                paths = [node.module or "", *(f"{node.module}.{name}" for name in names)]
            else:
                paths = names
            if any(path == module or path.startswith(module + ".") for path in paths):
                return "import"
            return f"import of {paths[0]}"
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docstrings.add(node.value)
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.lineno <= line <= _end(node):
            return "docstring" if node in docstrings else "string"
    comments = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    return "comment" if line in comments else "code"


def _end(node: ast.stmt | ast.expr) -> int:
    return node.end_lineno or node.lineno


def verdicts(root: Path) -> dict[str, str]:
    """For each of the report's files: real, or what stood where it saw an import."""
    found = {}
    for path, (old, new) in dual_import_files(root).items():
        seen = [
            {what_matched(root / path, line, module) for line in lines}
            for module, lines in ((OLD, old), (NEW, new))
        ]
        if all("import" in kinds for kinds in seen):
            found[path] = "real"
        else:
            found[path] = " | ".join(
                f"{module.rpartition('.')[2]}: {', '.join(sorted(kinds))}"
                for module, kinds in zip((OLD, NEW), seen, strict=True)
                if "import" not in kinds
            )
    return found


if __name__ == "__main__":
    tree = Path(sys.argv[1])
    for path, verdict in verdicts(tree).items():
        sys.stdout.write(f"{path}\t{verdict}\n")
    for path in manager_files(tree):
        sys.stdout.write(f"{path}\n")
